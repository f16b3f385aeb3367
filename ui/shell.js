// What the browser does for every page: links of ours change the page without loading it anew, keys lead to pages and
// to the search, and "?" tells which keys there are.
const state = (window.heliograph ??= { pages: [], go: null, waiting: 0, moved: 0 });

// Parameters that a page takes out of its address once it has done what they ask for.
const ONCE = ["sql", "add"];

export default function ({ data, setTriggerValue }) {
  state.pages = data.pages;
  state.go = (href) => {
    state.leaves = { to: new URL(href, location.href).pathname, at: Date.now() };
    setTriggerValue("go", href);
  };
  if (state.listens) return;
  state.listens = true;
  keepHistory();
  document.addEventListener("click", follow, true);
  document.addEventListener("keydown", press, true);
}

// One click, one entry. Streamlit first writes the new page's parameters to the old page's address; and an address that
// has done its work is not one to come back to.
function keepHistory() {
  const push = history.pushState.bind(history);
  history.pushState = (data, unused, url) => {
    const to = new URL(url ?? "", location.href);
    if (to.pathname === location.pathname) {
      const leaves = state.leaves && state.leaves.to !== to.pathname && Date.now() - state.leaves.at < 5000;
      if (leaves) return;
      const has = (address, name) => new URLSearchParams(address.search).has(name);
      if (ONCE.some((name) => has(location, name) && !has(to, name))) return history.replaceState(data, unused, url);
    } else {
      state.leaves = null;
    }
    push(data, unused, url);
  };
}

function follow(event) {
  const menu = event.target.closest?.("details.hg-menu");
  for (const open of document.querySelectorAll("details.hg-menu[open]")) if (open !== menu) open.open = false;
  if (menu && event.target.closest("a")) setTimeout(() => (menu.open = false));
  if (event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  const link = event.target.closest?.('[data-testid="stHtml"] a[href]');
  if (!link || link.origin !== location.origin) return;
  const to = new URL(link.href);
  if (!state.pages.some((page) => page.path === to.pathname)) return;
  event.preventDefault();
  state.go(to.pathname + to.search);
}

function press(event) {
  if (event.metaKey || event.ctrlKey || event.altKey || writes(event.target)) return;
  if (event.key === "Escape") for (const open of document.querySelectorAll("details.hg-menu[open]")) open.open = false;
  if (document.querySelector('[role="dialog"]')) return;
  const second = Date.now() - state.waiting < 1500;
  state.waiting = 0;
  if (second) {
    const page = state.pages.find((one) => one.key === event.key);
    if (page) take(event, () => visit(page));
  } else if (event.key === "g") {
    take(event, () => (state.waiting = Date.now()));
  } else if (event.key === "/") {
    take(event, search);
  } else if (event.key === "?") {
    take(event, help);
  }
}

function visit(page) {
  state.moved = Date.now();
  // The sidebar's own link brings the view along.
  const links = document.querySelectorAll('[data-testid="stSidebar"] [data-testid="stPageLink"] a');
  const link = [...links].find((one) => one.getAttribute("href").split("?")[0] === page.path.slice(1));
  if (link) link.click();
  else state.go(page.path);
}

function take(event, act) {
  event.preventDefault();
  event.stopPropagation();
  act();
}

function writes(target) {
  return target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName);
}

function search() {
  // A page that is still being drawn may have no field yet, or draw it anew.
  const running = () =>
    Date.now() - state.moved < 800 || document.querySelector('[data-testid="stApp"]')?.dataset.testScriptState === "running";
  const until = Date.now() + 3000;
  let gone = false;
  const look = () => {
    const field = document.querySelector(".st-key-search input");
    if (!field && !running() && !gone) {
      gone = true;
      state.go("/requests" + location.search);
    }
    if (document.activeElement === document.body) field?.focus();
    if (Date.now() < until) setTimeout(look, 80);
  };
  document.activeElement?.blur();
  look();
}

function help() {
  const dialog = document.createElement("dialog");
  dialog.className = "hg-keys";
  dialog.setAttribute("aria-label", "Keyboard");
  const rows = [["/", "search requests"], ["?", "this help"], ["Esc", "close"], ["drag", "over a chart: that time alone"]];
  rows.push(...state.pages.map((page) => [`g ${page.key}`, page.title]));
  const list = document.createElement("dl");
  for (const [key, what] of rows) {
    const term = document.createElement("dt");
    for (const one of key.split(" ")) term.append(Object.assign(document.createElement("kbd"), { textContent: one }), " ");
    list.append(term, Object.assign(document.createElement("dd"), { textContent: what }));
  }
  dialog.append(Object.assign(document.createElement("h2"), { textContent: "Keyboard" }), list);
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  dialog.addEventListener("close", () => dialog.remove());
  (document.querySelector('[data-testid="stApp"]') ?? document.body).append(dialog);
  dialog.showModal();
}
