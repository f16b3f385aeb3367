// Elements and figures. Figures as ui/format.py has them.

function make(name, kind = "", text = "") {
  const made = document.createElement(name);
  if (kind) made.className = kind;
  if (text) made.textContent = text;
  return made;
}

function ticks(from, to, most) {
  const steps = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1e3, 2e3, 5e3, 1e4, 15e3, 3e4, 6e4, 12e4, 3e5, 6e5, 9e5, 12e5, 18e5, 36e5, 72e5, 108e5, 216e5, 432e5, 864e5];
  const step = steps.find((one) => (to - from) / one <= most) ?? Math.ceil((to - from) / most / 864e5) * 864e5;
  const found = [];
  for (let at = Math.ceil(from / step) * step; at <= to; at += step) found.push(at);
  return found;
}

function three(value) {
  const digits = value < 10 ? 2 : value < 100 ? 1 : 0;
  return String(Number(value.toFixed(digits)));
}

function duration(ms) {
  if (ms < 999.5) return `${Math.round(ms)} ms`;
  if (ms < 59950) return `${three(ms / 1000)} s`;
  const seconds = Math.round(ms / 1000), minutes = Math.floor(seconds / 60);
  if (minutes < 60) return seconds % 60 ? `${minutes} min ${seconds % 60} s` : `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `${hours} h ${minutes % 60} min` : `${Math.floor(hours / 24)} d ${hours % 24} h`;
}

function number(value) {
  for (const [size, unit, by] of [[1e9, "B", 1e9], [1e6, "M", 1e6], [1e4, "k", 1e3]]) if (value >= size) return three(value / by) + unit;
  return value.toLocaleString("en");
}

function money(nano, unpriced) {
  if (unpriced && !nano) return "unpriced";
  if (!nano) return "";
  const dollars = nano / 1e9;
  const text = dollars >= 1 ? dollars.toFixed(2) : dollars < 5e-7 ? "0.000001" : dollars.toFixed(dollars >= 0.1 ? 3 : dollars >= 0.001 ? 4 : 6);
  return `${unpriced ? "≥ " : dollars < 5e-7 ? "<" : ""}$${text}`;
}
