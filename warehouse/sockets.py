"""The clients of a port that this process serves, seen through its own file descriptors."""

from __future__ import annotations

import contextlib
import os
import socket
import stat
from collections.abc import Iterator


def abandoned(port: int) -> set[int]:
    """The ports of clients that have closed their end of a connection to `port`."""
    gone = set()
    for client in _clients(port):
        with contextlib.suppress(OSError):
            peer = client.getpeername()[1]
            if not client.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT):
                gone.add(peer)
    return gone


def hang_up(port: int) -> None:
    """End every connection to `port`."""
    for client in _clients(port):
        with contextlib.suppress(OSError):
            client.shutdown(socket.SHUT_RDWR)


def _clients(port: int) -> Iterator[socket.socket]:
    """A duplicate of each connection to `port`: its owner may close it at any moment, and the number be used again."""
    for name in os.listdir("/dev/fd"):
        with contextlib.suppress(OSError):
            if not stat.S_ISSOCK(os.fstat(int(name)).st_mode):
                continue
            with socket.socket(fileno=os.dup(int(name))) as client:
                if client.family == socket.AF_INET and client.getsockname()[1] == port and client.getpeername():
                    yield client
