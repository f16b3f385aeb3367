// j and k, and the arrows: the next and the previous row of the table, or request of the open drawer. Enter opens a row,
// as it does any link.
const STEPS = { j: 1, ArrowDown: 1, ArrowRight: 1, k: -1, ArrowUp: -1, ArrowLeft: -1 };

export default function () {
  if (window.heliographKeys) return;
  window.heliographKeys = true;
  document.addEventListener("keydown", press, true);
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
    const rows = [...document.querySelectorAll(".hg-rows > a.row")];
    const at = rows.indexOf(document.activeElement);
    const to = rows[at < 0 ? (step > 0 ? 0 : rows.length - 1) : at + step];
    if (to) take(event, () => to.focus());
  }
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
