"""The settings: what is read, what is refused, and that the docs list them all."""

from __future__ import annotations

from dataclasses import MISSING, fields
from pathlib import Path

import pytest

from settings import Settings, SettingsError, load, variable

ROOT = Path(__file__).parents[2]


def table() -> str:
    """The table of docs/settings.md."""
    rows = ["| variable | default | what it does |", "|---|---|---|"]
    for f in fields(Settings):
        assert f.default is not MISSING
        default = f"`{f.default}`" if f.default not in ("", None) else ""
        default = default.lower() if isinstance(f.default, bool) else default
        rows.append(f"| `{variable(f.name)}` | {default} | {f.metadata['help']} |")
    return "\n".join(rows)


def test_an_empty_environment_gives_the_defaults() -> None:
    assert load({}) == Settings()
    assert (load({}).port, load({}).data_dir, load({}).demo) == (8585, Path("data"), False)


def test_variables_are_read_by_type() -> None:
    settings = load({"HELIOGRAPH_PORT": "9", "HELIOGRAPH_DATA_DIR": "/x", "HELIOGRAPH_BATCH_SECONDS": "1.5"})
    assert (settings.port, settings.data_dir, settings.batch_seconds) == (9, Path("/x"), 1.5)


@pytest.mark.parametrize(
    ("text", "value"), [("true", True), ("1", True), ("YES", True), ("false", False), ("0", False)]
)
def test_booleans_are_read_from_their_usual_spellings(text: str, value: bool) -> None:
    assert load({"HELIOGRAPH_DEMO": text}).demo is value


@pytest.mark.parametrize("text", ["", "  "])
def test_an_empty_variable_counts_as_unset(text: str) -> None:
    assert load({"HELIOGRAPH_PORT": text}).port == 8585


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("HELIOGRAPH_PORT", "http", "HELIOGRAPH_PORT='http' is not a whole number"),
        ("HELIOGRAPH_BATCH_SECONDS", "soon", "HELIOGRAPH_BATCH_SECONDS='soon' is not a number"),
        ("HELIOGRAPH_DEMO", "maybe", "HELIOGRAPH_DEMO='maybe' is not true or false"),
        ("HELIOGRAPH_LOG_LEVEL", "loud", "HELIOGRAPH_LOG_LEVEL must be debug, info, warning or error"),
        ("CLICKHOUSE_URL", "localhost:8123", "CLICKHOUSE_URL must begin with http:// or https://"),
        ("DATABASE_URL", "mysql://x", "DATABASE_URL must begin with postgresql:// or postgres://"),
    ],
)
def test_a_wrong_variable_is_named(name: str, value: str, says: str) -> None:
    with pytest.raises(SettingsError) as raised:
        load({name: value})
    assert str(raised.value).startswith(says)


def test_postgresql_is_reached_by_psycopg() -> None:
    assert load({"DATABASE_URL": "postgres://u:p@h/d"}).metadata_url == "postgresql+psycopg://u:p@h/d"


def test_a_server_replaces_the_embedded_warehouse() -> None:
    assert load({"CLICKHOUSE_URL": "http://u:p@h:1/d"}).warehouse_url == "http://u:p@h:1/d"


def test_a_listener_on_every_address_is_reached_on_loopback() -> None:
    assert load({"HELIOGRAPH_HOST": "0.0.0.0"}).gateway_url == "http://127.0.0.1:8585"


def test_a_public_address_is_used_in_links() -> None:
    settings = load(
        {"HELIOGRAPH_PUBLIC_URL": "https://llm.example/", "HELIOGRAPH_APP_PUBLIC_URL": "https://eyes.example"}
    )
    assert (settings.gateway_url, settings.app_url) == ("https://llm.example", "https://eyes.example")


def test_a_secret_is_made_once_and_readable_by_its_owner_alone(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path)
    assert settings.secret("warehouse") == settings.secret("warehouse")
    assert len(settings.secret("warehouse")) == 43
    assert [(path.name, path.stat().st_mode & 0o777) for path in (tmp_path / "secrets").iterdir()] == [
        ("warehouse", 0o600)
    ]


def test_the_docs_list_every_setting() -> None:
    assert table() in (ROOT / "docs/settings.md").read_text(), f"docs/settings.md needs this table:\n{table()}"
