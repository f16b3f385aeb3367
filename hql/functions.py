"""Which functions HQL knows: the allow-list, held as text in functions.txt, and what to say of all others.

What reads anything but its arguments is not in the list: files, network, other tables, dictionaries, settings, users,
the server; nor is what waits, throws, logs or inspects. A line of the file that begins with ``#`` names a family; only
the names of *aggregate functions* may have combinators behind them.
"""

from __future__ import annotations

import difflib
from fnmatch import fnmatchcase
from functools import cache
from itertools import chain
from pathlib import Path

_FILE = Path(__file__).with_suffix(".txt")
_AGGREGATES = "aggregate functions"
_MAX_NAME = 100

COMBINATORS = (
    "SimpleState", "OrDefault", "Distinct", "Resample", "ForEach", "OrNull", "ArgMin", "ArgMax", "Merge", "State",
    "Array", "Tuple", "Map", "If",
)  # fmt: skip
"""What may follow an aggregate's name, one after another: ``sumIf``, ``uniqArrayIf``, ``quantilesMergeState``."""

_INSTEAD = (
    ("dict* region* joinget* assigncentroid naivebayes* evalmlmethod catboost*",
     "dictionaries, join tables and models cannot be read; join the public tables instead."),
    ("ai*", "a query calls no models; score requests through the API and read the table scores."),
    ("file* filesystem* url s3* hdfs* showcertificate *subdomaincustom* reversedns*",
     "a query reads no files and no network, only the public tables."),
    ("sleep* throwif aggthrow logtrace", "a query does not wait, throw or log; filter with WHERE instead."),
    ("*setting* globalvariable getmacro", "settings cannot be read; write the value, or a parameter {name:Type}."),
    ("*database database schema currentschemas current_schemas hascolumnintable *mergetreepart* partitionid indexhint "
     "getmaxtablename* remote* merge cluster* loop view",
     "there are no databases and no tables but the public ones; name one of those in FROM."),
    ("user *user currentroles currentprofiles currenthandler currentrequesturl default*roles default*profiles "
     "enabledroles enabledprofiles getclienthttpheader pg*",
     "a query runs for an organisation, not for a user; your application's users are in the column user_id."),
    ("*query_id *queryid initialquery* initial_query* connectionid connection_id transaction*",
     "a query cannot ask about itself; requests are identified by the column request_id."),
    ("timezone servertimezone",
     "times are in UTC; name another zone as in toStartOfDay(request_created_at, 'Europe/Paris')."),
    ("fqdn fullhostname hostname buildid revision version chdb uptime serveruuid tcpport getserverport getoskernel* "
     "displayname shardnum shardcount zookeeper* errorcodetoname hasthreadfuzzer generateserialid generatesnowflakeid",
     "a query cannot ask about the server; for ids that are unique there is generateUUIDv7()."),
    ("addressto* demangle tid flamegraph dumpcolumn* tocolumntypename blocknumber blocksize blockserialized* "
     "rownumberinblock isconstant lowcardinality* gettypeserialization*",
     "a query cannot look into the engine; a value's type is toTypeName(x)."),
    ("levenshtein* damerau* editdistance* jaro* stringjaccard* arraylevenshtein* arraysimilarity polygon* h3polygon* "
     "geohashesinbox isprobableprime",
     "One call may take minutes that no limit ends: compare with ngramDistance(a, b) or tokens(x) instead."),
    ("neighbor running*",
     "it depends on how rows fall into blocks; use a window function such as lagInFrame(x) OVER (ORDER BY …)."),
    ("*query* fuzz*", "it works on query texts; compare strings with match(), extract() or tokens()."),
    ("formatrow* groupformat structureto* generaterandomstructure",
     "a query writes no formats; use toJSONString(map(…)), or download the result in the format you need."),
    ("randomstring* randomfixedstring randomprintable*",
     "a query makes no random text; use rand(), or generateUUIDv4() for ids."),
    ("timeseries*", "it is Prometheus's; group by toStartOfInterval(request_created_at, INTERVAL 5 MINUTE) instead."),
    ("kql* tokensforlikepattern nested validatenestedarraysizes *ignoreset modulolegacy nothing* lambda __*",
     "the engine keeps it for itself; write the operator or the function that it stands for."),
)  # fmt: skip
"""Names in lower case, ``*`` for anything -> why not, and what to do instead; the first that fits is said."""

WITHOUT_PARENTHESES = frozenset({
    "addresstoline", "addresstolinewithinlines", "addresstosymbol", "current_database", "current_user",
    "currentdatabase", "currenthandler", "currentrequesturl", "currentuser", "database", "demangle", "fuzzquery",
    "getmacro", "getmergetreesetting", "getserversetting", "neighbor", "regionhierarchy", "regionin", "regiontoarea",
    "regiontocity", "regiontocontinent", "regiontocountry", "regiontodistrict", "regiontoname", "regiontopopulation",
    "regiontotopcontinent", "runningaccumulate", "runningdifference", "runningdifferencestartingwithfirstvalue",
    "schema", "session_user", "transactionlatestsnapshot", "transactionoldestsnapshot", "user",
})  # fmt: skip
"""Functions that are not allowed and that the engine calls by their bare name where nothing else is called so."""

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


@cache
def names() -> tuple[str, ...]:
    """Every function that may be called, as ClickHouse spells it, without combinators."""
    return tuple(_spellings()[folded] for folded in sorted(_spellings()))


def is_known(name: str) -> bool:
    """Whether the engine has a function of that name in whatever case, allowed or not."""
    return is_allowed(name) or bool(_reason(name.lower()))


def hint(name: str) -> str:
    """The sentence for a function that is not allowed: why not, or which one was meant, and what to do instead."""
    folded, shown = name.lower(), name[:_MAX_NAME] or "of that name"
    if reason := _reason(folded):
        return f"{shown} is not part of HQL: {reason}"
    near = [_ELSEWHERE[folded]] if folded in _ELSEWHERE else _nearest(folded)
    return f"There is no function {shown}" + (f": did you mean {' or '.join(near)}?" if near else ".")


def _reason(folded: str) -> str:
    """Why a function is not allowed; empty for one that is unknown."""
    fitting = (reason for patterns, reason in _INSTEAD for p in patterns.split() if fnmatchcase(folded, p))
    return next(fitting, "")


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
    for name in chain.from_iterable(_families().values()):
        spellings.setdefault(name.lower(), name)
    return spellings
