"""Which functions HQL knows: the allow-list, held as text in functions.txt, and what to say of all others.

What reads anything but its arguments is not in the list: files, network, other tables, dictionaries, settings, users,
the server; nor is what waits, throws, logs or inspects. A line of the file that begins with ``#`` names a family; three
families mean something here: combinators may follow the names of *aggregate functions*, *the parser's own* are syntax
that is written like a call, and *the engine's own* stand in its trees of a query without ever being written.
"""

from __future__ import annotations

import difflib
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path

_FILE = Path(__file__).with_suffix(".txt")
_AGGREGATES, _ENGINE = "aggregate functions", "the engine's own"
_MAX_NAME = 200

COMBINATORS = (
    "SimpleState", "OrDefault", "Distinct", "Resample", "ForEach", "OrNull", "ArgMin", "ArgMax", "Merge", "State",
    "Array", "Tuple", "Map", "If",
)  # fmt: skip
"""What may follow an aggregate's name, one after another: ``sumIf``, ``uniqArrayIf``, ``quantilesMergeState``."""

_INSTEAD = (
    ("dict* region* joinget* assigncentroid naivebayes* evalmlmethod catboost*",
     "Dictionaries, join tables and models are not part of HQL: join the public tables instead."),
    ("ai*", "HQL calls no models: score requests through the API and read the table scores."),
    ("file* filesystem* url s3* hdfs* showcertificate *subdomaincustom* reversedns*",
     "HQL reads no files and no network, only the public tables."),
    ("sleep* throwif aggthrow logtrace", "HQL does not wait, throw or log: filter with WHERE instead."),
    ("*setting* globalvariable getmacro", "HQL reads no settings: write the value, or a parameter {name:Type}."),
    ("*database database schema currentschemas current_schemas hascolumnintable *mergetreepart* partitionid indexhint "
     "getmaxtablename* remote* merge cluster* loop view",
     "HQL knows no databases and no tables but the public ones: name one of those in FROM."),
    ("user *user currentroles currentprofiles currenthandler currentrequesturl default*roles default*profiles "
     "enabledroles enabledprofiles getclienthttpheader pg*",
     "A query runs for an organisation, not for a user: your application's users are in the column user_id."),
    ("*query_id *queryid initialquery* initial_query* connectionid connection_id transaction*",
     "HQL cannot ask about the query itself: requests are identified by the column request_id."),
    ("timezone servertimezone",
     "Times are in UTC: name another zone as in toStartOfDay(request_created_at, 'Europe/Paris')."),
    ("fqdn fullhostname hostname buildid revision version chdb uptime serveruuid tcpport getserverport getoskernel* "
     "displayname shardnum shardcount zookeeper* errorcodetoname hasthreadfuzzer generateserialid generatesnowflakeid",
     "HQL cannot ask about the server; for ids that are unique there is generateUUIDv7()."),
    ("addressto* demangle tid flamegraph dumpcolumn* tocolumntypename blocknumber blocksize blockserialized* "
     "rownumberinblock isconstant lowcardinality* gettypeserialization*",
     "HQL cannot look into the engine; a value's type is toTypeName(x)."),
    ("neighbor running*",
     "It depends on how rows fall into blocks: use a window function such as lagInFrame(x) OVER (ORDER BY …)."),
    ("*query* fuzz*", "HQL does not work on query texts: compare strings with match(), extract() or tokens()."),
    ("formatrow* groupformat structureto* generaterandomstructure",
     "HQL writes no formats within a query: use toJSONString(map(…)), or download the result in the format you need."),
    ("randomstring* randomfixedstring randomprintable*",
     "HQL makes no random text: use rand(), or generateUUIDv4() for ids."),
    ("timeseries*",
     "Prometheus functions are not part of HQL: group by toStartOfInterval(request_created_at, INTERVAL 5 MINUTE)."),
    ("kql* tokensforlikepattern nested validatenestedarraysizes *ignoreset modulolegacy nothing* lambda __*",
     "The engine keeps it for itself: write the operator or the function that it stands for."),
)  # fmt: skip
"""Names in lower case, ``*`` for anything -> what to do instead; the first that fits is said."""

