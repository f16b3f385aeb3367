"""The gateway beside a bare pass-through, LiteLLM's proxy and Portkey's gateway, all before the same provider.

Throughput at 16 connections and latency at 1, full bodies recorded by ours; rounds are interleaved and medians taken,
because machines are noisy. Ours runs as `python -m api` with a real spool; no worker drinks from it meanwhile.
"""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import settings as settings_module
from bench import peers
from bench.load import Load, Target, first_byte_ms, median, wrk
from bench.stack import free_port, module, process, resident_mb
from metadata import store

KEY = "sk-helicone-bench000-bench000-bench000-bench000"[:48]


@dataclass
class Figures:
    """One target's rounds. `added_*` are differences of medians to the provider called directly."""

    throughput: list[Load] = field(default_factory=list)
    single: list[Load] = field(default_factory=list)
    first_byte: list[float] = field(default_factory=list)
    resident_mb: float = 0.0

    @property
    def requests_per_s(self) -> float:
        return median([load.requests_per_s for load in self.throughput])

    def times(self, other: Figures) -> float:
        """How many times the requests/s of `other`: the median of the rounds' ratios, since machines change pace."""
        pairs = zip(self.throughput, other.throughput, strict=True)
        return median([mine.requests_per_s / theirs.requests_per_s for mine, theirs in pairs])

    @property
    def p50_ms(self) -> float:
        return median([load.p50_ms for load in self.single])

    @property
    def first_byte_ms(self) -> float:
        return median(self.first_byte) if self.first_byte else float("nan")


def measure(*, rounds: int = 9, seconds: float = 2) -> dict[str, Figures]:
    """Figures by target name: `provider`, `pass-through`, `heliograph`, and the peers."""
    peers.install()
    with contextlib.ExitStack() as stack:
        upstream = stack.enter_context(_provider())
        targets = [Target("provider", f"{upstream}/v1/chat/completions", {})]
        targets.append(stack.enter_context(_pass_through(upstream)))
        ours, pid = stack.enter_context(_heliograph(upstream))
        targets += [ours, stack.enter_context(peers.portkey(upstream)), stack.enter_context(peers.litellm(upstream))]
        figures = {target.name: Figures() for target in targets}
        for number in range(rounds + 1):
            for target in targets:
                _round(figures[target.name], target, seconds if number else 1, keep=number > 0)
        figures[ours.name].resident_mb = resident_mb(pid)
    return figures


def _round(figures: Figures, target: Target, seconds: float, *, keep: bool) -> None:
    loads = wrk(target, connections=16, seconds=seconds), wrk(target, connections=1, seconds=max(1, seconds / 2))
    # The peers are compared by throughput alone: Portkey answers 500 to the bare stream of this provider.
    first_bytes = first_byte_ms(target, rounds=30) if target.name in ("provider", "pass-through", "heliograph") else []
    if bad := loads[0].errors + loads[1].errors:
        raise RuntimeError(f"{target.name} failed {bad} requests")
    if keep:
        figures.throughput.append(loads[0])
        figures.single.append(loads[1])
        figures.first_byte += first_bytes


@contextlib.contextmanager
def _provider() -> Iterator[str]:
    url = f"http://127.0.0.1:{(port := free_port())}"
    with process(module("bench.upstream", port), ready=url):
        yield url


@contextlib.contextmanager
def _pass_through(upstream: str) -> Iterator[Target]:
    url = f"http://127.0.0.1:{(port := free_port())}"
    with process(module("bench.passthrough", port, upstream), ready=url):
        yield Target("pass-through", f"{url}/v1/chat/completions", {})


@contextlib.contextmanager
def heliograph(upstream: str, data_dir: Path, **environ: str) -> Iterator[tuple[Target, int]]:
    """Our gateway as it runs in production: (how to call its AI gateway, its process id)."""
    port = free_port()
    env = {
        "HELIOGRAPH_PORT": str(port),
        "HELIOGRAPH_DATA_DIR": str(data_dir),
        "HELIOGRAPH_BOOTSTRAP_API_KEY": KEY,
        "HELIOGRAPH_SPOOL_LIMIT_MB": "20000",
        "OPENAI_API_KEY": "sk-bench",
        "OPENAI_API_BASE": f"{upstream}/v1",
        **environ,
    }
    settings = settings_module.load(env)
    store.migrate(settings)
    store.bootstrap(store.connect(settings), settings)
    with process(module("api"), ready=f"http://127.0.0.1:{port}/healthz", env=env) as child:
        url = f"http://127.0.0.1:{port}/v1/chat/completions"
        yield Target("heliograph", url, {"authorization": f"Bearer {KEY}"}), child.pid


@contextlib.contextmanager
def _heliograph(upstream: str) -> Iterator[tuple[Target, int]]:
    with tempfile.TemporaryDirectory() as folder, heliograph(upstream, Path(folder)) as running:
        yield running
