"""Ten people clicking at once, by Streamlit's own protocol: each opens pages one after the other and waits for them.

The browsers' part of the work is left out: it is done on as many machines as there are people.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Sequence
from urllib.parse import urlencode

import aiohttp
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from bench.visits import sign_in_link
from settings import Settings

RANGES = ("24h", "7d", "30d", "90d")
MODELS = ("", "gpt-4o", "gpt-5", "claude-sonnet-4-5")
THINKS_S = (0.5, 2.0)
"""How long a person looks at a page before the next click."""


def measure(settings: Settings, url: str, paths: Sequence[str], *, people: int = 10, clicks: int = 20) -> list[float]:
    """Seconds from each click until its page is complete, of all people, in order."""
    links = [sign_in_link(settings, url) for _ in range(people)]
    return sorted(asyncio.run(_all(url, links, paths, clicks)))


async def _all(url: str, links: Sequence[str], paths: Sequence[str], clicks: int) -> list[float]:
    every = await asyncio.gather(*(_person(url, link, paths, clicks, random.Random(n)) for n, link in enumerate(links)))
    return [seconds for times in every for seconds in times]


async def _person(url: str, link: str, paths: Sequence[str], clicks: int, choose: random.Random) -> list[float]:
    times = []
    jar = aiohttp.CookieJar(unsafe=True)
    async with aiohttp.ClientSession(cookie_jar=jar) as session:
        async with session.get(link) as response:
            await response.read()
        socket = url.replace("http", "ws", 1) + "/_stcore/stream"
        async with session.ws_connect(socket, protocols=["streamlit"], max_msg_size=0) as channel:
            for _ in range(clicks):
                await asyncio.sleep(choose.uniform(*THINKS_S))
                path, view = choose.choice(paths), [("range", choose.choice(RANGES))]
                if model := choose.choice(MODELS):
                    view.append(("f", f"model:equals:{model}"))
                started = time.perf_counter()
                await _open(channel, path.strip("/"), urlencode(view))
                times.append(time.perf_counter() - started)
    return times


async def _open(channel: aiohttp.ClientWebSocketResponse, page: str, query: str) -> None:
    """Ask for a page and wait until its script has ended."""
    ask = BackMsg()
    ask.rerun_script.page_name = page
    ask.rerun_script.query_string = query
    ask.rerun_script.context_info.timezone = "Europe/Berlin"
    await channel.send_bytes(ask.SerializeToString())
    while True:
        message = ForwardMsg.FromString(await channel.receive_bytes(timeout=60))
        if message.WhichOneof("type") == "script_finished":
            if message.script_finished == ForwardMsg.FINISHED_EARLY_FOR_RERUN:
                continue
            return
