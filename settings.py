"""One typed settings object, read from the environment.

Every field is one environment variable: ``HELIOGRAPH_<FIELD>``, but for the few whose name the
field already knows (``CLICKHOUSE_URL``, ``DATABASE_URL``). A variable that cannot be read ends the process with a
sentence that names it. ``docs/settings.md`` lists them all; a test keeps that list whole.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Mapping
from dataclasses import MISSING, dataclass, field, fields
from pathlib import Path
from typing import Any


class SettingsError(ValueError):
    """A variable of the environment cannot be used; the text names it and says what to write."""


def setting(default: Any, help: str, env: str = "") -> Any:
    """A field of `Settings`: its default, what it does (for the docs), and its variable's name where it is special."""
    return field(default=default, metadata={"help": help, "env": env})


@dataclass(frozen=True, kw_only=True)
class Settings:
    """All that can be set. Ports are loopback by default; sizes are bytes unless the name says otherwise."""

    host: str = setting("127.0.0.1", "Address the gateway and the dashboard listen on.")
    port: int = setting(8585, "Port of the gateway and the REST API.")
    app_port: int = setting(8501, "Port of the dashboard.")
    warehouse_port: int = setting(8123, "Port of the embedded warehouse (loopback only).")
    demo_port: int = setting(8586, "Port of the demo provider (loopback only); used by `make demo`.")
    demo: bool = setting(False, "Offer the `demo/…` models of the built-in demo provider.")
    data_dir: Path = setting(Path("data"), "Where everything that must survive a restart is kept.")
    public_url: str = setting("", "The gateway's address as clients see it, when a proxy stands before it.")
    app_public_url: str = setting("", "The dashboard's address as people see it, when a proxy stands before it.")
    log_level: str = setting("info", "debug, info, warning or error.")

    clickhouse_url: str = setting(
        "", "A ClickHouse server instead of the embedded engine: http(s)://user:password@host:port/database.",
        "CLICKHOUSE_URL",
    )  # fmt: skip
    clickhouse_reader_url: str = setting(
        "", "The account that HQL reads with on that server (docs/production.md): http(s)://hql_reader:password@….",
        "CLICKHOUSE_READER_URL",
    )  # fmt: skip
    database_url: str = setting("", "PostgreSQL instead of SQLite: postgresql://user:password@host/db.", "DATABASE_URL")
    bootstrap_api_key: str = setting("", "The first organisation's API key; made and printed once when unset.")

    body_limit_mb: int = setting(100, "The largest request body the gateway takes, in MB; more is answered with 413.")
    connect_timeout_s: float = setting(10.0, "How long a provider may take to accept a connection.")
    upstream_timeout_s: float = setting(600.0, "How long a provider may stay silent before the gateway answers 504.")

    spool_limit_mb: int = setting(20_000, "How much disk the spool may fill before records are dropped (and counted).")
    spool_segment_mb: int = setting(64, "Size at which a spool segment is closed and the next one begun.")
    batch_rows: int = setting(10_000, "The worker writes a batch at this many rows …")
    batch_seconds: float = setting(0.5, "… or this long after the batch's first record …")
    batch_mb: int = setting(32, "… or at this size, whichever comes first.")

    hql_timeout_s: int = setting(30, "An HQL query may take this long …")
    hql_memory_bytes: int = setting(4_000_000_000, "… use this much of the warehouse's memory …")
    hql_rows_to_read: int = setting(1_000_000_000, "… and read this many rows.")
    hql_queries_per_minute: int = setting(100, "HQL queries an organisation may run in any minute.")
    hql_downloads_per_minute: int = setting(10, "Downloads of HQL results an organisation may make in any minute.")

    retention_days: int = setting(395, "Rows older than this are dropped by ClickHouse; 0 keeps them for ever.")
    body_retention_days: int = setting(0, "Bodies older than this are emptied; 0 keeps them as long as their row.")
    worker_metrics_port: int = setting(0, "Port of the worker's own /metrics; 0: only through the gateway's.")

    @property
    def spool_dir(self) -> Path:
        return self.data_dir / "spool"

    @property
    def warehouse_dir(self) -> Path:
        return self.data_dir / "warehouse"

    @property
    def gateway_url(self) -> str:
        return self.public_url.rstrip("/") or f"http://{_reachable(self.host)}:{self.port}"

    @property
    def app_url(self) -> str:
        return self.app_public_url.rstrip("/") or f"http://{_reachable(self.host)}:{self.app_port}"

    @property
    def demo_url(self) -> str:
        return f"http://127.0.0.1:{self.demo_port}"

    @property
    def metadata_url(self) -> str:
        """SQLAlchemy's address of the metadata database."""
        if not self.database_url:
            return f"sqlite:///{self.data_dir / 'metadata.db'}"
        return "postgresql+psycopg://" + self.database_url.split("://", 1)[1]

    @property
    def warehouse_url(self) -> str:
        """The warehouse's address as ``clickhouse-connect`` takes it, with credentials."""
        if self.clickhouse_url:
            return self.clickhouse_url
        return f"http://default:{self.secret('warehouse')}@127.0.0.1:{self.warehouse_port}/heliograph"

    @property
    def warehouse_reader_url(self) -> str:
        """The address of the account that HQL reads with; empty where a server has been given none."""
        if self.clickhouse_url or self.clickhouse_reader_url:
            return self.clickhouse_reader_url
        return f"http://hql_reader:{self.secret('warehouse_reader')}@127.0.0.1:{self.warehouse_port}/heliograph"

    def secret(self, name: str, make: Callable[[], str] = secrets.token_urlsafe) -> str:
        """A secret of this installation, made at first use, kept in the data directory for its owner alone."""
        path = self.data_dir / "secrets" / name
        try:
            return path.read_text()
        except FileNotFoundError:
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        # Several processes may start at once: the first to link its file wins, all read the winner's.
        draft = path.with_name(f".{name}.{os.getpid()}")
        draft.write_text(make())
        draft.chmod(0o600)
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
        return path.read_text()


