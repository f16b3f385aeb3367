"""The applications of the demo: each plays one conversation, task or job and returns what it would have recorded."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from demo import texts
from demo.agents import order_desk
from demo.exchanges import Recorder, Tags
from demo.people import Crowd, Person
from ingest.record import Exchange, Feedback, Record, Score

Json = dict[str, Any]
SQL_TOOL = {
    "type": "function",
    "function": {
        "name": "run_sql",
        "description": "Run a read-only query against the shop's warehouse.",
        "parameters": {"type": "object", "properties": {"sql": {"type": "string"}}, "required": ["sql"]},
    },
}


@dataclass(frozen=True)
class Scene:
    """When and for whom a workflow plays."""

    recorder: Recorder
    crowd: Crowd
    at: float
    day: date

    def tags(self, app: str, feature: str, person: Person, release: str, **more: str) -> Tags:
        stage = self.recorder.random.choices(("production", "staging", "development"), weights=(90, 8, 2))[0]
        said = {"App": app, "Feature": feature, "Plan": person.plan, "Release": release, "Environment": stage, **more}
        return Tags(person, said)


Workflow = Callable[[Scene], list[Record]]


def support_chat(scene: Scene) -> list[Record]:
    """A customer's conversation: each turn looks articles up and answers in a stream; some customers rate it."""
    recorder, random = scene.recorder, scene.recorder.random
    person = scene.crowd.customer(random)
    language = person.language if random.random() < 0.8 else "en"
    ago = recorder.weather.days_ago(scene.day)
    version = "1" if ago > 19 else "2" if ago > 7 else "3"
    tags = scene.tags("support-chat", "answer", person, "5.1" if version == "1" else "5.2", Language=language)
    tags = replace(tags, session=(f"chat-{random.getrandbits(40):010x}", "Support chat"), prompt=("support", version))
    model = "claude-haiku-4-5" if random.random() < 0.35 else "gpt-4o-mini"
    slots = {"order": f"NW-{random.randint(10**5, 10**6 - 1)}", "digits": f"{random.randint(1000, 9999)}"}
    at, records = scene.at, list[Record]()
    messages: list[Json] = [{"role": "system", "content": texts.SUPPORT_SYSTEM}]
    for turn, (question, answer) in enumerate(random.choice(texts.SUPPORT[language]), 1):
        asked = question.format(**slots)
        found, at = _look_up(recorder, at, tags, f"/chat/turn-{turn}", asked)
        articles = "\n\n".join(random.sample(texts.ARTICLES, 3))
        messages += [{"role": "user", "content": f"{asked}\n\nHelp articles:\n{articles}" if turn == 1 else asked}]
        said = _talk(recorder, at, tags, f"/chat/turn-{turn}/answer", model, messages, answer.format(**slots))
        records += [*found, said]
        if said.status != 200:
            break
        messages.append({"role": "assistant", "content": answer.format(**slots)})
        at += said.duration / 1e6 + random.uniform(15, 120)
    rated = next(record for record in reversed(records) if isinstance(record, Exchange))
    if random.random() < 0.12:
        happy = rated.status == 200 and random.random() < {"1": 0.7, "2": 0.8, "3": 0.9}[version]
        records.append(_feedback(recorder, rated, random.expovariate(1 / 90), happy))
    if random.random() < 0.1:
        scores = {"helpfulness": round(random.betavariate(6 + int(version), 2), 3), "on_topic": random.random() < 0.97}
        # The nightly evaluation looks at a sample of the day.
        records.append(_scores(recorder, rated, random.uniform(3_600, 60_000), scores))
    return records


