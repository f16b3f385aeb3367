"""How the gateway is served: uvicorn (uvloop, httptools), with the spelling of property names kept."""

from __future__ import annotations

import re
from typing import Any

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from settings import Settings

PROPERTY = b"helicone-property-"
SPELLINGS = "helicone.property_names"
"""Key of the ASGI scope: lower-case property name -> as sent."""
SHUTDOWN_S = 3
"""How long streams under way may go on after a stop is asked for."""


UPGRADE = re.compile(rb"\r\nupgrade:", re.IGNORECASE)


class SpellingProtocol(HttpToolsProtocol):
    """uvicorn's HTTP/1.1 with two differences.

    ASGI lower-cases header names; a property's name is the user's own word, so its spelling is noted.

    An offered upgrade is not taken, and the request is read as if none had been offered (RFC 9110 §7.8). httptools
    skips the body of such a request, and Java's HTTP client offers h2c with its first one.
    """

    def data_received(self, data: bytes) -> None:
        if (b"pgrade:" in data or b"PGRADE:" in data) and (self.cycle is None or not self.cycle.more_body):
            head, end, body = data.partition(b"\r\n\r\n")
            # A name that is dropped here like Upgrade itself.
            data = UPGRADE.sub(b"\r\nkeep-alive:", head) + end + body
        super().data_received(data)

    def on_header(self, name: bytes, value: bytes) -> None:
        if len(name) > len(PROPERTY) and name[: len(PROPERTY)].lower() == PROPERTY:
            spelt = name[len(PROPERTY) :].decode("latin-1")
            self.scope.setdefault(SPELLINGS, {})[spelt.lower()] = spelt  # type: ignore[misc]
        super().on_header(name, value)


def server_config(app: Any, settings: Settings, **options: Any) -> uvicorn.Config:
    """uvicorn's configuration for an application that has the gateway in it.

    `Server` and `Date` are left to the providers, whose responses are passed on with their own.
    """
    defaults: dict[str, Any] = {
        "host": settings.host,
        "port": settings.port,
        "loop": "uvloop",
        "http": SpellingProtocol,
        "ws": "none",
        "proxy_headers": False,
        "access_log": False,
        "server_header": False,
        "date_header": False,
        "log_level": settings.log_level,
        "timeout_keep_alive": 75,
        "timeout_graceful_shutdown": SHUTDOWN_S,
    }
    return uvicorn.Config(app, **(defaults | options))