def load(environ: Mapping[str, str] | None = None) -> Settings:
    """Settings from `environ` (default: the process's). Raises `SettingsError` naming the variable that is wrong."""
    environ = os.environ if environ is None else environ
    values: dict[str, Any] = {}
    for f in fields(Settings):
        name = variable(f.name)
        if (text := environ.get(name, "").strip()) and f.default is not MISSING:
            try:
                values[f.name] = _cast(text, type(f.default))
            except ValueError:
                kind = type(f.default).__name__
                raise SettingsError(f"{name}={text!r} is not {_AN[kind]}: {f.metadata['help']}") from None
    return _checked(Settings(**values))


def variable(name: str) -> str:
    """The environment variable of the field `name`."""
    special = next(f.metadata["env"] for f in fields(Settings) if f.name == name)
    return str(special or f"HELIOGRAPH_{name.upper()}")


_AN = {"int": "a whole number", "float": "a number", "bool": "true or false", "PosixPath": "a path", "str": "text"}


def _cast(text: str, kind: type) -> Any:
    if kind is bool:
        if text.lower() not in ("true", "false", "1", "0", "yes", "no"):
            raise ValueError(text)
        return text.lower() in ("true", "1", "yes")
    return kind(text)


def _checked(settings: Settings) -> Settings:
    for name in ("clickhouse_url", "clickhouse_reader_url", "database_url"):
        schemes = ("postgresql://", "postgres://") if name == "database_url" else ("http://", "https://")
        if (url := getattr(settings, name)) and not url.startswith(schemes):
            raise SettingsError(f"{variable(name)} must begin with {' or '.join(schemes)}")
    if settings.log_level not in ("debug", "info", "warning", "error"):
        raise SettingsError(f"{variable('log_level')} must be debug, info, warning or error")
    return settings


def _reachable(host: str) -> str:
    return "127.0.0.1" if host in ("0.0.0.0", "::") else host
