"""What the API takes. Types are strict: a number in quotes is not a number."""

from __future__ import annotations

import math
import unicodedata
from typing import Annotated, Any, Generic, Literal, TypeVar

from fastapi import Path
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema
from pydantic.alias_generators import to_camel

from ingest.properties import LONGEST_NAME

T = TypeVar("T")


RequestId = Annotated[str, Path(description="`Helicone-Id`, or the `Helicone-Request-Id` that was sent")]


class Body(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


def _score(value: object) -> bool | float:
    if isinstance(value, bool):
        return value
    try:
        if isinstance(value, int | float) and math.isfinite(number := float(value)):
            return number
    except OverflowError:
        pass
    raise ValueError("must be a finite number, true or false")


Score = Annotated[
    Any,
    BeforeValidator(_score),
    WithJsonSchema({"anyOf": [{"type": "number"}, {"type": "boolean"}]}),
]


def _name(value: str) -> str:
    if any(unicodedata.category(character) == "Cc" for character in value):
        raise ValueError("must not contain control characters")
    return value


Name = Annotated[str, Field(min_length=1, max_length=LONGEST_NAME), AfterValidator(_name)]


class Scores(Body):
    """Scores of a request. A score sent again replaces the former one."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"scores": {"accuracy": 0.92, "is_helpful": True}}]})
    scores: Annotated[
        dict[Name, Score], Field(min_length=1, max_length=100, description="Numbers or booleans by their names")
    ]


EXAMPLE_ID = "6f2bb8e4-4d0e-4c39-9e57-6b1f4a2c7d10"


class Feedback(Body):
    """A rating: true is good."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"rating": True}]})
    rating: bool


class FeedbackOf(Feedback):
    """A rating of the request that it names."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"helicone-id": EXAMPLE_ID, "rating": True}]})
    helicone_id: Annotated[str, Field(alias="helicone-id", min_length=1)]


PropertyValue = Annotated[str, Field(max_length=100_000)]


def _named(body: dict[str, str]) -> dict[str, str]:
    """`{"key": name, …}` has a name among its values."""
    if set(body) == {"key", "value"}:
        if len(body["key"]) > LONGEST_NAME:
            raise ValueError(f"the key should have at most {LONGEST_NAME} characters")
        _name(body["key"])
    return body


Properties = Annotated[
    dict[Name, PropertyValue],
    AfterValidator(_named),
    Field(min_length=1, max_length=100, examples=[{"key": "Environment", "value": "production"}]),
]
"""Either `{"key": name, "value": value}` or the properties themselves; docs/choices.md says why both."""

Direction = Literal["asc", "desc"]


class Sort(Body):
    """One key, `asc` or `desc`; newest first where none is given."""

    random: Literal[True] | None = None
    created_at: Direction | None = None
    cache_created_at: Direction | None = None
    latency: Direction | None = None
    last_active: Direction | None = None
    total_tokens: Direction | None = None
    completion_tokens: Direction | None = None
    prompt_tokens: Direction | None = None
    user_id: Direction | None = None
    body_model: Direction | None = None
    is_cached: Direction | None = None
    request_prompt: Direction | None = None
    response_text: Direction | None = None
    properties: dict[Name, Direction] | None = None
    values: dict[Name, Direction] | None = None
    cost: Direction | None = None
    time_to_first_token: Direction | None = None


FILTER = """
`"all"` or `{}` for everything, a branch `{"left": …, "operator": "and" | "or", "right": …}`, or a leaf with one
condition: `{"request_response_rmt": {field: {operator: value}}}`. See docs/api.md for fields and operators.
"""


class Query(Body):
    """Which requests, in which order, how many."""

    model_config = ConfigDict(
        alias_generator=to_camel,
        json_schema_extra={
            "examples": [
                {
                    "filter": {"request_response_rmt": {"model": {"contains": "gpt-4"}}},
                    "sort": {"created_at": "desc"},
                    "limit": 10,
                    "offset": 0,
                }
            ]
        },
    )
    filter: Annotated[Any, Field(description=FILTER, json_schema_extra={"type": ["object", "string"]})] = "all"
    offset: Annotated[int, Field(ge=0, description="How many requests to pass over")] = 0
    limit: Annotated[int, Field(ge=1, le=1000, description="How many requests to give: 1 to 1,000, 10 by default")] = 10
    sort: Sort = Sort()
    is_cached: Annotated[bool | None, Field(description="true: only responses that the cache served")] = None
    is_scored: Annotated[bool | None, Field(description="true: only requests with a score")] = None
    include_inputs: Annotated[bool | None, Field(description="Accepted and without effect")] = None
    is_part_of_experiment: Annotated[bool | None, Field(description="There are no experiments")] = None
    include_body: Annotated[bool, Field(description="Both bodies with every request")] = True


class Ids(Body):
    """Requests by their ids, up to 1,000."""

    model_config = ConfigDict(alias_generator=to_camel, json_schema_extra={"examples": [{"requestIds": [EXAMPLE_ID]}]})
    request_ids: Annotated[list[str], Field(min_length=1, max_length=1000, description="Up to 1,000 ids")]


class Envelope(BaseModel, Generic[T]):
    """Every answer's shape; `error` is null unless the status is an error's."""

    data: T
    error: str | None = None


class Failure(BaseModel):
    """An error's shape."""

    data: None = None
    error: Annotated[str, Field(examples=["filter.request_response_rmt.modle: unknown field, did you mean model?"])]
