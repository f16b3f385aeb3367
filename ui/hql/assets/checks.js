// Looks a query over while it is written: errors marked at their place, and how much it would read. Nothing is run.

import { element } from "./tabs.js";

const CHECK_MS = 450;
const COMMAND = /Mac|iP/.test(navigator.platform) ? "⌘" : "Ctrl+";

export class Checks {
  constructor(parent, Range) {
    this.Range = Range;
    this.parameters = {};
    this.marks = [];
    this.line = element("div", { className: "hql-line" });
    this.said = element("span", { role: "status" });
    const keys = element("span", { className: "hql-keys", textContent: `${COMMAND}Enter runs · ${COMMAND}S saves` });
    this.line.append(this.said, keys);
    parent.append(this.line);
  }

  /** Look at the tab's text soon, unless this text with these parameters has been looked at. */
  look(tab, session, parameters) {
    this.parameters = parameters;
    const asked = JSON.stringify({ text: tab.text, parameters });
    if (asked === this.asked) return;
    this.asked = asked;
    this.stopped?.abort();
    clearTimeout(this.timer);
    if (!tab.text.trim()) return this.say("");
    this.timer = setTimeout(() => this.#ask(asked, session), CHECK_MS);
  }

  async #ask(asked, session) {
    this.stopped = new AbortController();
    try {
      const body = { method: "POST", headers: { "Content-Type": "application/json" }, body: asked };
      const answer = await fetch("/hql/check", { ...body, signal: this.stopped.signal });
      const found = await answer.json();
      if (asked !== this.asked) return;
      this.unmark();
      if (found.error) this.say(found.error.message, true);
      else this.say(found.rows ? `Reads about ${found.rows.toLocaleString()} rows` : "Reads no rows of the tables");
      if (found.error?.at) this.mark(session, [{ ...found.error.at, text: found.error.message }]);
    } catch {
      // Superseded, or the dashboard is away, which Streamlit says itself; the next change asks again.
      if (asked === this.asked) this.asked = null;
    }
  }

  say(text, wrong = false) {
    this.said.textContent = text;
    this.line.classList.toggle("wrong", wrong);
  }

  mark(session, errors) {
    this.unmark();
    session.setAnnotations(
      errors.map(({ line, column, text }) => ({ row: line - 1, column: column - 1, text, type: "error" })),
    );
    this.marks = errors.map(({ line, column, length }) => {
      // Python counts characters, the editor UTF-16 units.
      const characters = Array.from(session.getLine(line - 1));
      const [start, end] = [column - 1, column - 1 + Math.max(1, length)].map(
        at => characters.slice(0, at).join("").length,
      );
      const range = new this.Range(line - 1, start, line - 1, Math.max(end, start + 1));
      return [session, session.addMarker(range, "hql-error", "text", true)];
    });
  }

  unmark() {
    for (const [session, id] of this.marks) {
      session.removeMarker(id);
      session.clearAnnotations();
    }
    this.marks = [];
  }
}
