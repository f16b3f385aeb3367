"""``python -m api`` serves the gateway and the REST API on `HELIOGRAPH_PORT`."""

from __future__ import annotations

import contextlib
import logging
import sys

import uvicorn

import settings as configuration
from api.app import build
from ingest.gateway.protocol import server_config


def main() -> int:
    """Serve until told to stop. Returns the process's exit status."""
    settings = configuration.load()
    logging.basicConfig(level=settings.log_level.upper(), format="%(levelname)s %(name)s: %(message)s")
    logging.getLogger("alembic").setLevel(logging.WARNING)
    try:
        port = build(settings)
    except OSError as error:
        logging.getLogger("api").error("the data directory cannot be written: %s", error)
        return 1
    server = uvicorn.Server(server_config(port, settings))
    # uvicorn has shut everything down by then; it raises the signal once more.
    with contextlib.suppress(KeyboardInterrupt):
        server.run()
    return 0 if server.started else 1


if __name__ == "__main__":
    sys.exit(main())
