"""Bring the warehouse to the present schema: ``python -m warehouse.migrate``. Every start does it.

A new warehouse gets `schema.sql`, which is always the whole present schema, and counts every migration as applied.
One that stands gets the numbered files of `migrations/` that it has not had, in order, and then `schema.sql` for what
is new; a rollup that is new to it is filled from its facts. Retention follows the settings.
"""

from __future__ import annotations

import logging
import re
from pathlib import Path

from clickhouse_connect.driver.client import Client
from clickhouse_connect.driver.exceptions import DatabaseError

import settings as settings_module
from settings import Settings
from warehouse.client import connect, translated
from warehouse.rollups import FACTS, fill, rollups
from warehouse.scored import TABLE

HERE = Path(__file__).parent
DEFINER = " DEFINER = hql_definer SQL SECURITY DEFINER"
NO_DEFINER = {192, 497}
"""UNKNOWN_USER and ACCESS_DENIED: a server that has not been given HQL's accounts can do all the rest."""
log = logging.getLogger("warehouse.migrate")


def migrate(client: Client, settings: Settings) -> list[str]:
    """Apply what is missing; returns the names of the migrations that ran. Raises `QueryFailed` where one cannot."""
    with translated():
        fresh = str(client.command("EXISTS TABLE request_response_rmt")) == "0"
        client.command(
            "CREATE TABLE IF NOT EXISTS schema_migrations (name String, applied_at DateTime DEFAULT now()) "
            "ENGINE = MergeTree ORDER BY name"
        )
        applied = {row[0] for row in client.query("SELECT name FROM schema_migrations").result_rows}
        missing = [path for path in migrations() if path.stem not in applied]
        if not fresh:
            for path in missing:
                _run(client, path)
        new = [] if fresh else _announce(client, applied)
        _run(client, HERE / "schema.sql")
        _fill(client, new)
        if missing:
            client.insert("schema_migrations", [[path.stem] for path in missing], column_names=["name"])
        _set_retention(client, settings)
    return [] if fresh else [path.stem for path in missing]


def is_complete(client: Client) -> bool:
    """Whether the last thing that `schema.sql` makes is there. A row inserted sooner may miss a rollup."""
    last = re.findall(r"CREATE .*?(?:TABLE|VIEW)(?: IF NOT EXISTS)? (\w+)", (HERE / "schema.sql").read_text())[-1]
    with translated():
        return str(client.command(f"EXISTS TABLE {last}")) == "1"


def migrations() -> list[Path]:
    """The numbered migrations in order."""
    return sorted((HERE / "migrations").glob("[0-9]*.sql"))


def statements(sql: str) -> list[str]:
    """The statements of a file of ours: comment lines dropped, split at a semicolon that ends a line."""
    text = re.sub(r"(?m)^\s*--.*$", "", sql)
    return [part for part in (piece.strip() for piece in re.split(r";[ \t]*\n", text + "\n")) if part]


def _announce(client: Client, applied: set[str]) -> list[str]:
    """The views that are to be made and filled, those included that an earlier start made and did not fill."""
    stand = {
        row[0] for row in client.query("SELECT name FROM system.tables WHERE database = currentDatabase()").result_rows
    }
    declared = re.findall(r"CREATE MATERIALIZED VIEW IF NOT EXISTS (\w+)", (HERE / "schema.sql").read_text())
    begun = [view for view in declared if view not in stand]
    if begun:
        # One that a migration has dropped may have been filled once.
        marks = [f"{mark} {view}" for view in begun for mark in ("fill", "filled")]
        client.command("DELETE FROM schema_migrations WHERE name IN {marks:Array(String)}", {"marks": marks})
        client.insert("schema_migrations", [[f"fill {view}"] for view in begun], column_names=["name"])
    left = [view for view in declared if f"fill {view}" in applied and f"filled {view}" not in applied]
    return list(dict.fromkeys(begun + left))


def _fill(client: Client, views: list[str]) -> None:
    for rollup in rollups(client) if views else ():
        if rollup.view in views:
            log.info("filling %s from the requests there are", rollup.table)
            fill(client, rollup)
            client.insert("schema_migrations", [[f"filled {rollup.view}"]], column_names=["name"])


def _run(client: Client, path: Path) -> None:
    missing = ""
    for statement in statements(path.read_text()):
        try:
            client.command(statement)
        except DatabaseError as error:
            if DEFINER not in statement or error.code not in NO_DEFINER:
                raise
            missing = error.name or str(error.code)
            client.command(statement.replace(DEFINER, ""))
    if missing:
        log.warning("HQL stays off: this server has no account hql_definer (docs/production.md): %s", missing)


def _set_retention(client: Client, settings: Settings) -> None:
    """Of facts whole parts are dropped once all their rows are past the limit, so that it costs no rewriting."""
    for table in (FACTS, TABLE):
        _set_retention_of(client, table, settings)


def _set_retention_of(client: Client, table: str, settings: Settings) -> None:
    wanted = (
        f"toDateTime(request_created_at) + toIntervalDay({settings.retention_days})" if settings.retention_days else ""
    )
    now = str(
        client.command(
            "SELECT engine_full FROM system.tables WHERE database = currentDatabase() AND name = {table:String}",
            {"table": table},
        )
    )
    stands = (found.group(1).strip() if (found := re.search(r"TTL (.+?) SETTINGS", now)) else "")  # fmt: skip
    if wanted and wanted != stands:
        client.command(f"ALTER TABLE {table} MODIFY TTL {wanted} SETTINGS materialize_ttl_after_modify = 0")
    elif stands and not wanted:
        client.command(f"ALTER TABLE {table} REMOVE TTL")


def main() -> None:
    """Migrate the warehouse that the environment names."""
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    settings = settings_module.load()
    for name in migrate(connect(settings), settings):
        log.info("applied %s", name)


if __name__ == "__main__":
    main()
