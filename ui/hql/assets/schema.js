// The schema browser: tables, their columns, what they mean, values seen. A click puts the name into the editor.

import { current } from "./editor.js";
import { element } from "./tabs.js";
import { words } from "./words.js";

export class Schema {
  static async mount({ parentElement }) {
    if (!parentElement.hqs) {
      parentElement.hqs = new Schema(parentElement);
      await parentElement.hqs.load();
    }
  }

  constructor(place) {
    this.search = element("input", {
      type: "search",
      placeholder: "Find a table or column",
      ariaLabel: "Find a table or column",
    });
    this.search.oninput = () => this.draw();
    this.list = element("div", { className: "hqs-list", textContent: "Reading …" });
    this.open = new Set(["request_response_rmt"]);
    const root = element("div", { className: "hqs" });
    root.append(this.search, this.list);
    place.append(root);
  }

  async load() {
    try {
      await words.load();
    } catch {
      this.list.textContent = "The schema could not be read. Reload the page to try again.";
      return;
    }
    this.draw();
  }

  draw() {
    const wanted = this.search.value.trim().toLowerCase();
    const shown = words.tables.map(table => this.#table(table, wanted)).filter(Boolean);
    this.list.replaceChildren(...shown);
    if (!shown.length) this.list.textContent = "Nothing is called that.";
  }

  #table(table, wanted) {
    const whole = table.name.includes(wanted);
    const columns = table.columns.filter(
      column => whole || `${column.name} ${column.comment}`.toLowerCase().includes(wanted),
    );
    if (!whole && !columns.length) return null;
    const box = element("div", { className: "hqs-table" });
    const inner = element("div", { className: "hqs-columns" });
    const fill = () =>
      inner.replaceChildren(about(table.comment), ...columns.map(column => this.#column(table, column)));
    const open = this.open.has(table.name) || (wanted && !whole);
    const toggle = now => {
      this.open[now ? "add" : "delete"](table.name);
      now ? fill() : inner.replaceChildren();
    };
    box.append(row(table.name, `${table.columns.length}`, table.comment, open, toggle), inner);
    if (open) fill();
    return box;
  }

  #column(table, column) {
    const box = element("div", {});
    const inner = element("div", {});
    const toggle = async now => {
      inner.replaceChildren();
      if (!now) return;
      const values = element("div", { className: "hqs-values", textContent: "…" });
      inner.append(about([column.type, column.comment].filter(Boolean).join(" · ")), values);
      values.replaceChildren(...(await chips(table, column)));
    };
    box.append(row(column.name, short(column.type), `${column.type}\n${column.comment}`, false, toggle), inner);
    return box;
  }
}

function row(name, type, title, open, toggle) {
  const line = element("div", { className: "hqs-row" });
  const arrow = element("button", {
    className: "hqs-open",
    type: "button",
    textContent: "›",
    ariaExpanded: String(open),
  });
  arrow.ariaLabel = `More of ${name}`;
  arrow.onclick = () => {
    const now = arrow.ariaExpanded !== "true";
    arrow.ariaExpanded = String(now);
    toggle(now);
  };
  const label = element("button", {
    className: "hqs-name",
    type: "button",
    textContent: name,
    title: `${title}\nClick to insert`,
  });
  label.onclick = () => current?.insert(name);
  line.append(arrow, label, element("span", { className: "hqs-type", textContent: type, title }));
  return line;
}

async function chips(table, column) {
  try {
    const values = await words.sample(table.name, column.name);
    return values.length ? values.map(value => chip(column, value)) : ["No value among the newest rows."];
  } catch (error) {
    return [error.message];
  }
}

function chip(column, { value, count }) {
  const button = element("button", {
    type: "button",
    title: `${count.toLocaleString()} rows; click to insert`,
    textContent: value || "(empty)",
  });
  button.append(element("small", { textContent: count.toLocaleString() }));
  const text = `'${value.replace(/\\/g, "\\\\").replace(/'/g, "\\'")}'`;
  button.onclick = () =>
    current?.insert(
      /^Map/.test(column.type) ? `${column.name}[${text}]` : /Int|Float|Bool/.test(column.type) ? value : text,
    );
  return button;
}

function about(text) {
  return element("div", { className: "hqs-about", textContent: text });
}

function short(type) {
  return type
    .replace(/LowCardinality\((\w+)\)/g, "$1")
    .replace(/^Nullable\((.*)\)$/, "$1?")
    .replace(/\(.*\)$/, "");
}
