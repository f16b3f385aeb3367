"""The allow-list of functions: what is in it, what must never be, and what is said of the rest."""

from __future__ import annotations

import re
import time

import pytest

from hql.functions import COMBINATORS, hint, is_allowed, names

ALLOWED = """
    count sum uniq quantile quantiles avg toStartOfHour toDate now today arrayMap arrayFilter mapKeys length lower match
    JSONExtractString dateDiff formatDateTime splitByChar cityHash64 if multiIf coalesce round row_number lagInFrame
    domain toTypeName generateUUIDv4 rand cosineDistance groupArray argMax topK windowFunnel retention transform
    plus minus multiply divide modulo negate intDiv equals notEquals less greater lessOrEquals greaterOrEquals
    and or not xor in notIn globalIn like notLike ilike notILike isNull isNotNull array tuple map arrayElement
    tupleElement caseWithExpression toIntervalDay concat CAST _CAST exists grouping untuple dateAdd DATE_SUB
    countIf sumIf uniqIf quantilesIf COUNTIf sumMap countDistinct groupArrayDistinct sumOrNull avgOrDefault
    uniqState uniqMerge uniqMergeState sumSimpleState sumForEach sumResample sumArgMax sumArrayIf quantilesTimingArrayIf
    sumTuple anyLastOrNullIf
"""

FORBIDDEN = """
    file url s3 hdfs remote remoteSecure cluster merge loop view numbers generateRandom input mysql postgresql mongodb
    executable dictionary dictGet dictGetString dictGetOrDefault dictGetOrNull dictGetHierarchy dictGetChildren dictHas
    dictIsIn joinGet joinGetOrNull regionToName regionIn getSetting getSettingOrDefault getServerSetting
    getMergeTreeSetting getMacro getServerPort getClientHTTPHeader getOSKernelVersion globalVariable currentUser
    current_user user session_user authenticatedUser authUser currentRoles enabledRoles defaultRoles currentProfiles
    enabledProfiles defaultProfiles currentDatabase current_database DATABASE SCHEMA currentSchemas currentQueryID
    currentHandler currentRequestURL queryID query_id initialQueryID initial_query_id initialQueryStartTime connectionId
    connection_id hostName hostname FQDN fullHostName displayName version revision buildId chdb uptime serverUUID
    serverTimezone timezone timeZone tcpPort shardNum shardCount zookeeperSessionUptime hasColumnInTable partitionId
    isMergeTreePartCoveredBy mergeTreePartInfo filesystemAvailable filesystemCapacity filesystemUnreserved
    transactionID transactionLatestSnapshot transactionOldestSnapshot showCertificate reverseDNSQuery sleep
    sleepEachRow throwIf aggThrow logTrace addressToLine addressToLineWithInlines addressToSymbol demangle tid trap
    flameGraph stackTrace dumpColumnStructure toColumnTypeName blockNumber blockSize blockSerializedSize
    getTypeSerializationStreams neighbor runningAccumulate runningDifference evalMLMethod catboostEvaluate modelEvaluate
    naiveBayesClassifier assignCentroid aiGenerate AIGenerate aiEmbed aiClassify generateSerialID generateSnowflakeID
    generateRandomStructure structureToCapnProtoSchema structureToProtobufSchema formatRow formatRowNoNewline
    groupFormat formatQuery normalizeQuery fuzzQuery fuzzBits randomString randomFixedString obfuscateQuery
    timeSeriesStoreTags timeSeriesIdToTags firstSignificantSubdomainCustom cutToFirstSignificantSubdomainCustom
    pgGetUserById errorCodeToName indexHint lemmatize synonyms __applyFilter __getScalar nested apply columns
    dictGetIf fileIf sumIfFile sleepState urlMerge State MergeState OrNull sum() sum( 1 `sum` "sum" sum; ß
"""

DANGEROUS = re.compile(
    r"dict|joinget|setting|^file|file$|filesystem|sleep|throw|user$|role|profile|host|server|zookeeper|keeper|transaction"
    r"|macro|introspect|addressto|symbol|trace|certificate|http|schema|database|tablename|mergetree|query_?id|connection"
    r"|uptime|^version|revision|build$|hardware|kernel|tcp|shard|model|^ai|catboost|^fuzz|snowflakeid$|serial|structure"
    r"|formatrow|groupformat|getclient|executable|udf"
)
HARMLESS = {"bitmapbuild", "datetimetosnowflakeid", "datetime64tosnowflakeid", "numericindexedvectorbuild"}


@pytest.mark.parametrize("name", ALLOWED.split())
def test_allowed(name: str) -> None:
    assert is_allowed(name)
    assert is_allowed(name.upper()) and is_allowed(name.lower())


@pytest.mark.parametrize("name", [*FORBIDDEN.split(), "", " sum", "sum ", "sum\n", "sum\x00", "sᴜm"])
def test_never_allowed(name: str) -> None:
    assert not is_allowed(name)
    assert not is_allowed(name.upper())


@pytest.mark.parametrize("combinator", COMBINATORS)
def test_combinators_follow_aggregates_alone(combinator: str) -> None:
    assert is_allowed(f"uniq{combinator}") and is_allowed(f"sumIf{combinator}If")
    assert not is_allowed(f"lower{combinator}") and not is_allowed(f"file{combinator}")


def test_nothing_allowed_looks_dangerous() -> None:
    assert [name for name in names() if DANGEROUS.search(name.lower()) and name.lower() not in HARMLESS] == []


def test_names_are_each_once_and_sorted() -> None:
    folded = [name.lower() for name in names()]
    assert folded == sorted(set(folded))
    assert {"toStartOfHour", "sum", "dateAdd"} <= set(names())
    assert not any(name.startswith("__") for name in names())


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("dictGetString", "join the public tables"),
        ("joinGet", "join the public tables"),
        ("file", "no files"),
        ("getSetting", "settings cannot be read"),
        ("currentUser", "column user_id"),
        ("currentDatabase", "no databases"),
        ("timezone", "UTC"),
        ("sleepEachRow", "does not wait"),
        ("neighbor", "lagInFrame"),
        ("version", "about the server"),
        ("aiGenerate", "calls no models"),
        ("toStarOfHour", "did you mean toStartOfHour"),
        ("TOSTARTOFHUOR", "did you mean toStartOfHour"),
        ("strftime", "no function strftime: did you mean formatDateTime?"),
        ("COUNT_IF", "did you mean countIf?"),
        ("qqqqqqqq", "There is no function qqqqqqqq."),
        ("", "There is no function of that name."),
    ],
)
def test_a_hint_says_what_to_do(name: str, said: str) -> None:
    assert said in hint(name) and name in hint(name)


@pytest.mark.parametrize("name", FORBIDDEN.split())
def test_a_hint_is_one_sentence(name: str) -> None:
    sentence = hint(name)
    assert sentence[-1] in ".?" and len(sentence) < 250


def test_hints_name_only_what_is_allowed() -> None:
    for word in ("strftime", "percentile_cont", "nvl", "to_timestamp", "split_part", "sum_if", "quantil", "lenght"):
        meant = hint(word).partition("did you mean ")[2].rstrip("?").split(" or ")
        assert [name for name in meant if not is_allowed(name)] == []


@pytest.mark.parametrize("name", ["if" * 500_000, "a" * 1_000_000, "ab" * 16_000])
def test_long_names_take_no_time(name: str) -> None:
    started = time.perf_counter()
    assert not is_allowed(name)
    assert hint(name[:32_000])
    assert time.perf_counter() - started < 0.2
