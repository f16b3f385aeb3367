// The steps of a session as a tree, and beside each the time that it took on an axis common to all. Only the rows in
// sight are in the document, so that ten thousand steps scroll as ten do.
//
// Told: the trigger `step`, the number of the node that was opened. Asked: `nodes` (columns, each node before what is
// under it), `selected`, `kinds` (names and colours), `failed` (a colour).

const ROW = 26, SPARE = 6, MOST_OPEN = 120, SEGMENTS = 240, DEEPEST = 12;

export default function (component) {
  const place = component.parentElement;
  place.timeline ??= new Timeline(place);
  place.timeline.update(component);
  return () => place.timeline?.end(place);
}

class Timeline {
  constructor(place) {
    this.collapsed = new Set();
    this.query = "";
    this.active = 0;
    this.busy = new Map();
    this.root = make("div", "hg-tl");
    this.tools = this.root.appendChild(make("div", "tools"));
    this.scroll = this.root.appendChild(make("div", "scroll"));
    this.head = this.scroll.appendChild(make("div", "head row"));
    for (const [kind, text] of [["name", "Step"], ["n", "Time"], ["n cost", "Cost"], ["n tokens", "Tokens"]]) {
      this.head.append(make("span", kind, text));
    }
    this.axis = this.head.appendChild(make("div", "axis"));
    this.canvas = this.axis.appendChild(make("canvas"));
    this.ticks = this.axis.appendChild(make("div", "ticks"));
    this.brush = this.axis.appendChild(make("i", "brush"));
    this.tree = this.scroll.appendChild(make("div", "tree"));
    for (const [name, value] of [["role", "tree"], ["tabindex", "0"], ["aria-label", "Steps of the session"]]) {
      this.tree.setAttribute(name, value);
    }
    this.lines = this.tree.appendChild(make("div", "lines"));
    this.rows = this.tree.appendChild(make("div", "rows"));
    this.rows.setAttribute("role", "presentation");
    this.buttons();
    place.append(this.root);
    this.scroll.addEventListener("scroll", () => this.soon(false), { passive: true });
    this.scroll.addEventListener("wheel", (event) => this.wheel(event), { passive: false });
    this.tree.addEventListener("keydown", (event) => this.press(event));
    this.tree.addEventListener("click", (event) => this.click(event));
    this.axis.addEventListener("pointerdown", (event) => this.drag(event));
    this.axis.addEventListener("dblclick", () => this.fit());
    this.sized = new ResizeObserver(() => this.soon());
    this.sized.observe(this.root);
  }

  // The page lays itself out anew when a step is opened: the tree that comes then goes on where this one was.
  end(place) {
    const { session, collapsed, query, active, from, to } = this;
    window.hgTimeline = { session, collapsed, query, active, from, to, top: this.scroll.scrollTop, keys: this.keys };
    this.sized.disconnect();
    this.root.remove();
    delete place.timeline;
  }

  update({ data, setTriggerValue }) {
    this.tell = (index) => setTriggerValue("step", index);
    this.kinds = data.kinds;
    this.root.style.setProperty("--failed", data.failed);
    if (this.session !== data.session) this.begin(data);
    if (this.selected !== data.selected) {
      this.selected = data.selected;
      if (this.selected >= 0) this.reveal(this.selected);
    }
    this.list();
  }

  begin(data) {
    this.session = data.session;
    Object.assign(this, data.nodes);
    this.size = this.label.length;
    this.selected = undefined;
    this.active = 0;
    this.collapsed.clear();
    this.busy.clear();
    this.after = new Array(this.size).fill(this.size);
    this.parent = new Array(this.size).fill(-1);
    const open = [];
    for (let at = 0; at < this.size; at++) {
      while (open.length && this.level[open.at(-1)] >= this.level[at]) this.after[open.pop()] = at;
      this.parent[at] = open.at(-1) ?? -1;
      open.push(at);
    }
    if (this.size > MOST_OPEN) this.fold();
    this.from = 0;
    this.to = this.whole = Math.max(this.stop[0] - this.start[0], 1);
    this.legend.replaceChildren(...Object.entries(this.kinds).flatMap(([name, colour]) => {
      if (!this.kind.includes(name) || name === "folder") return [];
      const dot = make("i", "dot");
      dot.style.background = colour;
      return [dot, make("span", "", name.replace("_", " "))];
    }));
    this.events();
    this.resume();
  }

