// ClickHouse's SQL for Ace: what is coloured how. The names of tables, columns and functions come from `words`.

const KEYWORDS = new Set(
  (
    "all and anti any array as asc asof between both by case cast cross cube current desc distinct else " +
    "end escape except exists extract fill first following for from full global group grouping having " +
    "ilike in inner inf intersect interpolate interval into is join last leading left like limit natural " +
    "not nulls of offset on or order outer over partition paste preceding prewhere qualify range " +
    "recursive right rollup row rows sample select semi sets step substring then ties to top trailing " +
    "trim unbounded union using values when where window with"
  ).split(" "),
);

/** Columns are called so as well: a keyword is what is written in capitals. */
const UNITS = new Set("second minute hour day week month quarter year date".split(" "));

const TYPES = new Set(
  (
    "uint8 uint16 uint32 uint64 uint128 uint256 int8 int16 int32 int64 int128 int256 float32 float64 decimal decimal32 " +
    "decimal64 decimal128 string fixedstring date date32 datetime datetime64 uuid bool ipv4 ipv6 nullable " +
    "lowcardinality map tuple"
  ).split(" "),
);

const LITERALS = new Set(["null", "true", "false", "nan"]);

/** Upper-case keywords that completion offers, and those of several words that are typed as one. */
export const OFFERED = (
  "SELECT, FROM, WHERE, GROUP BY, ORDER BY, HAVING, LIMIT, LIMIT BY, WITH, DISTINCT, AS, ON, USING, JOIN, " +
  "LEFT JOIN, INNER JOIN, FULL JOIN, CROSS JOIN, ASOF JOIN, ARRAY JOIN, LEFT ARRAY JOIN, UNION ALL, UNION " +
  "DISTINCT, INTERSECT, EXCEPT, AND, OR, NOT, IN, NOT IN, LIKE, ILIKE, BETWEEN, IS NULL, IS NOT NULL, " +
  "EXISTS, CASE, WHEN, THEN, ELSE, END, ASC, DESC, NULLS LAST, OFFSET, INTERVAL, OVER, PARTITION BY, ROWS " +
  "BETWEEN, UNBOUNDED PRECEDING, CURRENT ROW, WITH FILL, QUALIFY, WITH ROLLUP, DAY, HOUR, MINUTE, WEEK, " +
  "MONTH, CAST, EXTRACT"
).split(", ");

export function define(ace, words) {
  if (ace.require("ace/mode/hql")) return;
  ace.define(
    "ace/mode/hql_highlight_rules",
    ["require", "exports", "ace/lib/oop", "ace/mode/text_highlight_rules"],
    (require, exports) => {
      const { TextHighlightRules } = require("ace/mode/text_highlight_rules");
      function HqlHighlightRules() {
        this.$rules = rules(words);
        this.normalizeRules();
      }
      require("ace/lib/oop").inherits(HqlHighlightRules, TextHighlightRules);
      exports.HqlHighlightRules = HqlHighlightRules;
    },
  );
  ace.define(
    "ace/mode/hql",
    ["require", "exports", "ace/lib/oop", "ace/mode/text", "ace/mode/hql_highlight_rules"],
    (require, exports) => {
      function Mode() {
        this.HighlightRules = require("ace/mode/hql_highlight_rules").HqlHighlightRules;
        this.$behaviour = this.$defaultBehaviour;
        this.lineCommentStart = "--";
        this.blockComment = { start: "/*", end: "*/" };
        this.$quotes = { '"': '"', "'": "'", "`": "`" };
        this.$id = "ace/mode/hql";
      }
      require("ace/lib/oop").inherits(Mode, require("ace/mode/text").Mode);
      exports.Mode = Mode;
    },
  );
}

function rules(words) {
  const quoted = (mark, token, next) => [
    { token: "constant.character.escape", regex: `\\\\.|${mark}${mark}` },
    { token, regex: mark, next: "start" },
    { defaultToken: token },
  ];
  return {
    start: [
      { token: "comment", regex: "--.*$" },
      { token: "comment", regex: "#[! ].*$" },
      { token: "comment", regex: "/\\*", next: "comment" },
      { token: "string", regex: "'", next: "text" },
      { token: "identifier", regex: '"', next: "double" },
      { token: "identifier", regex: "`", next: "back" },
      {
        token: ["paren.lparen", "variable.parameter", "text", "storage.type", "paren.rparen"],
        regex: "(\\{)(\\s*\\w+\\s*)(:)([^}]*)(\\})",
      },
      { token: "constant.numeric", regex: "0x[0-9a-fA-F]+|\\d[\\d_]*(?:\\.\\d+)?(?:[eE][+-]?\\d+)?\\b" },
      { token: name => kind(name, words), regex: "[A-Za-z_][A-Za-z0-9_]*\\b(?=\\s*\\()" },
      { token: name => plain(name, words), regex: "[A-Za-z_][A-Za-z0-9_]*\\b" },
      { token: ["punctuation", "variable.column"], regex: "(\\.)([A-Za-z_][A-Za-z0-9_]*)" },
      { token: "keyword.operator", regex: "->|::|\\|\\||[-+*/%=<>!?:]+" },
      { token: "paren.lparen", regex: "[\\[({]" },
      { token: "paren.rparen", regex: "[\\])}]" },
      { token: "punctuation", regex: "[,;.]" },
    ],
    comment: [{ token: "comment", regex: "\\*/", next: "start" }, { defaultToken: "comment" }],
    text: quoted("'", "string"),
    double: quoted('"', "identifier"),
    back: quoted("`", "identifier"),
  };
}

/** A name before a bracket: a function, unless it can only be a keyword (`IN (`, `VALUES (`). */
function kind(name, words) {
  const low = name.toLowerCase();
  if (words.isFunction(name)) return "support.function";
  if (KEYWORDS.has(low)) return "keyword";
  return TYPES.has(low) ? "storage.type" : plain(name, words);
}

function plain(name, words) {
  const low = name.toLowerCase();
  if (LITERALS.has(low)) return "constant.language";
  if (words.table(name)) return "entity.name.table";
  if (KEYWORDS.has(low) || (UNITS.has(low) && name !== low)) return "keyword";
  if (words.isColumn(name)) return "variable.column";
  return TYPES.has(low) && /[A-Z]/.test(name) ? "storage.type" : "identifier";
}
