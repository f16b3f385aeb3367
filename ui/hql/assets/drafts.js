// The tabs and their texts. Kept in the browser at every change: a reload brings each back, unsaved ones too.

const MOST = 10;
const KEPT_CLOSED = 20;

/** Tabs of one organisation. `storage`: this window's own first, so that two windows do not take each other's. */
export class Drafts {
  constructor(space, { session = sessionStorage, local = localStorage } = {}) {
    this.key = `heliograph.hql.${space}`;
    this.session = session;
    this.local = local;
    this.tabs = [];
    this.closed = [];
    this.removed = new Set();
    this.#read();
    if (!this.tabs.length) this.open({});
    this.active = this.find(this.active)?.id ?? this.tabs[0].id;
  }

  get full() {
    return this.tabs.length >= MOST;
  }

  get current() {
    return this.find(this.active);
  }

  find(id) {
    return this.tabs.find(tab => tab.id === id);
  }

  /**
   * Open a tab and go to it: the one that has this query already, an empty one, or a new one. Where there is no room
   * for a text, `evicted` is the tab that was closed for it, which can be brought back: one that holds nothing unsaved
   * if there is any, else the oldest.
   */
  open({ query = "", library = "", name = "", text = "" }) {
    const there = this.tabs.find(tab => (query && tab.query === query) || (library && tab.library === library));
    if (there) {
      if (!dirty(there)) Object.assign(there, { name: name || there.name, text, saved: text });
      this.active = there.id;
      return there;
    }
    const blank = text ? this.tabs.find(tab => !tab.query && !tab.text.trim()) : undefined;
    const tab = blank ?? { id: crypto.randomUUID?.() ?? String(Math.random()).slice(2), revision: 0 };
    // A library query is nobody's draft until it is changed; a text that was only handed over is.
    Object.assign(tab, { query, library, name: name || this.#unused(), text, saved: query || library ? text : "" });
    this.evicted = null;
    if (!blank) {
      if (this.full && !text) return null;
      if (this.full) this.evicted = this.close((this.tabs.find(each => !dirty(each)) ?? this.tabs[0]).id);
      this.tabs.push(tab);
    }
    this.active = tab.id;
    return tab;
  }

  close(id) {
    const index = this.tabs.findIndex(tab => tab.id === id);
    if (index < 0) return null;
    const [tab] = this.tabs.splice(index, 1);
    this.removed.add(id);
    this.closed = [{ tab, index }, ...this.closed].slice(0, KEPT_CLOSED);
    if (!this.tabs.length) this.open({});
    if (this.active === id) this.active = this.tabs[Math.min(index, this.tabs.length - 1)].id;
    return tab;
  }

  /** Bring the tab back that was closed last. */
  reopen() {
    if (this.full || !this.closed.length) return null;
    const { tab, index } = this.closed.shift();
    this.removed.delete(tab.id);
    this.tabs.splice(index, 0, tab);
    this.active = tab.id;
    return tab;
  }

  step(by) {
    const at = this.tabs.findIndex(tab => tab.id === this.active);
    this.active = this.tabs[(at + by + this.tabs.length) % this.tabs.length].id;
  }

  keep() {
    const mine = { tabs: this.tabs, active: this.active, closed: this.closed };
    write(this.session, this.key, mine);
    const shared = read(this.local, this.key)?.tabs ?? [];
    const others = shared.filter(tab => !this.find(tab.id) && !this.removed.has(tab.id));
    write(this.local, this.key, { tabs: [...this.tabs, ...others].slice(0, 3 * MOST), active: this.active });
  }

  #read() {
    const found = read(this.session, this.key) ?? read(this.local, this.key) ?? {};
    this.tabs = (found.tabs ?? []).filter(tab => tab.id && typeof tab.text === "string").slice(0, MOST);
    this.closed = found.closed ?? [];
    this.active = found.active;
  }

  #unused() {
    const taken = new Set(this.tabs.map(tab => tab.name));
    let number = 1;
    while (taken.has(`Query ${number}`)) number += 1;
    return `Query ${number}`;
  }
}

/** Whether a tab holds what would be lost with it. */
export function dirty(tab) {
  return tab.text !== tab.saved && tab.text.trim() !== "";
}

function read(storage, key) {
  try {
    return JSON.parse(storage.getItem(key));
  } catch {
    return null;
  }
}

function write(storage, key, value) {
  try {
    storage.setItem(key, JSON.stringify(value));
  } catch {
    // Full, or forbidden in this browser: the tabs live on in the page.
  }
}