  resume() {
    const before = window.hgTimeline;
    if (before?.session !== this.session) return;
    window.hgTimeline = null;
    const { collapsed, query, active, from, to } = before;
    Object.assign(this, { collapsed, query, active, from, to });
    this.field.value = query;
    requestAnimationFrame(() => {
      this.scroll.scrollTop = before.top;
      if (before.keys) this.tree.focus({ preventScroll: true });
    });
  }

  // Only the upper levels are open at first where there is much.
  fold() {
    const count = [];
    for (const level of this.level) count[level] = (count[level] ?? 0) + 1;
    let shown = 0, deepest = 1;
    while (deepest < count.length && shown + (count[deepest + 1] ?? 0) <= MOST_OPEN) shown += count[++deepest] ?? 0;
    for (let at = 1; at < this.size; at++) if (this.level[at] >= Math.max(deepest, 2) && this.has(at)) this.collapsed.add(at);
  }

  has(at) {
    return this.after[at] > at + 1;
  }

  buttons() {
    this.field = make("input");
    Object.assign(this.field, { type: "search", placeholder: "Search the steps" });
    this.field.setAttribute("aria-label", "Search the steps");
    this.field.addEventListener("input", () => {
      this.query = this.field.value.trim().toLowerCase();
      this.scroll.scrollTop = 0;
      this.list();
    });
    this.field.addEventListener("keydown", (event) => {
      if (event.key === "Enter") this.next(event.shiftKey ? -1 : 1);
      if (event.key === "ArrowDown") this.tree.focus();
    });
    this.said = make("span", "said");
    this.said.setAttribute("role", "status");
    this.legend = make("span", "legend");
    this.tools.append(this.field, this.said, this.legend, make("span", "rest"));
    const all = [
      ["Expand", "Expand all", () => this.collapsed.clear()],
      ["Collapse", "Collapse all", () => this.parents().forEach((at) => at && this.collapsed.add(at))],
      ["−", "Zoom out", () => this.zoom(2)],
      ["+", "Zoom in", () => this.zoom(0.5)],
      ["Fit", "Show the whole time", () => this.fit()],
    ];
    for (const [text, title, act] of all) {
      const button = make("button", "", text);
      Object.assign(button, { type: "button", title });
      button.setAttribute("aria-label", title);
      button.addEventListener("click", () => (act(), this.list()));
      this.tools.append(button);
    }
  }

  parents() {
    return Array.from({ length: this.size }, (_, at) => at).filter((at) => this.has(at));
  }

  matches(at) {
    return `${this.label[at]} ${this.note[at]} ${this.kind[at]} ${this.said_of(at)}`.toLowerCase().includes(this.query);
  }

  said_of(at) {
    return this.status[at] ? `failed ${this.status[at]}` : "";
  }

  // Which rows there are, top to bottom.
  list() {
    this.shown = [];
    this.found = [];
    let wanted = null;
    if (this.query) {
      wanted = new Set();
      for (let at = 0; at < this.size; at++) {
        if (!this.matches(at)) continue;
        this.found.push(at);
        for (let up = at; up >= 0 && !wanted.has(up); up = this.parent[up]) wanted.add(up);
      }
    }
    for (let at = 0; at < this.size; ) {
      if (wanted && !wanted.has(at)) { at = this.after[at]; continue; }
      this.shown.push(at);
      at = !wanted && this.collapsed.has(at) ? this.after[at] : at + 1;
    }
    this.place = new Map(this.shown.map((at, row) => [at, row]));
    while (this.active > 0 && !this.place.has(this.active)) this.active = this.parent[this.active];
    const count = this.found.length;
    this.said.textContent = this.query ? `${count} of ${this.size - 1}` : "";
    this.tree.style.height = `${this.shown.length * ROW}px`;
    this.stale = true;
    this.draw();
  }

