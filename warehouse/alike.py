"""Requests that are alike: of one body, or of one system prompt. Known by a digest, since bodies may be megabytes."""

from __future__ import annotations

from uuid import UUID

from warehouse import conditions
from warehouse.client import Reader
from warehouse.conditions import Condition

_OF_SYSTEM = "arrayFirst(m -> JSONExtractString(m, 'role') IN ('system', 'developer'), JSONExtractArrayRaw({}))"
_INSTRUCTIONS = (
    f"concat({_OF_SYSTEM}, {_OF_SYSTEM}, JSONExtractRaw(request_body, 'system'), "
    "JSONExtractRaw(request_body, 'instructions'))"
).format("request_body, 'messages'", "request_body, 'input'")
"""The system prompt as it stands in a body, whoever's API it is; empty where there is none."""

DIGESTS = {
    "instructions": f"lower(hex(sipHash64({_INSTRUCTIONS})))",
    "body": "lower(hex(sipHash64(request_body)))",
}
"""What requests may be alike in -> the expression of its digest."""


def alike(what: str, digest: str) -> Condition:
    """Requests of which `what` has that digest. Raises `KeyError` where `what` is none of `DIGESTS`."""
    value = conditions.bound("String", digest)
    return Condition(f"{DIGESTS[what]} = {value.sql}", value.parameters, frozenset({"request_body"}))


def digests(reader: Reader, request_id: UUID) -> dict[str, str]:
    """The digests of a request by what they are of; without those of what it does not have."""
    sql = f"""
        SELECT if({_INSTRUCTIONS} = '', '', {DIGESTS["instructions"]}) AS instructions,
            if(request_body = '', '', {DIGESTS["body"]}) AS body
        FROM request_response_rmt WHERE request_id = {{wanted:UUID}} ORDER BY request_created_at DESC LIMIT 1"""
    rows = reader.rows(sql, {"wanted": str(request_id)})
    return {name: digest for name, digest in rows[0].items() if digest} if rows else {}
