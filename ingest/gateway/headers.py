"""What happens to headers on their way through: what is forwarded, what is recorded, what only we read. Pure.

Names arrive in lower case from ASGI. Every list of headers is gone over once.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from urllib.parse import unquote_plus

HOP_BY_HOP = frozenset(
    {
        b"connection", b"keep-alive", b"proxy-authenticate", b"proxy-authorization", b"proxy-connection", b"te",
        b"trailer", b"transfer-encoding", b"upgrade", b"expect", b"host", b"content-length",
    }
)  # fmt: skip
"""Concern one connection only (RFC 9110 §7.6.1), or are set anew for the next one."""

CREDENTIALS = frozenset(
    {
        "authorization", "x-api-key", "api-key", "x-goog-api-key", "cookie", "set-cookie", "proxy-authorization",
        "x-amz-security-token", "openai_api_key", "azure_api_key", "helicone-auth", "helicone-posthog-key",
        "helicone-fallbacks",
    }
)  # fmt: skip
"""Never recorded, whatever their value."""

CREDENTIAL_PARAMETERS = frozenset(
    {"key", "api_key", "apikey", "api-key", "access_token", "token", "sig", "signature", "code"}
)
"""Query parameters that are credentials: Google's `?key=`, Azure's `?code=` …"""

Headers = list[tuple[str, str]]
RawHeaders = Iterable[tuple[bytes, bytes]]


@dataclass(slots=True)
class RequestHead:
    """A request's headers, sorted by whom they concern."""

    forwarded: Headers = field(default_factory=list)
    """For the provider, credentials among them."""
    helicone: dict[str, str] = field(default_factory=dict)
    """For us: the `helicone-*` headers."""
    credentials: dict[str, str] = field(default_factory=dict)
    content_length: int = 0


def read_request(headers: RawHeaders) -> RequestHead:
    """Sort a request's headers."""
    head = RequestHead()
    named: set[str] = set()
    for raw_name, raw_value in headers:
        if raw_name in HOP_BY_HOP:
            if raw_name == b"content-length":
                head.content_length = int(raw_value)
            elif raw_name == b"connection":
                named.update(token.strip().lower() for token in raw_value.decode("latin-1").split(","))
            continue
        name, value = raw_name.decode("latin-1"), decoded(raw_value)
        if name.startswith("helicone-"):
            head.helicone[name] = value
        else:
            head.forwarded.append((name, value))
        if name in CREDENTIALS:
            head.credentials[name] = value
    if named - {"keep-alive", "close"}:
        head.forwarded = [header for header in head.forwarded if header[0] not in named]
    return head


def decoded(value: bytes) -> str:
    """A header's value as text: UTF-8, or Latin-1 where it is not valid UTF-8.

    aiohttp writes UTF-8, so UTF-8 arrives byte for byte as it was sent; Latin-1 arrives as the same text in UTF-8.
    """
    try:
        return value.decode()
    except UnicodeDecodeError:
        return value.decode("latin-1")


def read_response(headers: RawHeaders) -> list[tuple[bytes, bytes]]:
    """A provider's response headers as they go on to the client; `content-length` stays, the body is not changed."""
    kept: list[tuple[bytes, bytes]] = []
    named: set[bytes] = set()
    for raw_name, value in headers:
        name = raw_name.lower()
        if name == b"connection":
            named.update(token.strip().lower() for token in value.split(b","))
        if name == b"content-length" or (name not in HOP_BY_HOP and name != b"helicone-id"):
            kept.append((name, value))
    if named - {b"keep-alive", b"close"}:
        kept = [header for header in kept if header[0] not in named]
    return kept


def recordable(headers: Iterable[tuple[str, str]], secrets: Collection[str]) -> Headers:
    """Headers that may be written down: no credentials, nothing that contains one of `secrets`."""
    kept = [header for header in headers if header[0] not in CREDENTIALS]
    # Looked for in all at once: as good as always there is none.
    together = "\n".join([value for _, value in kept])
    for secret in secrets:
        if secret in together:
            kept = [header for header in kept if secret not in header[1]]
    return kept


def bearer(value: str) -> str:
    """The key in an Authorization-like header: `Bearer k`, or bare."""
    scheme, _, rest = value.strip().partition(" ")
    return rest.strip() if rest and scheme.lower() in ("bearer", "basic") else value.strip()


def recordable_query(query: str, secrets: Collection[str]) -> str:
    """A query string without the parameters that are, or contain, credentials."""
    kept = []
    for parameter in query.split("&"):
        name, _, value = parameter.partition("=")
        if name.lower() in CREDENTIAL_PARAMETERS or any(secret in unquote_plus(value) for secret in secrets):
            continue
        kept.append(parameter)
    return "&".join(kept)