  // Scrolling leaves the axis as it is.
  soon(also_axis = true) {
    this.stale ||= also_axis;
    this.waiting ??= requestAnimationFrame(() => {
      this.waiting = null;
      this.draw();
    });
  }

  draw() {
    if (!this.label) return;
    const first = Math.max(Math.floor(this.scroll.scrollTop / ROW) - SPARE, 0);
    const last = Math.min(first + Math.ceil(this.scroll.clientHeight / ROW) + 2 * SPARE, this.shown.length);
    this.rows.replaceChildren(...this.shown.slice(first, last).map((at, row) => this.row(at, first + row)));
    this.tree.setAttribute("aria-activedescendant", `hg-tl-${this.active}`);
    if (this.stale) this.draw_axis();
    this.stale = false;
  }

  row(at, row) {
    const line = make("div", "row");
    line.id = `hg-tl-${at}`;
    line.dataset.at = at;
    line.style.top = `${row * ROW}px`;
    line.setAttribute("role", "treeitem");
    line.setAttribute("aria-level", this.level[at]);
    line.setAttribute("aria-selected", at === this.selected);
    line.setAttribute("aria-label", this.spoken(at));
    if (this.has(at)) line.setAttribute("aria-expanded", !!this.query || !this.collapsed.has(at));
    line.classList.toggle("selected", at === this.selected);
    line.classList.toggle("active", at === this.active);
    line.append(this.name(at), make("span", "n", duration(this.stop[at] - this.start[at])));
    line.append(make("span", "n cost", money(this.cost[at], this.unpriced[at])), make("span", "n tokens", this.tokens[at] ? number(this.tokens[at]) : ""));
    line.append(this.bar(at));
    return line;
  }

  name(at) {
    const cell = make("span", "name");
    cell.style.paddingLeft = `${Math.min(this.level[at] - 1, DEEPEST) * 14}px`;
    cell.append(make("i", this.has(at) ? `caret${!this.query && this.collapsed.has(at) ? " shut" : ""}` : "caret none"));
    const dot = make("i", this.kind[at] === "folder" ? "dot folder" : "dot");
    dot.style.background = this.colour(at);
    const text = make("span", "text");
    text.append(...this.marked(this.label[at]));
    if (this.note[at]) text.append(" ", make("small", "", this.note[at]));
    cell.append(dot, text);
    if (this.has(at)) cell.append(make("small", "count", String(this.steps[at])));
    if (this.status[at]) cell.append(make("b", "bad", `▲ ${this.status[at]}`));
    else if (this.errors[at]) cell.append(make("b", "bad", `▲ ${this.errors[at]}`));
    cell.title = this.spoken(at);
    return cell;
  }

  marked(text) {
    const from = this.query ? text.toLowerCase().indexOf(this.query) : -1;
    if (from < 0) return [text];
    const to = from + this.query.length;
    return [text.slice(0, from), make("mark", "", text.slice(from, to)), text.slice(to)];
  }

  spoken(at) {
    const parts = [this.label[at], this.note[at], this.kind[at] === "folder" ? `${this.steps[at]} steps` : this.kind[at].replace("_", " ")];
    parts.push(duration(this.stop[at] - this.start[at]));
    if (this.has(at)) parts.push(`${duration(this.took[at])} added up`);
    if (this.cost[at] || this.unpriced[at]) parts.push(money(this.cost[at], this.unpriced[at]));
    if (this.tokens[at]) parts.push(`${number(this.tokens[at])} tokens`);
    if (this.status[at]) parts.push(this.said_of(at));
    else if (this.errors[at]) parts.push(`${this.errors[at]} failed`);
    return parts.filter(Boolean).join(", ");
  }

  colour(at) {
    return this.kinds[this.kind[at]] ?? this.kinds.span;
  }

