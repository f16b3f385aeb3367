// What can be named where the cursor stands: tables with their aliases, CTEs, subqueries. Pure; works on half a query.

const TOKEN = new RegExp(
  [
    "(?<space>\\s+|--[^\\n]*|/\\*[^]*?(?:\\*/|$))",
    "(?<text>'(?:[^'\\\\]|\\\\[^]|'')*(?:'|$))",
    '(?<quoted>"(?:[^"\\\\]|\\\\[^]|"")*(?:"|$)|`(?:[^`\\\\]|\\\\[^]|``)*(?:`|$))',
    "(?<word>[A-Za-z_][A-Za-z0-9_]*)",
    "(?<number>\\d[\\w.]*)",
    "(?<mark>[^])",
  ].join("|"),
  "g",
);

const OPEN = { "(": ")", "[": "]", "{": "}" };
const SET = /^(union|intersect|except)$/i;
const CLAUSE =
  /^(select|from|where|prewhere|group|having|window|qualify|order|limit|union|intersect|except|settings)$/i;
/** What may follow a table and is no alias of it. */
const JOINING = new Set(
  (
    "join on using global any all asof semi anti inner left right full outer cross array paste final " +
    "sample where prewhere group order having limit union intersect except with settings window qualify"
  ).split(" "),
);

/** Tokens without spaces and comments: `{kind, text, start, end, depth}`. */
export function tokens(sql) {
  const found = [];
  let depth = 0;
  for (const match of sql.matchAll(TOKEN)) {
    const kind = Object.keys(match.groups).find(name => match.groups[name] !== undefined);
    if (kind === "space") continue;
    const text = match[0];
    if (text in OPEN) depth += 1;
    found.push({ kind, text, start: match.index, end: match.index + text.length, depth });
    if (Object.values(OPEN).includes(text)) depth = Math.max(0, depth - 1);
  }
  return found;
}

/** The name that a token stands for, or "" if it is none. */
export function name(token) {
  if (token?.kind === "word") return token.text;
  return token?.kind === "quoted" ? token.text.slice(1, -1) : "";
}

const is = (token, ...words) => token?.kind === "word" && words.includes(token.text.toLowerCase());

/** `{sources: [{table, alias, columns}], ctes: Map, outputs}` for the SELECT around `position`. */
export function scope(sql, position, words) {
  const all = tokens(sql);
  const ctes = new Map();
  let found = { sources: [], outputs: [] };
  for (const [from, to] of enclosing(all, position)) {
    const block = select(all, from, to, position);
    collectCtes(all, block, ctes, words);
    const sources = sourcesOf(all, block, ctes, words);
    const outputs = columnsOf(all, block, sources, true);
    // A subquery may name what stands around it, after its own.
    found = { sources: [...sources, ...found.sources], outputs: sources.length ? outputs : found.outputs };
  }
  return { ...found, ctes };
}

/** Ranges of tokens around the position, the outermost first: the whole text, then every open bracket. */
function enclosing(all, position) {
  const ranges = [[0, all.length]];
  const open = [];
  all.forEach((token, index) => {
    if (token.text === "(") open.push(index);
    else if (token.text === ")" && open.length) {
      const start = open.pop();
      if (all[start].end <= position && position <= token.start) ranges.push([start + 1, index]);
    }
  });
  for (const start of open) if (all[start].end <= position) ranges.push([start + 1, all.length]);
  return ranges
    .sort((a, b) => a[0] - b[0])
    .filter(([start], i) => !i || /^(select|with)$/i.test(all[start]?.text ?? ""));
}

/** The one SELECT of a range of UNIONs and statements that holds the position. */
function select(all, from, to, position) {
  const depth = from < to ? all[from].depth - (all[from].text in OPEN ? 1 : 0) : 0;
  let start = from;
  for (let index = from; index < to; index += 1) {
    const token = all[index];
    const parts = token.depth === depth && (token.text === ";" || (token.kind === "word" && SET.test(token.text)));
    if (!parts) continue;
    if (token.start >= position) return { from: start, to: index, depth };
    start = index + 1;
  }
  return { from: start, to, depth };
}

