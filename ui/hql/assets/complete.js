// Completion that knows where the cursor stands: columns of an alias, keys of a map, values seen, functions.

import { OFFERED } from "./mode.js";
import { name, scope, tokens } from "./scope.js";

const PARAMETER_TYPES = ["String", "UInt32", "Int64", "Float64", "Bool", "Date", "DateTime", "UUID", "Array(String)"];
/** More than HQL reads; typing stays swift whatever is pasted. */
const LONGEST = 40000;
const MAP = /^Map\(/;
const PLAIN = /^[A-Za-z_][A-Za-z0-9_]*$/;

export function completer(words) {
  return {
    id: "hql",
    triggerCharacters: [".", "'", ":"],
    identifierRegexps: [/[A-Za-z0-9_]/],
    getCompletions(editor, session, position, prefix, callback) {
      const inside = session.getTokenAt(position.row, position.column);
      if (inside?.type.startsWith("comment")) return callback(null, []);
      const index = session.doc.positionToIndex(position);
      const found = offers(session.getValue(), index, prefix, words);
      // At once where it can be: who types fast must not be answered about what stood there before.
      if (Array.isArray(found)) callback(null, found);
      else
        found.then(
          values => callback(null, values),
          () => callback(null, []),
        );
    },
  };
}

function offers(sql, index, prefix, words) {
  if (sql.length > LONGEST) return [];
  const before = tokens(sql.slice(0, index));
  const last = before.at(-1);
  if (last?.kind === "text" && (last.text.length === 1 || !last.text.endsWith("'"))) {
    return texts(before, scope(sql, index, words), words, sql[index] === "'");
  }
  const typed = prefix ? before.slice(0, -1) : before;
  const mark = typed.at(-1)?.text;
  if (/^\d/.test(prefix)) return [];
  if (mark === ":" && typed.at(-3)?.text === "{") return types();
  // A name that is being made up is nobody's to complete; after CAST(x AS it is a type.
  if (/^as$/i.test(mark ?? "")) return /^cast$/i.test(opener(typed)) ? types() : [];
  const found = scope(sql, index, words);
  if (mark === ".") return members(name(typed.at(-2)), found, words);
  if (/^(from|join)$/i.test(mark ?? "") || (mark === "," && afterFrom(typed))) return sources(found, words);
  if (!prefix) return [];
  return [
    ...found.outputs.map(column => item(quoted(column.name), "alias", 1100)),
    ...columns(found),
    ...found.sources.filter(source => source.alias).map(source => item(quoted(source.alias), "table", 950)),
    ...(found.sources.length ? [] : sources(found, words)),
    ...words.functions.map(one => call(one, sql[index] === "(")),
    ...OFFERED.map(keyword => item(keyword, "keyword", 400)),
  ];
}

function types() {
  return PARAMETER_TYPES.map(type => item(type, "type", 500));
}

/** The word before the innermost open bracket. */
function opener(typed) {
  const at = typed.findLastIndex(token => token.text === "(" && token.depth === typed.at(-1).depth);
  return typed[at - 1]?.text ?? "";
}

/** Whether a comma stands between tables and not between columns. */
function afterFrom(typed) {
  const depth = typed.at(-1).depth;
  const clause = typed.findLast(
    token => token.depth === depth && /^(select|from|where|by|on|using|with)$/i.test(token.text),
  );
  return /^from$/i.test(clause?.text ?? "");
}

function sources(found, words) {
  return [
    ...[...found.ctes.keys()].map(cte => item(quoted(cte), "WITH", 1200)),
    ...words.tables.map(table => item(table.name, "table", 1000, table.comment)),
  ];
}

/** The columns of an alias; before there is a FROM, those of what has this name. */
function members(alias, found, words) {
  const columns = found.sources.filter(source => source.alias === alias).flatMap(source => source.columns);
  const named = found.ctes.get(alias) ?? words.table(alias)?.columns ?? [];
  return (columns.length ? columns : named).map(column => described(column, 1000));
}

function columns(found) {
  const seen = new Set();
  return found.sources
    .flatMap(source => source.columns)
    .filter(column => !seen.has(column.name) && seen.add(column.name))
    .flatMap(column => [described(column, 1000), ...(MAP.test(column.type) ? [subscript(column)] : [])]);
}

function described(column, score) {
  return item(quoted(column.name), short(column.type), score, column.comment, `${column.name} ${column.type}`);
}

function subscript(column) {
  return {
    ...item(`${column.name}['…']`, "key", 990, column.comment, `${column.name} ${column.type}`),
    snippet: `${column.name}['\${1}']`,
    command: "startAutocomplete",
  };
}

function call(one, bracketed) {
  return {
    ...item(one.name, one.aggregate ? "aggregate" : "function", 600, one.description, one.syntax),
    ...(bracketed ? {} : { snippet: `${one.name}(\${1})${/^\w+\([^()]*\)\(/.test(one.syntax) ? "(\${2})" : ""}` }),
  };
}

/** Inside a string: the key of a map, or a value that the column beside it has. */
async function texts(before, found, words, closed) {
  const [subject, mark] = [before.at(-3), before.at(-2)];
  const column = text =>
    found.sources.flatMap(s => s.columns.map(c => ({ ...c, table: s.table }))).find(c => c.name === text);
  if (mark?.text === "[" && MAP.test(column(name(subject))?.type ?? "")) {
    const of = column(name(subject));
    const keys = words.keys[of.name] ?? (await words.sample(of.table, of.name)).map(one => one.value);
    return keys.map(key => string(key, "key", 1000, closed));
  }
  const compared = subjectOf(before.slice(0, -1));
  const of = column(compared.name);
  if (!of?.table) return [];
  const values = await words.sample(of.table, of.name, compared.key);
  return values.map((one, rank) => string(one.value, `${one.count}×`, 1000 - rank, closed));
}

/** The column (and key) that a string is compared with: `model = '`, `model IN ('a', '`, `properties['App'] = '`. */
function subjectOf(before) {
  let at = before.length - 1;
  while (at >= 0 && (before[at].kind === "text" || before[at].text === ",")) at -= 1;
  if (before[at]?.text === "(") at -= 1;
  while (at >= 0 && /^(=|!|<|>|in|not|like|ilike)$/i.test(before[at].text)) at -= 1;
  if (before[at]?.text === "]" && before[at - 1]?.kind === "text") {
    return { name: name(before[at - 3]), key: before[at - 1].text.slice(1, -1) };
  }
  return { name: name(before[at]), key: "" };
}

function string(value, meta, score, closed) {
  return {
    ...item(value, meta, score),
    completer: {
      insertMatch(editor, data) {
        const { row, column } = editor.getCursorPosition();
        const line = editor.session.getLine(row);
        const start = line.lastIndexOf("'", column - 1) + 1;
        const text = data.value.replace(/\\/g, "\\\\").replace(/'/g, "\\'");
        editor.session.replace({ start: { row, column: start }, end: { row, column } }, text + (closed ? "" : "'"));
        if (closed) editor.navigateRight(1);
      },
    },
  };
}

function item(value, meta, score, text = "", head = "") {
  return { caption: value, value, meta, score, ...(text || head ? { docHTML: doc(head || value, text) } : {}) };
}

function doc(head, text) {
  return `<div class="hql-doc"><code>${escaped(head)}</code><p>${escaped(text)}</p></div>`;
}

function escaped(text) {
  return text.replace(/[&<>"']/g, mark => `&#${mark.charCodeAt(0)};`);
}

function quoted(text) {
  return PLAIN.test(text) ? text : `\`${text.replace(/[`\\]/g, "\\$&")}\``;
}

/** A type as it fits beside a name: `LowCardinality(Nullable(String))` is a String that may be missing. */
function short(type) {
  return (
    type.replace(/LowCardinality\(([^()]*(?:\([^()]*\))?)\)/g, "$1").replace(/^Nullable\((.*)\)$/, "$1?") || "column"
  );
}
