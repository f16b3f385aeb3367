"""The port: what answers when parts are away, its metrics and its pages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from api.app import build
from demo.provider import DemoProvider
from ingest.gateway.protocol import SpellingProtocol
from settings import Settings
from tests.api.conftest import KEY, Api
from tests.gateway.serving import served

CHAT = {"model": "demo/gpt-4o-mini", "messages": [{"role": "user", "content": "Hi"}]}
NOWHERE = "http://default:x@127.0.0.1:1/heliograph"


@pytest.fixture
def alone(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Iterator[httpx.Client]:
    """A port whose warehouse does not answer, and whose other settings are the test's."""
    changed: dict[str, Any] = getattr(request, "param", {})
    with served(DemoProvider()) as demo_url:
        settings = Settings(
            data_dir=tmp_path_factory.mktemp("alone"),
            clickhouse_url=NOWHERE,
            bootstrap_api_key=KEY,
            demo=True,
            demo_port=int(demo_url.rpartition(":")[2]),
            **changed,
        )
        with (
            served(build(settings), lifespan="on", http=SpellingProtocol) as url,
            httpx.Client(base_url=url, headers={"Authorization": f"Bearer {KEY}"}, timeout=30) as client,
        ):
            yield client


def test_everything_is_ready_when_everything_is_there(api: Api) -> None:
    answer = httpx.get(f"{api.url}/readyz")
    assert (answer.status_code, answer.json()) == (200, {"ready": True, "missing": []})


def test_without_the_warehouse_requests_are_proxied_and_labels_taken(alone: httpx.Client) -> None:
    assert alone.post("/v1/chat/completions", json=CHAT).status_code == 200
    assert alone.post("/v1/request/x/feedback", json={"rating": True}).status_code == 200
    assert "heliograph_spool_queued_total 2.0" in alone.get("/metrics").text


def test_without_the_warehouse_reading_says_so(alone: httpx.Client) -> None:
    answer = alone.post("/v1/request/query-clickhouse", json={"filter": "all"})
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "1")
    assert answer.json() == {"data": None, "error": "the warehouse does not answer now; try again"}


def test_without_the_warehouse_queries_are_kept_and_running_one_says_so(alone: httpx.Client) -> None:
    path, body = "/v1/helicone-sql", {"name": "One", "sql": "SELECT 1"}
    assert alone.post(f"{path}/saved-query", json=body).status_code == 201
    for way in ("execute", "download"):
        answer = alone.post(f"{path}/{way}", json={"sql": "SELECT 1"})
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "1")
        assert answer.json()["detail"]["code"] == "HQL_UNAVAILABLE"


def test_without_the_warehouse_the_process_lives_but_is_not_ready(alone: httpx.Client) -> None:
    assert alone.get("/healthz").text == "ok"
    answer = alone.get("/readyz")
    assert (answer.status_code, answer.json()["missing"]) == (503, ["the warehouse does not answer"])


@pytest.mark.parametrize(
    "alone", [{"clickhouse_reader_url": "http://hql_reader:x@127.0.0.1:1/heliograph"}], indirect=True
)
def test_while_hql_s_account_does_not_answer_running_a_query_says_so(alone: httpx.Client) -> None:
    answer = alone.post("/v1/helicone-sql/execute", json={"sql": "SELECT 1"})
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "1")
    assert answer.json()["error"].startswith("[HQL_UNAVAILABLE] The warehouse does not answer now")


@pytest.mark.parametrize("alone", [{"database_url": "postgresql://u:p@127.0.0.1:1/x?connect_timeout=2"}], indirect=True)
def test_without_the_metadata_database_the_port_starts_and_says_so(alone: httpx.Client) -> None:
    assert alone.get("/readyz").json()["missing"][0].startswith("the metadata database does not answer")
    answer = alone.post("/v1/request/x/feedback", json={"rating": True})
    assert (answer.status_code, answer.json()["error"][:42]) == (503, "the metadata database does not answer now;")


@pytest.mark.parametrize("alone", [{"spool_limit_mb": 0}], indirect=True)
def test_a_label_that_cannot_be_stored_is_not_said_to_be(alone: httpx.Client) -> None:
    answer = alone.post("/v1/request/x/feedback", json={"rating": True})
    assert answer.status_code == 503
    assert "heliograph_spool_dropped_total 1.0" in alone.get("/metrics").text


def test_metrics_count_the_gateways_requests(api: Api, client: httpx.Client) -> None:
    def count() -> float:
        found = re.search(r'heliograph_gateway_requests_total{provider="demo",status="2xx"} (\S+)', metrics())
        return float(found[1]) if found else 0.0

    def metrics() -> str:
        return httpx.get(f"{api.url}/metrics").text

    before = count()
    client.post("/v1/chat/completions", json=CHAT)
    assert count() == before + 1
    assert "heliograph_ingest_lag_seconds" in metrics()


def test_an_unknown_path_is_answered_in_the_apis_shape(client: httpx.Client) -> None:
    answer = client.get("/v1/nothing/here")
    assert (answer.status_code, answer.json()) == (404, {"data": None, "error": "no such path; /docs lists them"})


def test_a_wrong_method_is_answered_in_the_apis_shape(client: httpx.Client) -> None:
    answer = client.delete("/v1/request/x/score")
    assert (answer.status_code, answer.json()["data"]) == (405, None)


def test_the_description_names_the_key_and_every_path(api: Api) -> None:
    openapi = httpx.get(f"{api.url}/openapi.json").json()
    assert openapi["components"]["securitySchemes"]["api_key"]["name"] == "Authorization"
    assert openapi["paths"].keys() == {
        "/v1/request/{request_id}", "/v1/request/query-clickhouse", "/v1/request/query", "/v1/request/query-ids",
        "/v1/request/{request_id}/score", "/v1/request/{request_id}/feedback", "/v1/request/{request_id}/property",
        "/v1/feedback", "/healthz", "/readyz", "/metrics",
        "/v1/helicone-sql/execute", "/v1/helicone-sql/schema", "/v1/helicone-sql/download",
        "/v1/helicone-sql/download/{downloadId}", "/v1/helicone-sql/saved-queries", "/v1/helicone-sql/saved-query",
        "/v1/helicone-sql/saved-queries/bulk-delete", "/v1/helicone-sql/saved-query/{queryId}",
        "/v1/helicone-sql/saved-query/{queryId}/execute",
    }  # fmt: skip


def test_the_docs_page_loads_nothing_from_elsewhere(api: Api) -> None:
    page = httpx.get(f"{api.url}/docs").text
    assert "Get requests by their ids" in page and "/v1/helicone-sql/saved-query/$QUERY_ID" in page
    assert not re.search(r"""(src|href)=["']?(https?:)?//""", page)
