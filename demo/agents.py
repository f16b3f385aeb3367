"""An agent of the demo that sends spans, as OpenTelemetry has them: a root, tools at the same time, retries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from demo import texts
from demo.exchanges import Recorder, Tags
from ingest.record import Exchange, Record

if TYPE_CHECKING:
    from demo.workflows import Scene

Json = dict[str, Any]
_TOOLS: tuple[tuple[str, float, Json], ...] = (
    ("get_order", 180, {"status": "success", "state": "delivered", "items": 2, "total_eur": 148.9}),
    ("get_shipment", 640, {"status": "success", "carrier": "Nordpost", "delivered": True, "signed_by": "neighbour"}),
    ("get_customer", 120, {"status": "success", "since": 2021, "orders": 14, "returns": 1}),
    ("check_stock", 260, {"status": "success", "available": 37, "warehouse": "Malmö"}),
)
"""Name, usual time in ms, what it answers."""
_GONE: Json = {"status": "error", "error": "upstream answered 503: carrier's interface is busy"}
_ENDS = {
    "refund": "The parcel never reached you, so I have refunded the full amount; it takes two to three days.",
    "replacement": "A replacement is on its way and should be with you on Thursday. Keep the first one if it turns up.",
    "answer": "Your parcel was signed for by a neighbour on Tuesday. Please ask next door first.",
}


@dataclass
class _Trace:
    """Exchanges of one trace; each gets a span of its own."""

    recorder: Recorder
    tags: Tags
    trace: str
    keeps_root: bool
    root: str = ""

    def span(self, exchange: Exchange, parent: str | None = None) -> str:
        """Put the exchange under a span, the root's by default; returns its own."""
        exchange.trace_id, exchange.span_id = self.trace, f"{self.recorder.random.getrandbits(64):016x}"
        exchange.parent_span_id = self.root if parent is None else parent
        return exchange.span_id


def order_desk(scene: Scene) -> list[Record]:
    """A customer's complaint: the agent plans, asks several tools at once, looks the policy up, decides and answers.

    Now and then a tool fails and is asked again, a large model is asked for a second opinion, and the root span, sent
    last, is lost.
    """
    recorder, random = scene.recorder, scene.recorder.random
    tags = scene.tags("order-desk", "complaint", scene.crowd.customer(random), "1.2")
    tags = replace(tags, session=(f"order-{random.getrandbits(40):010x}", "Order desk"))
    trace = _Trace(recorder, tags, f"{random.getrandbits(128):032x}", random.random() > 0.06)
    trace.root = f"{random.getrandbits(64):016x}"
    question = f"Order NW-{random.randint(10**5, 10**6 - 1)} is marked as delivered, but nothing arrived."
    ask: list[Json] = [
        {
            "role": "system",
            "content": "You settle complaints of Northwind's customers. Use the tools; be fair and brief.",
        },
        {"role": "user", "content": question},
    ]
    at, records = scene.at, list[Record]()
    chosen = [_TOOLS[0], *random.sample(_TOOLS[1:], random.choice((1, 2, 2, 3)))]
    planned = recorder.llm(at, tags, "/", "gpt-4o-mini", ask, "I look up: " + ", ".join(name for name, *_ in chosen))
    trace.span(planned)
    records.append(planned)
    end = _end(planned)
    if planned.status == 200:
        asked, end = _at_once(trace, chosen, end)
        records += asked
        ended, end = _decide(trace, ask, question, end)
        records += ended
    if trace.keeps_root:
        records.append(_root(trace, question, at, end))
    return records


def _at_once(trace: _Trace, tools: Sequence[tuple[str, float, Json]], at: float) -> tuple[list[Record], float]:
    """Tools that begin together; one that fails is asked again, up to three times."""
    recorder, random = trace.recorder, trace.recorder.random
    records, ends = list[Record](), [at]
    for name, ms, answer in tools:
        began = at + random.uniform(0.002, 0.03)
        for attempt in range(3):
            failed = random.random() < (0.09 if name == "get_shipment" else 0.02)
            given = {"toolName": name, "input": {"order": trace.tags.session[0], "attempt": attempt + 1}}
            ran = recorder.step(began, trace.tags, "/", "tool", given, _GONE if failed else answer, ms=ms)
            trace.span(ran)
            records.append(ran)
            ends.append(_end(ran))
            began = _end(ran) + 0.25 * 2**attempt
            if not failed:
                break
    return records, max(ends)


def _decide(trace: _Trace, ask: list[Json], question: str, at: float) -> tuple[list[Record], float]:
    """The policy, found by a search that has its own steps; the decision, at times a second opinion; what is noted."""
    recorder, random, tags = trace.recorder, trace.recorder.random, trace.tags
    query = {"operation": "search", "text": f"policy: {question}", "topK": 4, "databaseName": "policies"}
    hits = [
        {"id": f"policy-{number}", "score": round(0.93 - number / 9, 3), "text": article[:160]}
        for number, article in enumerate(random.sample(texts.ARTICLES, 3))
    ]
    found = recorder.step(at + 0.01, tags, "/", "vector_db", query, {"status": "success", "matches": hits}, ms=38)
    search = trace.span(found)
    embedded = recorder.embedding(at + 0.012, tags, "/", question)
    trace.span(embedded, search)
    # The search is over when its own steps are.
    found.duration = max(found.duration, int((_end(embedded) - at) * 1e6) + 9_000)
    outcome = random.choices(list(_ENDS), weights=(5, 3, 4))[0]
    told = [*ask, {"role": "user", "content": "\n".join(str(hit["text"]) for hit in hits)}]
    records: list[Record] = [found, embedded]
    end = _end(found)
    if random.random() < 0.14:
        opinion = recorder.llm(end, tags, "/", "claude-opus-4-7", told[1:], f"I would choose: {outcome}.")
        trace.span(opinion)
        records.append(opinion)
        end = _end(opinion)
    said = recorder.llm(end, tags, "/", "gpt-4o", told, _ENDS[outcome], stream=True)
    trace.span(said)
    records.append(said)
    end = _end(said)
    if said.status == 200 and outcome != "answer":
        noted = recorder.step(end + 0.004, tags, "/", "data", {"name": outcome, "order": tags.session[0]}, {}, ms=12)
        trace.span(noted)
        records.append(noted)
        end = _end(noted)
    return records, end


def _root(trace: _Trace, question: str, at: float, end: float) -> Exchange:
    """The whole as a span of its own, from the first step's beginning to the last one's end."""
    root = trace.recorder.step(at - 0.004, trace.tags, "/", "agent", {"input": question}, {"status": "success"}, ms=1)
    root.duration = int((end - at + 0.009) * 1e6)
    root.trace_id, root.span_id = trace.trace, trace.root
    return root


def _end(exchange: Exchange) -> float:
    return (exchange.received_at + exchange.duration) / 1e6