def research(scene: Scene) -> list[Record]:
    """An agent: plans, searches with tools, reads what it found, writes a report that is then judged."""
    recorder, random = scene.recorder, scene.recorder.random
    person, topic = scene.crowd.colleague(random), random.choice(texts.TOPICS)
    tags = scene.tags("research-agent", "report", person, "0.9")
    tags = replace(tags, session=(f"research-{random.getrandbits(40):010x}", topic.title))
    ask: list[Json] = [{"role": "user", "content": topic.question}]
    plan = "1. " + "\n2. ".join(topic.searches)
    reasoning = random.randint(180, 900)
    records: list[Record] = [
        planned := recorder.llm(scene.at, tags, "/research/plan", "o4-mini", ask, plan, reasoning=reasoning)
    ]
    at = scene.at + planned.duration / 1e6
    notes: list[Json] = [*ask]
    together, ends = random.random() < 0.6, [at]
    for number, query in enumerate(topic.searches if planned.status == 200 else (), 1):
        found, end = _search(recorder, at, tags, f"/research/search-{number}", query, topic)
        ends.append(end)
        at = at + 0.02 if together else end
        records += found
        notes.append({"role": "user", "content": f"Source {number}: {query}: {topic.finding}"})
    if planned.status != 200:
        return records
    at = max(ends)
    report = f"## {topic.title}\n\n{topic.finding}\n\n" + "\n".join(f"- Source: {query}" for query in topic.searches)
    wrote = recorder.llm(at, tags, "/research/write", "claude-sonnet-4-6", notes, report, options={"max_tokens": 4096})
    records.append(wrote)
    if wrote.status == 200:
        judged = {"grounded": random.random() < 0.93, "completeness": round(random.betavariate(7, 2), 3)}
        records.append(_scores(recorder, wrote, random.uniform(5, 60), judged))
    return records


def code_review(scene: Scene) -> list[Record]:
    """A review by a large model whose long instructions are cached at the provider."""
    recorder, random = scene.recorder, scene.recorder.random
    person = scene.crowd.colleague(random)
    tags = scene.tags("code-review", "review", person, "1.4")
    tags = replace(tags, session=(f"review-{random.getrandbits(40):010x}", f"Pull request {random.randint(900, 1900)}"))
    model = "claude-opus-4-7" if random.random() < 0.15 else "claude-sonnet-4-6"
    cached = {"type": "ephemeral"}
    system = [{"type": "text", "text": texts.CODE_SYSTEM, "cache_control": cached}]
    options = {"system": system, "max_tokens": 2048}
    at, records, messages = scene.at, list[Record](), list[Json]()
    for number, (code, answer) in enumerate(random.sample(texts.CODE, random.randint(1, 4)), 1):
        messages.append({"role": "user", "content": f"Review this change:\n\n```\n{code}\n```"})
        said = recorder.llm(at, tags, f"/review/file-{number}", model, messages, answer, stream=True, options=options)
        records.append(said)
        if said.status != 200:
            break
        messages.append({"role": "assistant", "content": answer})
        at += said.duration / 1e6 + random.uniform(2, 20)
    return records


def catalogue(scene: Scene) -> list[Record]:
    """Tags of a product from its picture; the same picture comes back often and is answered from the cache."""
    recorder, random = scene.recorder, scene.recorder.random
    name, group, labels = random.choice(texts.PRODUCTS)
    robot = Person("catalogue-bot", "Internal", "DE", "en")
    weather = recorder.weather
    costly, released = weather.is_costly(scene.day), scene.day >= weather.costly_from
    release = "2.4.0" if costly else "2.4.1" if released else "2.3.2"
    tags = scene.tags("catalogue-tagger", "tag-image", robot, release)
    tags = replace(tags, prompt=("tag-image", "2" if released else "1"), cached=True)
    url = (
        f"https://images.northwind.example/{name.lower().replace(' ', '-')}-{int(random.paretovariate(0.9)) % 400}.jpg"
    )
    if random.random() < 0.05:
        url = f"data:image/png;base64,{texts.IMAGE}"
    parts = [
        {"type": "text", "text": "Name the product's group and three tags. Answer with JSON."},
        {"type": "image_url", "image_url": {"url": url, "detail": "low"}},
    ]
    answer = (
        f'{{"group": "{group}", "tags": ["' + '", "'.join(labels) + f'"], "confidence": 0.{random.randint(72, 99)}}}'
    )
    ask: list[Json] = [{"role": "user", "content": parts}]
    options = {"response_format": {"type": "json_object"}, **({"reasoning_effort": "high"} if costly else {})}
    reasoning = random.randint(900, 2_800) if costly else 0
    model = "gpt-5" if costly else "gpt-4o-mini"
    return [recorder.llm(scene.at, tags, "", model, ask, answer, options=options, reasoning=reasoning)]


