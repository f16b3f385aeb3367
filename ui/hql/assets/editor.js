// The editor of the HQL page: tabs over Ace. The texts live here; Python is told of them and asks for changes.
//
// Told: the state `draft` (the tab in front, some moments after typing stops) and the trigger `act` (run, save).
// Asked: `commands`, each with an id and carried out once, `marks`, the errors of a tab's revision, and `values`, those
// of the tab's parameters.

import { create, follow, load } from "./ace.js";
import { Checks } from "./checks.js";
import { Drafts, dirty } from "./drafts.js";
import { element, TabBar } from "./tabs.js";
import { words } from "./words.js";

const REPORT_MS = 500;
const KEEP_MS = 150;
const HEIGHT = "heliograph.hql.height";

/** The editor that is on the page, for the schema browser. */
export let current = null;

export class Editor {
  static async mount(component) {
    const place = component.parentElement;
    place.hql ??= new Editor(place);
    const editor = place.hql;
    editor.component = component;
    const ace = await (editor.ready ??= load());
    editor.ace ?? editor.start(ace, component.data.space);
    editor.update(component.data);
    return () => editor.destroy(place);
  }

  constructor(place) {
    this.root = element("div", { className: "hql" });
    place.append(this.root);
    this.done = [];
    this.sessions = new Map();
  }

  start(ace, space) {
    this.drafts = new Drafts(space);
    this.bar = new TabBar(this.root, {
      go: (id, focus = true) => this.go(id, focus),
      close: id => this.close(id),
      add: () => this.open({}),
      undo: () => this.reopen(),
      step: by => this.step(by),
    });
    const box = element("div", { className: "hql-ace" });
    box.style.height = stored(HEIGHT) ?? "";
    this.root.append(box);
    this.ace = create(ace, box);
    this.checks = new Checks(this.root, ace.require("ace/range").Range);
    this.resizing = new ResizeObserver(() => {
      this.ace.resize();
      if (box.style.height) store(HEIGHT, box.style.height);
    });
    this.resizing.observe(box);
    this.ace.on("blur", () => this.report());
    this.listening = new AbortController();
    const { signal } = this.listening;
    window.addEventListener("keydown", event => this.key(event), { capture: true, signal });
    window.addEventListener("pagehide", () => this.keep(), { signal });
    current = this;
    words.load().then(
      () => this.ace?.session.bgTokenizer.start(0),
      () => {},
    );
    this.show();
  }

  destroy(place) {
    if (!this.ace) return;
    this.keep();
    this.listening.abort();
    this.resizing.disconnect();
    clearTimeout(this.reporting);
    this.ace.destroy();
    this.root.remove();
    this.ace = null;
    delete place.hql;
    if (current === this) current = null;
  }

  update({ commands = [], marks = null, values = null }) {
    const style = getComputedStyle(this.root);
    follow(this.ace, isDark(style.getPropertyValue("--st-background-color")), style.getPropertyValue("--st-code-font"));
    // What the page opens comes first: the tab of last time is not told of in between.
    this.told = this.component;
    const fresh = commands.filter(command => !this.done.includes(command.id));
    for (const command of fresh) this.carryOut(command);
    if (fresh.length || !this.sent) this.report();
    const tab = this.drafts.current;
    const mine = values?.tab === tab.id ? values.parameters : this.checks.parameters;
    this.checks.look(tab, this.ace.session, mine);
    if (marks?.tab === tab.id && marks.revision === (tab.revision ?? 0)) {
      this.checks.mark(this.ace.session, marks.errors);
      // The page says it below.
      this.checks.say("");
    }
  }

  carryOut(command) {
    this.done = [command.id, ...this.done].slice(0, 50);
    const tab =
      this.drafts.find(command.tab) ?? this.drafts.tabs.find(each => command.query && each.query === command.query);
    switch (command.do) {
      case "open":
        // What a link opened is looked at first: the page does not jump to the editor, nor a phone's keyboard up.
        return this.open(command, this.sent !== undefined);
      case "insert":
        return this.insert(command.text);
      case "saved":
        if (tab) Object.assign(tab, { query: command.query, library: "", name: command.name, saved: command.text });
        return this.drawn();
      case "deleted":
        if (tab) Object.assign(tab, { query: "", saved: "" });
        return this.drawn();
    }
  }

  // Tabs

  open(query, focus = true) {
    if (!this.drafts.open(query)) return this.bar.say("Ten queries are open: close one first.");
    this.show(focus);
    if (this.drafts.evicted) this.bar.closed(this.drafts.evicted);
  }

  go(id, focus) {
    this.drafts.active = id;
    this.show(focus);
  }

  step(by) {
    this.drafts.step(by);
    this.show();
  }

