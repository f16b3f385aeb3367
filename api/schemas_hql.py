"""What the paths of HQL take and give."""

from __future__ import annotations

from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import Path
from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from api.schemas import EXAMPLE_ID, Body, Failure
from hql.guard import MAX_ROWS

EXAMPLE_SQL = (
    "SELECT request_model, count() AS count FROM request_response_rmt WHERE request_created_at > now() - INTERVAL 7 DAY"
    " GROUP BY request_model ORDER BY count DESC LIMIT 10"
)

QueryId = Annotated[str, Path(alias="queryId", description="The saved query's id")]
Format = Literal["csv", "parquet", "jsonl", "arrow"]
Values = Annotated[dict[str, Any], Field(max_length=100, description="Values of the query's `{name:Type}` parameters")]
Rows = Annotated[
    int, Field(ge=1, le=MAX_ROWS, description=f"How many rows to give at most: 1 to {MAX_ROWS:,}, the most by default")
]


def _like(example: dict[str, Any], *required: str) -> ConfigDict:
    """A body's example. What is `required` has a default all the same: HQL refuses it by a code of its own."""
    extra: dict[str, Any] = {"examples": [example]}
    return ConfigDict(
        alias_generator=to_camel, json_schema_extra=extra | ({"required": [*required]} if required else {})
    )


class Execute(Body):
    """A query to run now."""

    model_config = _like({"sql": EXAMPLE_SQL}, "sql")
    sql: Annotated[str | None, Field(description="One SELECT in ClickHouse's SQL; `schema` lists the tables")] = None
    parameters: Values = Field(default_factory=dict)
    max_rows: Rows = MAX_ROWS


class ExecuteSaved(Body):
    """A saved query to run now."""

    model_config = _like({"parameters": {"model": "gpt-4o"}})
    parameters: Annotated[Values, Field(description="Values of parameters; the others take their defaults")] = Field(
        default_factory=dict
    )
    max_rows: Rows = MAX_ROWS


class Download(Body):
    """A query whose result is to be downloaded."""

    model_config = _like({"sql": EXAMPLE_SQL, "format": "csv"}, "sql")
    sql: Annotated[str | None, Field(description="One SELECT in ClickHouse's SQL")] = None
    format: Annotated[Format, Field(description="`csv` (the default), `parquet`, `jsonl` or `arrow`")] = "csv"
    parameters: Values = Field(default_factory=dict)


class Parameter(Body):
    """A parameter of a saved query."""

    name: str
    type: Annotated[str, Field(description="ClickHouse's name of the type; the SQL's own where it is left out")] = ""
    default: Annotated[Any, Field(description="Taken where a run gives no value")] = None


class NewQuery(Body):
    """A query to save. It need not run yet."""

    model_config = _like({"name": "Requests by model", "sql": EXAMPLE_SQL}, "name", "sql")
    name: Annotated[str | None, Field(description="Up to 255 characters, the organisation's only one")] = None
    sql: str | None = None
    description: str = ""
    parameters: Annotated[list[Parameter], Field(description="Its parameters' names, types and defaults")] = Field(
        default_factory=list
    )


class ChangedQuery(Body):
    """What to change of a saved query; what is left out stays."""

    model_config = _like({"name": "Requests by model and day"})
    name: Annotated[str | None, Field(description="Up to 255 characters, the organisation's only one")] = None
    sql: str | None = None
    description: str | None = None
    parameters: list[Parameter] | None = None


class QueryIds(Body):
    """Saved queries by their ids, up to 1,000."""

    model_config = _like({"ids": [EXAMPLE_ID]})
    ids: Annotated[list[Annotated[UUID, Field(strict=False)]], Field(max_length=1000, description="Up to 1,000 ids")]


class Given(BaseModel):
    """What an answer's `data` is made of."""

    model_config = ConfigDict(alias_generator=to_camel)


class ResultColumn(BaseModel):
    name: str
    type: str


class Execution(Given):
    """Rows as objects. Of two columns with one name, the second is given as `name (2)`."""

    rows: list[dict[str, Any]]
    elapsed_milliseconds: int
    size: Annotated[int, Field(description="Bytes of `rows` as JSON")]
    row_count: int
    truncated: Annotated[bool, Field(description="Whether there would have been more rows")]
    columns: list[ResultColumn]
    rows_read: int
    bytes_read: int


class SchemaColumn(BaseModel):
    """A column as ClickHouse's DESCRIBE names its parts; the last four are empty."""

    name: str
    type: str
    comment: str
    default_type: str = ""
    default_expression: str = ""
    codec_expression: str = ""
    ttl_expression: str = ""


class SchemaTable(BaseModel):
    table_name: str
    comment: str
    columns: list[SchemaColumn]


class SavedQuery(BaseModel):
    """A saved query. Times are ISO 8601 in UTC."""

    id: str
    organization_id: str
    name: str
    sql: str
    description: str
    owner: Annotated[str, Field(description="Who made it: an API key's name, or `Dashboard`")]
    parameters: list[Parameter]
    created_at: str
    updated_at: str
    last_run_at: str | None


class Run(BaseModel):
    """What a run cost; `error` is the code of what stopped it, or empty."""

    started_at: str
    duration_ms: int
    rows: int
    rows_read: int
    bytes_read: int
    error: str


class SavedQueryWithRuns(SavedQuery):
    """A saved query and its latest runs, up to 100."""

    runs: list[Run]


class Deleted(BaseModel):
    deleted: int


class Detail(BaseModel):
    """Where a query is refused; null where it is not at one place."""

    code: str
    line: int | None
    column: int | None


class HqlFailure(Failure):
    """A refusal of HQL: its code and place are part of the sentence, and apart in `detail`."""

    error: Annotated[
        str, Field(examples=["[HQL_UNKNOWN_COLUMN] There is no column modle: did you mean model? (line 1, column 8)"])
    ]
    detail: Detail