function collectCtes(all, { from, to, depth }, ctes, words) {
  if (!is(all[from], "with")) return;
  for (let index = from + 1; index < to; index += 1) {
    if (all[index].depth === depth && is(all[index], "select")) return;
    if (is(all[index + 1], "as") && all[index + 2]?.text === "(" && name(all[index]) && all[index].depth === depth) {
      const end = close(all, index + 2, to);
      ctes.set(name(all[index]), outputs(all, index + 3, end, ctes, words));
      index = end;
    }
  }
}

function close(all, open, to) {
  for (let index = open + 1; index < to; index += 1) {
    if (all[index].text === ")" && all[index].depth === all[open].depth) return index;
  }
  return to;
}

/** The columns of a subquery. */
function outputs(all, from, to, ctes, words) {
  const inner = select(all, from, to, all[from]?.start ?? 0);
  const known = new Map(ctes);
  collectCtes(all, inner, known, words);
  return columnsOf(all, inner, sourcesOf(all, inner, known, words), false);
}

function sourcesOf(all, { from, to, depth }, ctes, words) {
  const found = [];
  let within = false;
  for (let index = from; index < to; index += 1) {
    const token = all[index];
    if (token.depth !== depth && !(token.text === "(" && token.depth === depth + 1)) continue;
    if (is(token, "from") || is(token, "join") || (within && token.text === ",")) {
      const array = is(all[index - 1], "array");
      within = !array;
      const [source, next] = array ? [null, index] : sourceAt(all, index + 1, to, ctes, words);
      if (source) found.push(source);
      index = next;
    } else if (token.kind === "word" && CLAUSE.test(token.text)) within = false;
  }
  return found;
}

function sourceAt(all, index, to, ctes, words) {
  let source;
  let end = index;
  if (all[index]?.text === "(" && index < to) {
    end = close(all, index, to);
    source = { table: "", columns: outputs(all, index + 1, end, ctes, words) };
  } else if (index < to && name(all[index]) && !JOINING.has(all[index].text.toLowerCase())) {
    const table = name(all[index]);
    const columns = ctes.get(table) ?? words.table(table)?.columns ?? [];
    source = { table: words.table(table) ? table : "", columns, alias: table };
  } else return [null, index - 1];
  let next = end + 1;
  if (is(all[next], "as")) next += 1;
  if (next < to && name(all[next]) && !(all[next].kind === "word" && JOINING.has(all[next].text.toLowerCase()))) {
    return [{ ...source, alias: name(all[next]) }, next];
  }
  return [source, end];
}

/** What a SELECT gives its columns for names; `own` leaves out those that are a source's anyway. */
function columnsOf(all, { from, to, depth }, sources, own) {
  let index = from;
  while (index < to && !(is(all[index], "select") && all[index].depth === depth)) index += 1;
  const found = [];
  let last = null;
  let previous = null;
  const take = () => {
    if (last?.text === "*") found.push(...(own ? [] : sources.flatMap(source => source.columns)));
    else if (name(last) && is(previous, "as")) found.push({ name: name(last), type: "", comment: "" });
    else if (name(last) && !own) found.push(described(last, sources));
    last = previous = null;
  };
  for (index += 1; index < to; index += 1) {
    const token = all[index];
    if (token.depth === depth && token.kind === "word" && CLAUSE.test(token.text)) break;
    if (token.depth === depth && token.text === ",") take();
    else if (!(is(token, "distinct") && !last)) [previous, last] = [last, token];
  }
  take();
  return found;
}

function described(token, sources) {
  const known = sources.flatMap(source => source.columns).find(column => column.name === name(token));
  return known ?? { name: name(token), type: "", comment: "" };
}