_ELSEWHERE = {
    "approx_count_distinct": "uniq", "approx_percentile": "quantile", "array_length": "length", "charindex": "position",
    "count_if": "countIf", "current_time": "now", "generate_series": "range", "getdate": "now", "iff": "if",
    "iif": "if", "json_extract": "JSONExtractString", "json_extract_path_text": "JSONExtractString", "len": "length",
    "listagg": "groupConcat", "nvl": "ifNull", "percentile": "quantile", "percentile_cont": "quantileExactInclusive",
    "percentile_disc": "quantileExact", "quantile_cont": "quantileExactInclusive", "random": "rand",
    "regexp_like": "match", "safe_divide": "divideOrNull", "split": "splitByString", "split_part": "splitByString",
    "strftime": "formatDateTime", "string_to_array": "splitByString", "strpos": "position", "sum_if": "sumIf",
    "to_char": "formatDateTime", "to_date": "toDate", "to_timestamp": "parseDateTimeBestEffort",
    "unix_timestamp": "toUnixTimestamp", "zeroifnull": "ifNull",
}  # fmt: skip
"""What other databases call a function -> what ClickHouse calls it."""


def is_allowed(name: str) -> bool:
    """Whether a query may call the function, in whatever case: the engine itself knows which case is right."""
    folded = name.lower()
    return len(folded) <= _MAX_NAME and (folded in _spellings() or _base(folded) in _aggregates())


def is_expected(name: str) -> bool:
    """Whether the engine's tree of an allowed query may hold the function: it is allowed, or the engine's own."""
    return is_allowed(name) or name in _families()[_ENGINE]


@cache
def names() -> tuple[str, ...]:
    """Every function that may be called, as ClickHouse spells it, without combinators."""
    return tuple(_spellings()[folded] for folded in sorted(_spellings()))


def hint(name: str) -> str:
    """One sentence on what to do instead of calling a function that is not allowed."""
    folded = name.lower()
    for patterns, sentence in _INSTEAD:
        if any(fnmatchcase(folded, pattern) for pattern in patterns.split()):
            return sentence
    near = [_ELSEWHERE[folded]] if folded in _ELSEWHERE else _nearest(folded)
    return f"Did you mean {' or '.join(near)}?" if near else "No function of HQL has a name like it."


def _nearest(folded: str) -> list[str]:
    return [_spellings()[found] for found in difflib.get_close_matches(folded, _spellings(), n=2, cutoff=0.7)]


def _base(folded: str) -> str:
    """An aggregate's name without its combinators; anything else with what looks like them taken off."""
    while folded not in _aggregates():
        shorter = next((folded.removesuffix(suffix) for suffix in _suffixes() if folded.endswith(suffix)), None)
        if shorter is None:
            break
        folded = shorter
    return folded


@cache
def _suffixes() -> tuple[str, ...]:
    return tuple(combinator.lower() for combinator in COMBINATORS)


@cache
def _families() -> dict[str, tuple[str, ...]]:
    families: dict[str, tuple[str, ...]] = {}
    for line in _FILE.read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            family = line.removeprefix("#").strip()
        elif line:
            families[family] = (*families.get(family, ()), *line.split())
    return families


@cache
def _aggregates() -> frozenset[str]:
    return frozenset(name.lower() for name in _families()[_AGGREGATES])


@cache
def _spellings() -> dict[str, str]:
    """Names in lower case -> as ClickHouse spells them, the first where it knows several spellings."""
    spellings: dict[str, str] = {}
    for family, members in _families().items():
        for name in members if family != _ENGINE else ():
            spellings.setdefault(name.lower(), name)
    return spellings
