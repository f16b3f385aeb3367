"""The shape of the house: who may import whom, how long things may be, what is documented."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
MAX_FILE, MAX_FUNCTION, MAX_README = 400, 60, 150

ROOMS: dict[str, set[str]] = {
    "settings": set(),
    "warehouse": {"settings"},
    "metadata": {"settings"},
    "ingest": {"settings", "warehouse", "metadata"},
    "hql": {"settings", "warehouse", "metadata"},
    "api": {"settings", "warehouse", "metadata", "hql", "ingest"},
    "ui": {"settings", "warehouse", "metadata", "hql"},
    "pages": {"settings", "warehouse", "metadata", "hql", "ui"},
    "app": {"settings", "pages", "ui"},
    "demo": {"settings", "metadata", "ingest"},
    "launcher": {"settings", "metadata", "ingest"},
    "run": {"settings", "metadata", "launcher"},
}
"""Room -> the rooms it may import."""

ONLY_IN: dict[str, set[str]] = {
    "streamlit": {"app", "pages", "ui"},
    "sqlglot": {"hql"},
    "chdb": {"warehouse"},
    "clickhouse_connect": {"warehouse", "hql", "ingest", "api", "ui"},
    "sqlalchemy": {"metadata"},
}
"""Library -> the only rooms that may import it."""


def modules() -> list[Path]:
    """Every Python file of ours but tests and benchmarks."""
    files = [ROOT / f"{room}.py" for room in ROOMS] + [path for room in ROOMS for path in (ROOT / room).rglob("*.py")]
    return sorted(path for path in files if path.is_file())


def room_of(path: Path) -> str:
    return path.relative_to(ROOT).parts[0].removesuffix(".py")


def imports(path: Path) -> Iterator[str]:
    """The top-level names that a file imports, wherever in it."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.split(".")[0]


MODULES = modules()
each_module = pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))


@each_module
def test_a_module_imports_only_the_rooms_it_may(path: Path) -> None:
    room = room_of(path)
    assert {name for name in imports(path) if name in ROOMS} <= ROOMS[room] | {room}


@each_module
def test_a_library_stays_in_its_rooms(path: Path) -> None:
    assert {name for name in imports(path) if room_of(path) not in ONLY_IN.get(name, {room_of(path)})} == set()


@each_module
def test_files_and_functions_are_short(path: Path) -> None:
    text = path.read_text()
    assert text.count("\n") <= MAX_FILE
    functions = [n for n in ast.walk(ast.parse(text)) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)]
    assert [n.name for n in functions if (n.end_lineno or 0) - n.lineno + 1 > MAX_FUNCTION] == []


def test_one_module_imports_litellm() -> None:
    assert [str(path.relative_to(ROOT)) for path in MODULES if "litellm" in imports(path)] in ([], ["ingest/tokens.py"])


@pytest.mark.parametrize(
    ("what", "only_in"),
    [
        (r"\bGuardedQuery\(", {"hql/guard.py", "hql/run.py"}),
        (r"\bwarehouse_reader_url\b", {"settings.py", "hql/run.py"}),
        (r"\bDANGEROUS_\w+", {"hql/run.py"}),
        (r"\bhql_reader\b", {"settings.py", "warehouse/engine.py"}),
    ],
)
def test_hql_has_one_door(what: str, only_in: set[str]) -> None:
    """Only the guard makes a query that may run, only the runner signs in as HQL's account."""
    assert {str(path.relative_to(ROOT)) for path in MODULES if re.search(what, _code(path))} <= only_in


def _code(path: Path) -> str:
    """A module's text without its comments and docstrings."""
    return ast.unparse(_without_docstrings(ast.parse(path.read_text())))


def _without_docstrings(tree: ast.Module) -> ast.Module:
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        if isinstance(body, list):
            node.body = [part for part in body if not _is_text(part)] or [ast.Pass()]  # type: ignore[attr-defined]
    return tree


def _is_text(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)


def test_every_room_is_type_checked_and_every_package_has_its_contract() -> None:
    text = (ROOT / "pyproject.toml").read_text()
    for room in ROOMS:
        if (ROOT / room / "__init__.py").exists():
            assert text.count(f'"{room}"') >= 2, f"{room} is missing among mypy's files or the import contracts"


def test_the_readme_is_short_and_names_the_two_commands() -> None:
    readme = (ROOT / "README.md").read_text()
    assert readme.count("\n") <= MAX_README
    assert "make run" in readme and "make test" in readme


def test_every_page_of_the_docs_is_reached_from_the_index() -> None:
    index = (ROOT / "docs/README.md").read_text()
    pages = [path.name for path in (ROOT / "docs").glob("*.md") if path.name != "README.md"]
    assert [name for name in pages if f"({name})" not in index] == []


def test_links_between_pages_lead_somewhere() -> None:
    pages = [ROOT / "README.md", ROOT / "CHANGELOG.md", *(ROOT / "docs").glob("*.md")]
    links = [(page, link) for page in pages for link in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text())]
    assert [f"{page.name}: {link}" for page, link in links if not (page.parent / link).exists()] == []
