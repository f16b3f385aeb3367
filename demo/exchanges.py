"""One call of the demo's applications as the record that the gateway would have made of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from random import Random
from typing import Any
from uuid import UUID

import msgspec

from demo.messages import message_events, message_reply
from demo.people import Person
from demo.replies import DONE, chat_chunks, chat_reply, embedding_reply, event
from demo.weather import Weather
from ingest.record import STATUS_CANCELLED, STATUS_TIMEOUT, Exchange

Json = dict[str, Any]

MODELS: dict[str, tuple[str, str, float, float]] = {
    "gpt-4o": ("openai", "gpt-4o-2024-08-06", 0.42, 85),
    "gpt-4o-mini": ("openai", "gpt-4o-mini-2024-07-18", 0.33, 110),
    "gpt-5": ("openai", "gpt-5-2025-08-07", 1.9, 70),
    "o4-mini": ("openai", "o4-mini-2025-04-16", 1.4, 130),
    "claude-sonnet-4-6": ("anthropic", "claude-sonnet-4-6", 0.75, 62),
    "claude-haiku-4-5": ("anthropic", "claude-haiku-4-5-20251001", 0.4, 140),
    "claude-opus-4-7": ("anthropic", "claude-opus-4-7", 1.3, 48),
    "text-embedding-3-small": ("openai", "text-embedding-3-small", 0.09, 0),
    "northwind-triage-7b": ("vllm", "northwind-triage-7b", 0.12, 90),
}
"""Name asked for -> provider, name answered, seconds to the first token, tokens a second."""

BASES = {
    "openai": "https://api.openai.com",
    "anthropic": "https://api.anthropic.com",
    "vllm": "http://triage.northwind.example:8000",
}
PROPERTIES = ("Demo", "App", "Feature", "Plan", "Release", "Environment", "Language", "Helicone-Rate-Limit-Status")
SPELLINGS = {name.lower(): name for name in PROPERTIES}
CACHED_FOR = 24 * 3600 * 1_000_000
"""Microseconds that a stored response is served again."""
_AGENTS = {"openai": "OpenAI/Python 2.54.0", "anthropic": "Anthropic/Python 2.12.0", "vllm": "OpenAI/Python 2.54.0"}


@dataclass(frozen=True)
class Tags:
    """What the application says of a call in `Helicone-*` headers."""

    person: Person
    properties: Mapping[str, str]
    session: tuple[str, str] = ("", "")
    """Id and name."""
    prompt: tuple[str, str] = ("", "")
    """Id and version."""
    cached: bool = False

    def headers(self, path: str) -> dict[str, str]:
        said = {"helicone-user-id": self.person.id, "helicone-property-demo": "true"}
        said |= {f"helicone-property-{name.lower()}": value for name, value in self.properties.items()}
        if self.session[0]:
            said |= {"helicone-session-id": self.session[0], "helicone-session-name": self.session[1]}
            said["helicone-session-path"] = path
        if self.prompt[0]:
            said |= {"helicone-prompt-id": self.prompt[0], "helicone-prompt-version": self.prompt[1]}
        if self.cached:
            said["helicone-cache-enabled"] = "true"
        return said


@dataclass
class Recorder:
    """Makes records of one organisation; `random` decides all that is left open."""

    organization_id: UUID
    random: Random
    weather: Weather
    _stored: dict[bytes, Exchange] = field(default_factory=dict)

    def uuid(self) -> UUID:
        return UUID(int=self.random.getrandbits(128), version=4)

    def llm(
        self,
        at: float,
        tags: Tags,
        path: str,
        model: str,
        messages: Sequence[Json],
        text: str,
        *,
        stream: bool = False,
        options: Mapping[str, Any] | None = None,
        reasoning: int = 0,
        call: tuple[str, Json] | None = None,
        fault: str | None = None,
    ) -> Exchange:
        """A chat completion or message. `call` is the tool the model asks for; `fault` overrides the weather's."""
        provider, answered, wait, speed = MODELS[model]
        options = {**(options or {}), **({"stream": True} if stream else {})}
        if stream and provider == "openai":
            options["stream_options"] = {"include_usage": True}
        body = msgspec.json.encode({"model": model, "messages": messages, **options})
        if tags.cached and (stored := self._stored.get(body)) and _serves(stored, at):
            return self._hit(at, tags, path, stored)
        reply, spent = self._reply(provider, answered, at, messages, text, options, reasoning, call)
        slow = self.weather.slowness(at, provider) * self.random.lognormvariate(0, 0.28)
        first = wait * slow * (1 + reasoning / 900)
        exchange = self._exchange(at, tags, path, provider)
        exchange.request_body = body
        exchange.duration = int((first + spent / speed * slow) * 1e6)
        exchange.is_stream = stream
        exchange.first_token = int(first * 1e6) if stream else None
        exchange.response_body = _streamed(provider, reply) if stream else msgspec.json.encode(reply)
        exchange.response_headers = [("content-type", "text/event-stream" if stream else "application/json")]
        if fault := self.weather.fault(at, provider, self.random) if fault is None else fault:
            self._fail(exchange, provider, fault)
        elif tags.cached:
            self._stored[body] = exchange
        return exchange

    def embedding(self, at: float, tags: Tags, path: str, text: str) -> Exchange:
        """One text's vector."""
        exchange = self._exchange(at, tags, path, "openai")
        exchange.path = "/v1/embeddings"
        exchange.target_url = BASES["openai"] + exchange.path
        exchange.request_body, exchange.response_body = _embedded(text)
        slow = self.weather.slowness(at, "openai") * self.random.lognormvariate(0, 0.3)
        exchange.duration = int(0.09e6 * slow)
        exchange.response_headers = [("content-type", "application/json")]
        return exchange

    def step(self, at: float, tags: Tags, path: str, kind: str, asked: Json, answer: object, *, ms: float) -> Exchange:
        """A tool call, vector search or data event, as an application logs it after the fact."""
        exchange = self._exchange(at, tags, path, "custom")
        exchange.path, exchange.target_url, exchange.span_kind = "/custom/v1/log", "custom-model-nopath", kind
        exchange.request_body = msgspec.json.encode({"_type": kind, **asked})
        exchange.response_body = msgspec.json.encode(answer)
        exchange.duration = int(ms * 1e3 * self.random.lognormvariate(0, 0.4))
        exchange.overhead = 0
        if isinstance(answer, dict) and answer.get("status") == "error":
            exchange.status = 500
        return exchange

    def refused(self, at: float, tags: Tags, path: str, model: str, messages: Sequence[Json]) -> Exchange:
        """A call that the gateway's own rate limit stopped."""
        limited = Tags(
            tags.person, {**tags.properties, "Helicone-Rate-Limit-Status": "bucket_rate_limited"}, tags.session
        )
        exchange = self._exchange(at, limited, path, MODELS[model][0])
        exchange.status, exchange.duration = 429, self.random.randint(700, 2500)
        exchange.request_body = msgspec.json.encode({"model": model, "messages": messages})
        said = {"message": "Rate limit of 60 requests in 600 s reached for this user.", "type": "rate_limit_error"}
        exchange.response_body = msgspec.json.encode({"error": {**said, "code": "bucket_rate_limited", "param": None}})
        exchange.response_headers = [("content-type", "application/json"), ("helicone-ratelimit-remaining", "0")]
        return exchange

    def _exchange(self, at: float, tags: Tags, path: str, provider: str) -> Exchange:
        route = "/v1/messages" if provider == "anthropic" else "/v1/chat/completions"
        return Exchange(
            request_id=self.uuid(),
            organization_id=self.organization_id,
            provider=provider,
            target_url=BASES.get(provider, "") + route,
            path=route,
            status=200,
            received_at=int(at * 1e6),
            duration=0,
            overhead=self.random.randint(180, 900),
            request_headers=[("content-type", "application/json"), ("user-agent", _AGENTS.get(provider, "demo"))],
            helicone=tags.headers(path),
            property_names=SPELLINGS,
            country_code=tags.person.country,
        )

    def _reply(
        self,
        provider: str,
        model: str,
        at: float,
        messages: Sequence[Json],
        text: str,
        options: Mapping[str, Any],
        reasoning: int,
        call: tuple[str, Json] | None,
    ) -> tuple[Json, int]:
        """The reply's body, and the tokens that the model had to write for it."""
        seed = self.random.getrandbits(48)
        bare = {name: value for name, value in options.items() if name not in ("tools", "thinking")}
        if provider == "anthropic":
            reply = message_reply(model, messages, seed=seed, text=text, options=bare)
            return reply, int(reply["usage"]["output_tokens"])
        reply = chat_reply(model, messages, seed=seed, created=int(at), text=text, options=bare)
        choice, usage = reply["choices"][0], reply["usage"]
        if call:
            function = {"name": call[0], "arguments": msgspec.json.encode(call[1]).decode()}
            choice["message"] |= {"content": None, "tool_calls": [{"id": f"call_{seed:x}", "type": "function"}]}
            choice["message"]["tool_calls"][0]["function"] = function
            choice["finish_reason"] = "tool_calls"
        details = usage["completion_tokens_details"]
        usage["completion_tokens"] += reasoning - details["reasoning_tokens"]
        usage["total_tokens"] = usage["prompt_tokens"] + usage["completion_tokens"]
        details["reasoning_tokens"] = reasoning
        return reply, int(usage["completion_tokens"])

    def _hit(self, at: float, tags: Tags, path: str, stored: Exchange) -> Exchange:
        exchange = self._exchange(at, tags, path, stored.provider)
        exchange.duration = self.random.randint(1_500, 6_000)
        exchange.cache_reference_id, exchange.saved_latency = stored.request_id, stored.duration // 1000
        exchange.request_body, exchange.response_body = stored.request_body, stored.response_body
        exchange.response_headers = [*stored.response_headers, ("helicone-cache", "HIT")]
        return exchange

    def _fail(self, exchange: Exchange, provider: str, fault: str) -> None:
        if fault == "timeout":
            exchange.status, exchange.duration, exchange.first_token = STATUS_TIMEOUT, 600_000_000, None
            exchange.response_body, exchange.error = b"", "the provider did not answer within 600 s"
        elif fault == "cancelled":
            exchange.status = STATUS_CANCELLED
            first = exchange.first_token or 0
            exchange.duration = first + int((exchange.duration - first) * self.random.uniform(0.5, 0.9))
            # What a client saw before it hung up, cut between two events.
            kept = exchange.response_body[: len(exchange.response_body) // 2].rpartition(b"\n\n")
            exchange.response_body = kept[0] + kept[1] if exchange.is_stream else b""
        else:
            exchange.status, answer = _refusal(provider, fault)
            exchange.response_body, exchange.first_token = msgspec.json.encode(answer), None
            exchange.response_headers = [("content-type", "application/json")]
            exchange.duration = int(self.random.uniform(0.05, 0.6) * 1e6)


def _serves(stored: Exchange, at: float) -> bool:
    """Whether a stored response is there, and not too old, at that moment."""
    return 0 < at * 1e6 - stored.received_at - stored.duration < CACHED_FOR


def _refusal(provider: str, fault: str) -> tuple[int, Json]:
    """Status and body of a provider's error, in its own format."""
    if provider == "anthropic":
        status, kind, text = {
            "429": (429, "rate_limit_error", "This request would exceed your organization's rate limit."),
            "500": (529, "overloaded_error", "Overloaded"),
            "400": (400, "invalid_request_error", "prompt is too long: 204512 tokens > 200000 maximum"),
        }[fault]
        return status, {"type": "error", "error": {"type": kind, "message": text}}
    status, kind, code, text = {
        "429": (429, "tokens", "rate_limit_exceeded", "Rate limit reached on tokens per min (TPM). Try again in 1.2s."),
        "500": (500, "server_error", None, "The server had an error while processing your request. Sorry about that!"),
        "400": (400, "invalid_request_error", "context_length_exceeded", "This model's maximum context length is 128000"
                " tokens. However, your messages resulted in 131072 tokens."),
    }[fault]  # fmt: skip
    return status, {"error": {"message": text, "type": kind, "param": None, "code": code}}


def _streamed(provider: str, reply: Json) -> bytes:
    if provider == "anthropic":
        return b"".join(event(data, data["type"]) for data in message_events(reply))
    return b"".join(event(data) for data in chat_chunks(reply, include_usage=True)) + DONE


@lru_cache(maxsize=1024)
def _embedded(text: str) -> tuple[bytes, bytes]:
    model = "text-embedding-3-small"
    asked = {"model": model, "input": text, "encoding_format": "base64"}
    return msgspec.json.encode(asked), msgspec.json.encode(embedding_reply(model, text, as_base64=True))
