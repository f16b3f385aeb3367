// j and k, and the arrows: the next and the previous row of the table, or request of the open drawer. Enter opens a row,
// as it does any link.
const STEPS = { j: 1, ArrowDown: 1, ArrowRight: 1, k: -1, ArrowUp: -1, ArrowLeft: -1 };

export default function ({ data }) {
  // `last` is the request whose row was the last in focus or open: from there the keys go on. A table that is drawn anew
  // has no focus, and this module may be loaded anew: so it is the window's.
  const keys = (window.heliographKeys ??= started());
  const closed = keys.open && !data.open;
  keys.open = data.open;
  if (data.open) keys.last = data.open;
  if (closed) returnTo(20);
}

function started() {
  document.addEventListener("keydown", press, true);
  return { open: "", last: "" };
}

function press(event) {
  if (event.metaKey || event.ctrlKey || event.altKey || writes(event.target)) return;
  const step = STEPS[event.key];
  if (!step) return;
  const drawer = document.querySelector('[role="dialog"] .st-key-step-next');
  if (drawer) {
    // The arrows up and down scroll what is open, and left and right go along its tabs.
    if (event.key.startsWith("Arrow") && (/Up|Down/.test(event.key) || event.target.closest?.('[role="tablist"]'))) return;
    const name = step > 0 ? "next" : "previous";
    take(event, () => document.querySelector(`[role="dialog"] .st-key-step-${name} button:not(:disabled)`)?.click());
  } else if (!document.querySelector('[role="dialog"]') && (event.key === "j" || event.key === "k" || inTable())) {
    if (/Left|Right/.test(event.key)) return;
    const rows = listed();
    const at = rows.indexOf(inTable() ? document.activeElement : lastOf(rows));
    const to = rows[at < 0 ? (step > 0 ? 0 : rows.length - 1) : at + step];
    if (to) take(event, () => focus(to));
  }
}

// The drawer closes by and by, and the table is drawn anew: the row gets the focus as soon as nothing else has it.
function returnTo(tries) {
  const row = document.activeElement === document.body && lastOf(listed());
  if (row && !document.querySelector('[role="dialog"]')) focus(row);
  if (tries) setTimeout(returnTo, 50, tries - 1);
}

function lastOf(rows) {
  return rows.find((row) => idOf(row) === window.heliographKeys.last);
}

function listed() {
  return [...document.querySelectorAll(".hg-rows > a.row")];
}

function idOf(row) {
  return new URL(row.href).searchParams.get("request");
}

function focus(row) {
  window.heliographKeys.last = idOf(row);
  row.focus();
}

function inTable() {
  return document.activeElement?.matches(".hg-rows > a.row");
}

function take(event, act) {
  event.preventDefault();
  event.stopPropagation();
  act();
}

function writes(target) {
  return target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName);
}
