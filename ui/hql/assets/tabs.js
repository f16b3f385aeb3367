// The row of tabs above the editor.

import { dirty } from "./drafts.js";

export class TabBar {
  /** `on`: what happens: `go(id)`, `close(id)`, `add()`, `undo()`. */
  constructor(parent, on) {
    this.on = on;
    this.list = element("div", { className: "hql-tabs", role: "tablist", ariaLabel: "Queries" });
    this.add = element("button", {
      className: "hql-icon",
      type: "button",
      title: "New query (Alt+N)",
      textContent: "+",
    });
    this.add.ariaLabel = "New query";
    this.add.onclick = () => on.add();
    this.notice = element("div", { className: "hql-notice", role: "status" });
    const bar = element("div", { className: "hql-bar" });
    bar.append(this.list, this.add, this.notice);
    parent.append(bar);
    this.list.addEventListener("keydown", event => this.#key(event));
  }

  draw(drafts) {
    const focused = this.list.contains(document.activeElement);
    this.list.replaceChildren(...drafts.tabs.map(tab => this.#tab(tab, tab.id === drafts.active)));
    this.add.disabled = drafts.full;
    this.add.title = drafts.full ? "Ten queries are open: close one first" : "New query (Alt+N)";
    const active = this.list.querySelector('[aria-selected="true"]');
    active?.scrollIntoView({ block: "nearest", inline: "nearest" });
    if (focused) active?.focus();
  }

  /** Say what was closed, and offer it back for a while. */
  closed(tab) {
    clearTimeout(this.timer);
    const undo = element("button", { type: "button", textContent: "Undo" });
    undo.onclick = () => {
      this.say("");
      this.on.undo();
    };
    this.notice.replaceChildren(`Closed ${tab.name} `, undo);
    this.timer = setTimeout(() => this.say(""), 15000);
  }

  say(text) {
    clearTimeout(this.timer);
    this.notice.replaceChildren(text);
  }

  #tab(tab, active) {
    const box = element("div", {
      className: `hql-tab${active ? " active" : ""}${dirty(tab) ? " dirty" : ""}`,
      role: "tab",
      tabIndex: active ? 0 : -1,
      ariaSelected: String(active),
      title: dirty(tab) ? `${tab.name}: not saved` : tab.name,
    });
    box.dataset.id = tab.id;
    const close = element("button", { className: "hql-close", type: "button", tabIndex: -1, textContent: "×" });
    close.ariaLabel = `Close ${tab.name}`;
    close.onclick = event => {
      event.stopPropagation();
      this.on.close(tab.id);
    };
    box.append(element("span", { textContent: tab.name }), close);
    box.onclick = () => this.on.go(tab.id);
    box.onauxclick = event => event.button === 1 && this.on.close(tab.id);
    return box;
  }

  #key(event) {
    const id = event.target.dataset?.id;
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (step) this.on.step(step);
    else if (id && event.key === "Delete") this.on.close(id);
    else if (id && event.key === "Enter") this.on.go(id, true);
    else return;
    event.preventDefault();
  }
}

export function element(tag, properties) {
  return Object.assign(document.createElement(tag), properties);
}