  // The time of a step; of what has steps under it, also when any of them was under way: gaps stay empty.
  bar(at) {
    const cell = make("div", "time");
    const piece = (kind, from, to) => {
      const left = this.x(from), right = this.x(to);
      if (right < 0 || left > 100) return;
      const bar = make("i", kind);
      bar.style.left = `${Math.max(left, 0)}%`;
      bar.style.width = `${Math.min(right, 100) - Math.max(left, 0)}%`;
      bar.style.setProperty("--kind", this.colour(at));
      cell.append(bar);
    };
    const bad = this.status[at] ? " failed" : "";
    if (!this.has(at)) {
      piece(`bar${bad}`, this.start[at], this.stop[at]);
    } else {
      const [from, to] = this.own[at] ?? [this.start[at], this.stop[at]];
      piece(`span${bad}`, from, to);
      for (const [begin, finish] of this.segments(at)) piece("busy", begin, finish);
    }
    return cell;
  }

  // Whether the node is a step that was at work by itself: not one that stands for what is under it.
  works(at) {
    return this.has(at) ? !!this.own[at] && this.own[at][1] <= this.start[at + 1] + 1 : this.index[at] >= 0;
  }

  segments(at) {
    if (this.busy.has(at)) return this.busy.get(at);
    const under = [];
    for (let one = at; one < this.after[at]; one++) if (this.works(one)) under.push(this.own[one] ?? [this.start[one], this.stop[one]]);
    under.sort((a, b) => a[0] - b[0]);
    const close = (this.stop[at] - this.start[at]) / SEGMENTS, merged = [];
    for (const [from, to] of under) {
      const last = merged.at(-1);
      if (last && from <= last[1] + close) last[1] = Math.max(last[1], to);
      else merged.push([from, to]);
    }
    this.busy.set(at, merged);
    return merged;
  }

  click(event) {
    const line = event.target.closest(".row");
    if (!line) return;
    const at = Number(line.dataset.at);
    this.active = at;
    if (event.target.closest(".caret") || this.index[at] < 0) this.toggle(at);
    else this.open(at);
  }

  toggle(at, shut = !this.collapsed.has(at)) {
    if (this.has(at) && !this.query) this.collapsed[shut ? "add" : "delete"](at);
    this.list();
  }

  open(at) {
    if (this.index[at] < 0) return this.toggle(at);
    this.selected = at;
    this.keys = document.activeElement === this.tree;
    this.draw();
    this.tell(this.index[at]);
  }

  press(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const row = this.place.get(this.active) ?? 0, page = Math.max(Math.floor(this.scroll.clientHeight / ROW) - 2, 1);
    const to = { ArrowDown: row + 1, ArrowUp: row - 1, PageDown: row + page, PageUp: row - page, Home: 0, End: this.shown.length - 1 }[event.key];
    const isOpen = this.has(this.active) && !this.collapsed.has(this.active);
    if (to !== undefined) this.go(this.shown[Math.min(Math.max(to, 0), this.shown.length - 1)]);
    else if (event.key === "ArrowRight") isOpen ? this.go(this.active + 1) : this.toggle(this.active, false);
    else if (event.key === "ArrowLeft") isOpen ? this.toggle(this.active, true) : this.go(Math.max(this.parent[this.active], 0));
    else if (event.key === "Enter" || event.key === " ") this.open(this.active);
    else if (event.key === "*") { this.collapsed.clear(); this.list(); }
    else if (event.key === "+" || event.key === "=") this.zoom(0.5);
    else if (event.key === "-") this.zoom(2);
    else if (event.key === "0") this.fit();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  // Make a row the one that keys act on, and bring it into sight.
  go(at) {
    if (!this.place.has(at)) return;
    this.active = at;
    const top = this.place.get(at) * ROW, head = this.head.offsetHeight, high = this.scroll.clientHeight - head;
    if (top < this.scroll.scrollTop) this.scroll.scrollTop = top;
    else if (top + ROW > this.scroll.scrollTop + high) this.scroll.scrollTop = top + ROW - high;
    this.draw();
  }

  reveal(at) {
    for (let up = this.parent[at]; up >= 0; up = this.parent[up]) this.collapsed.delete(up);
    this.active = at;
    this.list();
    this.go(at);
  }

  next(by) {
    if (!this.found.length) return;
    const now = this.found.indexOf(this.active);
    this.go(this.found[(now + by + this.found.length) % this.found.length]);
  }
}

Object.assign(Timeline.prototype, axis);