  close(id) {
    const tab = this.drafts.close(id);
    this.show(true);
    if (tab?.text.trim()) this.bar.closed(tab);
  }

  reopen() {
    if (this.drafts.reopen()) this.show(true);
  }

  /** Bring the tab in front that the drafts say is. */
  show(focus = false) {
    const tab = this.drafts.current;
    const session = this.sessionOf(tab);
    if (session.getValue() !== tab.text) session.setValue(tab.text);
    if (this.ace.session !== session) this.ace.setSession(session);
    if (focus) this.ace.focus();
    this.drawn();
    this.report();
    this.checks.unmark();
    this.checks.look(tab, session, {});
  }

  drawn() {
    this.bar.draw(this.drafts);
    this.keep();
  }

  /** A session of its own for each tab, which keeps the tab's undo history, cursor and scroll position. */
  sessionOf(tab) {
    if (!this.sessions.has(tab.id)) {
      const session = window.ace.createEditSession(tab.text, "ace/mode/hql");
      session.setOptions({ tabSize: 2, useSoftTabs: true, wrap: true, indentedSoftWrap: false, useWorker: false });
      session.on("change", () => this.changed(tab.id, session));
      this.sessions.set(tab.id, session);
    }
    return this.sessions.get(tab.id);
  }

  changed(id, session) {
    const tab = this.drafts.find(id);
    if (!tab) return;
    const [text, was] = [session.getValue(), dirty(tab)];
    if (text === tab.text) return;
    tab.text = text;
    tab.revision = (tab.revision ?? 0) + 1;
    this.checks.unmark();
    if (was !== dirty(tab)) this.bar.draw(this.drafts);
    clearTimeout(this.keeping);
    this.keeping = setTimeout(() => this.keep(), KEEP_MS);
    clearTimeout(this.reporting);
    this.reporting = setTimeout(() => this.report(), REPORT_MS);
    this.checks.look(tab, session, this.checks.parameters);
  }

  keep() {
    clearTimeout(this.keeping);
    this.drafts.keep();
  }

  insert(text) {
    const before = this.ace.session.getLine(this.ace.getCursorPosition().row)[this.ace.getCursorPosition().column - 1];
    this.ace.insert((/[\w'"`)\]]/.test(before ?? "") ? " " : "") + text);
    this.ace.focus();
  }

  // Python

  draft() {
    const { id, text, name, query, library, revision } = this.drafts.current;
    return {
      tab: id,
      revision: revision ?? 0,
      text,
      name,
      query,
      library,
      dirty: dirty(this.drafts.current),
      done: this.done,
      tabs: this.drafts.tabs.map(tab => tab.id),
    };
  }

  report() {
    clearTimeout(this.reporting);
    if (!this.told) return;
    const draft = this.draft();
    const text = JSON.stringify(draft);
    if (text === this.sent) return;
    this.sent = text;
    this.told.setStateValue("draft", draft);
  }

  act(kind) {
    clearTimeout(this.reporting);
    this.keep();
    this.ace.completer?.detach();
    const range = this.ace.getSelectionRange();
    const selected = this.ace.session.getTextRange(range);
    const selection =
      kind === "run" && selected.trim() ? { text: selected, line: range.start.row, column: range.start.column } : null;
    this.sent = JSON.stringify(this.draft());
    this.told.setTriggerValue("act", { kind, ...this.draft(), selection });
  }

  // Keys of the whole page, wherever the focus is; not while a dialog is open.

  key(event) {
    const command = event.metaKey || event.ctrlKey;
    const key = event.key.toLowerCase();
    if (document.querySelector('[data-testid="stDialog"]')) {
      if (command && key === "s") event.preventDefault();
      return;
    }
    if (command && !event.altKey && !event.shiftKey && (key === "enter" || key === "s")) {
      const kind = key === "s" ? "save" : "run";
      // A field that is being typed in tells its value when it is left.
      const field = document.activeElement?.matches("input, textarea") && !this.root.contains(document.activeElement);
      if (field) document.activeElement.blur();
      setTimeout(() => this.act(kind), field ? 60 : 0);
    } else if (event.altKey && !command && event.code === "KeyN") this.open({});
    else return;
    event.preventDefault();
    event.stopPropagation();
  }
}

function isDark(colour) {
  const context = element("canvas", { width: 1, height: 1 }).getContext("2d");
  context.fillStyle = colour;
  context.fillRect(0, 0, 1, 1);
  const [red, green, blue] = context.getImageData(0, 0, 1, 1).data;
  return red * 0.3 + green * 0.6 + blue * 0.1 < 128;
}

function stored(key) {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

function store(key, value) {
  try {
    localStorage.setItem(key, value);
  } catch {
    // The height is forgotten.
  }
}

export { Schema } from "./schema.js";