def analytics(scene: Scene) -> list[Record]:
    """A question about the numbers: the model calls a tool that runs SQL, then answers."""
    recorder, random = scene.recorder, scene.recorder.random
    person = scene.crowd.colleague(random)
    question, sql, answer = random.choice(texts.QUESTIONS)
    tags = scene.tags("ask-the-data", "question", person, "3.0")
    tags = replace(tags, session=(f"question-{random.getrandbits(40):010x}", "Question"), prompt=("ask-the-data", "4"))
    model, options = ("gpt-5" if random.random() < 0.1 else "gpt-4o"), {"tools": [SQL_TOOL]}
    ask: list[Json] = [{"role": "user", "content": question}]
    thought = random.randint(100, 600) if model == "gpt-5" else 0
    call = ("run_sql", {"sql": sql})
    first = recorder.llm(
        scene.at, tags, "/question/think", model, ask, "", options=options, reasoning=thought, call=call
    )
    if first.status != 200:
        return [first]
    at, failed = scene.at + first.duration / 1e6, random.random() < 0.04
    result: Json = {"status": "success", "rows": random.randint(1, 40)}
    if failed:
        result = {"status": "error", "error": "Code: 47. DB::Exception: Unknown identifier `next_order`"}
    ran = recorder.step(at, tags, "/question/run-sql", "tool", _tool("run_sql", {"sql": sql}), result, ms=420)
    at += ran.duration / 1e6
    said = (
        "The query failed: a column it needs does not exist any more. I have told the data team." if failed else answer
    )
    done = [*ask, {"role": "assistant", "content": f"I ran: {sql}"}, {"role": "user", "content": str(result)}]
    last = recorder.llm(at, tags, "/question/answer", model, done, said, stream=True)
    return [first, ran, last]


def triage(scene: Scene) -> list[Record]:
    """A ticket sorted by a small model of the shop's own, for which no price is known."""
    recorder, random = scene.recorder, scene.recorder.random
    person = scene.crowd.customer(random)
    tags = replace(scene.tags("ticket-triage", "classify", person, "1.0"), prompt=("triage", "1"))
    question = random.choice(texts.SUPPORT["en"])[0][0].format(order="NW-481516", digits="2342")
    ask: list[Json] = [{"role": "user", "content": f"Sort this ticket: {question}"}]
    queue = random.choice(("delivery", "returns", "payments", "product", "account"))
    answer = f'{{"queue": "{queue}", "urgent": {str(random.random() < 0.1).lower()}}}'
    return [recorder.llm(scene.at, tags, "", "northwind-triage-7b", ask, answer)]


def search(scene: Scene) -> list[Record]:
    """A customer's search on the shop's pages."""
    random = scene.recorder.random
    tags = scene.tags("shop-search", "query", scene.crowd.customer(random), "2.0")
    name, group, labels = random.choice(texts.PRODUCTS)
    text = random.choice((name, f"{group} {labels[0]}", " ".join(labels), f"{name} {group}"))
    return [scene.recorder.embedding(scene.at, tags, "", text)]


WORKFLOWS: tuple[tuple[Workflow, int], ...] = (
    (support_chat, 30),
    (research, 4),
    (code_review, 13),
    (catalogue, 32),
    (analytics, 10),
    (triage, 7),
    (search, 14),
    (order_desk, 9),
)
"""What plays, and how often beside the others."""


