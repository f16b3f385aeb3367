"""The figures as docs/performance.md shows them: what was measured, what was to be reached, on what machine, when."""

from __future__ import annotations

import json
import os
import platform
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

RESULTS = Path(__file__).parent / "results"
PAGE = Path(__file__).parent.parent / "docs" / "performance.md"
SECTIONS = ("gateway", "worker", "dashboard", "overview", "hql")


@dataclass(frozen=True)
class Goal:
    """One line of a table: `measured` against `target`; `at_least` says which side is good."""

    what: str
    measured: float
    target: float
    unit: str
    at_least: bool

    @property
    def reached(self) -> bool:
        return self.measured >= self.target if self.at_least else self.measured <= self.target

    def line(self) -> str:
        sign = "≥" if self.at_least else "≤"
        return (
            f"| {self.what} | {self.measured:,.2f} {self.unit} | {sign} {self.target:g} {self.unit} | "
            f"{'yes' if self.reached else '**no**'} |"
        )


def save(section: str, title: str, goals: list[Goal], notes: list[str]) -> str:
    """Keep a section's figures and write the page anew from all sections that have been measured."""
    head = f"## {title}\n\nMeasured {datetime.now(UTC):%Y-%m-%d %H:%M} UTC on {machine()}.\n\n"
    table = "| what | measured | to reach | reached |\n|---|--:|--:|---|\n" + "\n".join(goal.line() for goal in goals)
    text = head + table + "\n" + "".join(f"\n{note}\n" for note in notes)
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / f"{section}.json").write_text(json.dumps(text))
    PAGE.write_text(page())
    return text


def page() -> str:
    intro = (
        "# Performance\n\n"
        "`make bench` measures all of this again, but for the overview at 100 million rows, and rewrites this page; "
        "`python -m bench gateway` (`worker`, `dashboard`, `overview`, `hql`) measures one part. Targets are compared "
        "side by side in one run: trust the ratios, not the absolute numbers of somebody else's machine.\n"
    )
    texts = [json.loads(path.read_text()) for name in SECTIONS if (path := RESULTS / f"{name}.json").exists()]
    return "\n".join([intro, *texts])


def machine() -> str:
    return f"{os.cpu_count()} cores, {platform.system()} {platform.machine()}, Python {platform.python_version()}"
