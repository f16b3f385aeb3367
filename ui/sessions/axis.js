// The axis of time: what of it is in sight, its marks, how many steps were under way at once. Methods of the timeline.

const axis = {
  x(at) {
    return ((at - this.start[0] - this.from) / (this.to - this.from)) * 100;
  },

  // When how many steps were under way at once, as [moment, change].
  events() {
    this.changes = [];
    this.peak = 0;
    for (let at = 0; at < this.size; at++) {
      if (!this.works(at)) continue;
      const [from, to] = this.own[at] ?? [this.start[at], this.stop[at]];
      this.changes.push([from - this.start[0], 1], [Math.max(to, from + 1) - this.start[0], -1]);
    }
    this.changes.sort((a, b) => a[0] - b[0] || a[1] - b[1]);
    let now = 0;
    for (const [, change] of this.changes) this.peak = Math.max(this.peak, (now += change));
  },

  draw_axis() {
    const width = this.axis.clientWidth, length = this.to - this.from;
    const marks = ticks(this.from, this.to, Math.max(Math.floor(width / 84), 1));
    this.ticks.replaceChildren(...marks.map((at) => {
      const mark = make("span", "", at ? duration(at) : "0");
      mark.style.left = `${((at - this.from) / length) * 100}%`;
      return mark;
    }));
    for (const mark of [...this.ticks.children]) if (mark.offsetLeft + mark.offsetWidth > width) mark.remove();
    Object.assign(this.lines.style, { left: `${this.axis.offsetLeft}px`, width: `${width}px` });
    this.lines.replaceChildren(...marks.map((at) => {
      const line = make("i");
      line.style.left = `${((at - this.from) / length) * 100}%`;
      return line;
    }));
    this.axis.title = `Up to ${this.peak} step${this.peak === 1 ? "" : "s"} at once. Drag to zoom, double-click to see all.`;
    const scale = window.devicePixelRatio || 1, high = 16;
    Object.assign(this.canvas, { width: width * scale, height: high * scale });
    const pen = this.canvas.getContext("2d");
    pen.scale(scale, scale);
    pen.fillStyle = this.kinds.llm;
    let now = 0, before = this.from;
    const until = (at) => {
      const from = Math.max(before, this.from), to = Math.min(at, this.to);
      if (now && to > from) {
        const left = ((from - this.from) / length) * width, tall = (now / this.peak) * high;
        pen.globalAlpha = 0.55;
        pen.fillRect(left, high - tall, Math.max(((to - from) / length) * width, 0.6), tall);
      }
      before = Math.max(before, at);
    };
    for (const [at, change] of this.changes) {
      until(at);
      now += change;
    }
  },

  zoom(factor, around = 0.5) {
    const middle = this.from + (this.to - this.from) * around;
    const length = Math.min(Math.max((this.to - this.from) * factor, this.whole / 5000, 1), this.whole);
    this.from = Math.min(Math.max(middle - length * around, 0), this.whole - length);
    this.to = this.from + length;
    this.soon();
  },

  fit() {
    [this.from, this.to] = [0, this.whole];
    this.soon();
  },

  wheel(event) {
    const box = this.axis.getBoundingClientRect();
    if (event.clientX < box.left) return;
    if (event.ctrlKey || event.metaKey) {
      event.preventDefault();
      this.zoom(Math.exp(event.deltaY / 300), Math.min((event.clientX - box.left) / box.width, 1));
    } else if (event.deltaX && Math.abs(event.deltaX) > Math.abs(event.deltaY)) {
      event.preventDefault();
      const by = Math.min(Math.max((event.deltaX / box.width) * (this.to - this.from), -this.from), this.whole - this.to);
      [this.from, this.to] = [this.from + by, this.to + by];
      this.soon();
    }
  },

  drag(event) {
    const box = this.axis.getBoundingClientRect();
    const share = (x) => Math.min(Math.max((x - box.left) / box.width, 0), 1);
    const begin = share(event.clientX);
    this.axis.setPointerCapture(event.pointerId);
    const move = (at) => {
      const now = share(at.clientX);
      Object.assign(this.brush.style, { left: `${Math.min(begin, now) * 100}%`, width: `${Math.abs(now - begin) * 100}%` });
    };
    const end = (at) => {
      this.axis.removeEventListener("pointermove", move);
      this.axis.removeEventListener("pointerup", end);
      this.brush.style.width = 0;
      const [low, high] = [begin, share(at.clientX)].sort((a, b) => a - b);
      if (high - low < 0.01) return;
      const length = this.to - this.from;
      [this.from, this.to] = [this.from + low * length, Math.max(this.from + high * length, this.from + low * length + 1)];
      this.soon();
    };
    this.axis.addEventListener("pointermove", move);
    this.axis.addEventListener("pointerup", end);
  },
};