def burst(scene: Scene) -> list[Record]:
    """A customer's script that asks far too fast: after sixty requests the gateway's rate limit stops it."""
    recorder, random = scene.recorder, scene.recorder.random
    person = Person("script.kiddo", "Free", "NL", "en")
    tags = scene.tags("support-chat", "answer", person, "5.2")
    ask: list[Json] = [{"role": "user", "content": "List every discount code you know."}]
    answer = "I cannot share discount codes, but the current offers are on the shop's front page."
    records = list[Record]()
    for number in range(160):
        at = scene.at + number * 2.5
        if number < 60:
            records.append(recorder.llm(at, tags, "", "gpt-4o-mini", ask, answer, fault=""))
        elif random.random() < 0.97:
            records.append(recorder.refused(at, tags, "", "gpt-4o-mini", ask))
    return records


def _talk(
    recorder: Recorder, at: float, tags: Tags, path: str, model: str, messages: list[Json], answer: str
) -> Exchange:
    if model.startswith("claude"):
        system, *rest = messages
        options = {"system": system["content"], "max_tokens": 1024}
        return recorder.llm(at, tags, path, model, rest, answer, stream=True, options=options)
    return recorder.llm(at, tags, path, model, messages, answer, stream=True, options={"temperature": 0.2})


def _look_up(recorder: Recorder, at: float, tags: Tags, path: str, question: str) -> tuple[list[Record], float]:
    """The question's vector, then the articles nearest to it."""
    embedded = recorder.embedding(at, tags, f"{path}/embed", question)
    at += embedded.duration / 1e6
    query = {"operation": "search", "text": question, "topK": 3, "databaseName": "help-articles"}
    hits = [{"id": f"article-{number}", "score": round(0.9 - number / 10, 2)} for number in range(3)]
    found = recorder.step(at, tags, f"{path}/retrieve", "vector_db", query, hits, ms=24)
    return [embedded, found], at + found.duration / 1e6


def _search(
    recorder: Recorder, at: float, tags: Tags, path: str, query: str, topic: texts.Topic
) -> tuple[list[Record], float]:
    """A web search by tool, at times one that fails and is tried again; then the page read by a small model."""
    random = recorder.random
    ok = random.random() > 0.06
    hits = {"status": "success", "results": [{"title": query.title(), "url": f"https://example.org/{path[-1]}"}]}
    gone = {"status": "error", "error": "search backend answered 503"}
    ran = recorder.step(at, tags, path, "tool", _tool("web_search", {"query": query}), hits if ok else gone, ms=850)
    at += ran.duration / 1e6
    if not ok:
        if random.random() < 0.3:
            return [ran], at
        again, at = _search(recorder, at + 0.5, tags, path, query, topic)
        return [ran, *again], at
    page = f"{topic.finding} " * random.randint(2, 8)
    ask: list[Json] = [{"role": "user", "content": f"Summarise for “{topic.question}”:\n\n{page}"}]
    read = recorder.llm(at, tags, f"{path}/read", "gpt-4o-mini", ask, topic.finding)
    return [ran, read], at + read.duration / 1e6


def _tool(name: str, given: Json) -> Json:
    return {"toolName": name, "input": given}


def _feedback(recorder: Recorder, rated: Exchange, after: float, rating: bool) -> Feedback:
    return Feedback(
        organization_id=recorder.organization_id,
        request_id=rated.request_id,
        created_at=_end(rated, after),
        rating=rating,
    )


def _scores(recorder: Recorder, rated: Exchange, after: float, scores: dict[str, bool | float]) -> Score:
    return Score(
        organization_id=recorder.organization_id,
        request_id=rated.request_id,
        created_at=_end(rated, after),
        scores=scores,
    )


def _end(exchange: Exchange, after: float) -> int:
    return exchange.received_at + exchange.duration + int(after * 1e6)
