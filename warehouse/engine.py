"""ClickHouse's own server, run in this process by chDB.

``chdb._chdb.query`` runs clickhouse-local, whole, for the time of one script. The script started here is
``SYSTEM START LISTEN HTTP`` followed by a query that sleeps until `Engine.stop` kills it: until then the process is a
ClickHouse server with its real HTTP interface, and nothing of that interface is rewritten here. (chDB's public
``connect`` runs a smaller embedded server that refuses to listen.)

Limits of it: one engine a process, once. The local session that runs the script signs in as ``default`` without a
password, so the key is checked by ClickHouse's HTTP rules before a request reaches a query handler; they see headers
(``X-ClickHouse-User``/``-Key``, ``Authorization: Basic``), not the ``user`` and ``password`` parameters of a URL. With
``Authorization``, ClickHouse lets those parameters name another account, so HQL's account, which is a server's
(deploy/clickhouse/hql.xml), comes in by the other headers alone. No logs are written, by file or to ``system``. The
function ``file()`` reads any file of the machine: unlike tables that do, no grant covers it.
"""

from __future__ import annotations

import base64
import contextlib
import os
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from xml.sax.saxutils import escape

from warehouse import sockets

USER = "default"
READER = "hql_reader"
ACCOUNTS = Path(__file__).parent.parent / "deploy" / "clickhouse" / "hql.xml"
DATABASE = "heliograph"

_CONFIG = """\
<clickhouse>
    <http_port>{port}</http_port>
    <listen_host>127.0.0.1</listen_host>
    <users_config>users.xml</users_config>
    <http_handlers>
        <rule><url>/ping</url><handler><type>ping</type></handler></rule>
        <rule><url>/replicas_status</url><handler><type>replicas_status</type></handler></rule>
        <rule>
            <headers><Authorization>{basic}</Authorization></headers>
            <handler><type>dynamic_query_handler</type></handler>
        </rule>
        <rule>
            <headers><X-ClickHouse-User>{user}</X-ClickHouse-User><X-ClickHouse-Key>{key}</X-ClickHouse-Key></headers>
            <handler><type>dynamic_query_handler</type></handler>
        </rule>
        <rule>
            <headers><X-ClickHouse-User>{reader}</X-ClickHouse-User><X-ClickHouse-Key>{reader_key}</X-ClickHouse-Key></headers>
            <handler><type>dynamic_query_handler</type></handler>
        </rule>
        <rule>
            <handler>
                <type>static</type>
                <status>403</status>
                <http_response_headers>
                    <Content-Type>text/plain; charset=UTF-8</Content-Type>
                    <X-ClickHouse-Exception-Code>516</X-ClickHouse-Exception-Code>
                </http_response_headers>
                <response_content>{denied}</response_content>
            </handler>
        </rule>
    </http_handlers>
    <access_control_improvements>
        <select_from_system_db_requires_grant>true</select_from_system_db_requires_grant>
        <select_from_information_schema_requires_grant>true</select_from_information_schema_requires_grant>
    </access_control_improvements>
    <mark_cache_size>268435456</mark_cache_size>
    <uncompressed_cache_size>0</uncompressed_cache_size>
    <max_server_memory_usage_to_ram_ratio>0.6</max_server_memory_usage_to_ram_ratio>
    <max_concurrent_queries>100</max_concurrent_queries>
    <concurrent_threads_soft_limit_ratio_to_cores>2</concurrent_threads_soft_limit_ratio_to_cores>
</clickhouse>
"""

_USERS = """\
<clickhouse>
    <profiles>
        <default>
            <cancel_http_readonly_queries_on_client_close>1</cancel_http_readonly_queries_on_client_close>
            <queue_max_wait_ms>30000</queue_max_wait_ms>
            <implicit_select>0</implicit_select>
            <allow_introspection_functions>0</allow_introspection_functions>
        </default>
    </profiles>
    <users>
        <default>
            <no_password/>
            <networks><ip>127.0.0.1</ip></networks>
            <profile>default</profile>
            <quota>default</quota>
            <grants>
                <query>
                    GRANT SHOW, SELECT, INSERT, ALTER, CREATE DATABASE, CREATE TABLE, CREATE VIEW, CREATE FUNCTION,
                    DROP, UNDROP TABLE, TRUNCATE, OPTIMIZE, CHECK, KILL QUERY, SYSTEM ON *.*
                </query>
                <query>GRANT {engines}</query>
                <query>GRANT SET DEFINER ON hql_definer</query>
            </grants>
        </default>
    </users>
    <quotas><default/></quotas>
</clickhouse>
"""

_ENGINES = (
    *("MergeTree", "AggregatingMergeTree", "ReplacingMergeTree", "SummingMergeTree", "CollapsingMergeTree"),
    *("VersionedCollapsingMergeTree", "CoalescingMergeTree", "Memory", "Null", "Set", "Join", "Merge", "Buffer"),
    *("View", "MaterializedView", "Atomic"),
)
"""Engines a table may have. Not those that read files, run programs or open connections: the key is the warehouse's,
not the machine's."""

_SCRIPT = f"""
CREATE DATABASE IF NOT EXISTS {DATABASE} ENGINE = Atomic;
SYSTEM START LISTEN HTTP;
SELECT 1 FROM system.numbers WHERE sleep(3) SETTINGS max_block_size = 1"""

_DENIED = (
    "Code: 516. DB::Exception: default: Authentication failed: password is incorrect, "
    "or there is no user with such name. (AUTHENTICATION_FAILED)"
)


class EngineError(RuntimeError):
    """The engine did not start or refused a statement; the text is ClickHouse's."""


@dataclass
class Engine:
    """A ClickHouse server on 127.0.0.1:`port` over `directory`, for user `default` with `key`. Starts once.

    `reader_key` is the password of hql_reader, whose limits are `limits`: the environment that hql.xml reads.
    """

    directory: Path
    port: int
    key: str
    reader_key: str
    limits: Mapping[str, str]
    _thread: threading.Thread = field(init=False)

    def start(self) -> None:
        """Begin to serve; returns at once. Changes the working directory: there the engine looks for `config.xml`."""
        from chdb import _chdb  # loading it opens an engine with the working directory's config.xml: not yet ours

        (self.directory / "users.d").mkdir(exist_ok=True)
        _write_private(self.directory / "users.d" / ACCOUNTS.name, ACCOUNTS.read_text())
        _write_private(self.directory / "users.xml", _users())
        _write_private(self.directory / "config.xml", _config(self.port, self.key, self.reader_key))
        os.environ |= {**self.limits, "CLICKHOUSE_READER_PASSWORD": self.reader_key}
        os.chdir(self.directory)
        run = _chdb.query  # type: ignore[attr-defined]  # missing from chDB's own stub
        arguments = {"path": str(self.directory / "data")}
        self._thread = threading.Thread(
            target=run, args=(_SCRIPT, "TabSeparated"), kwargs=arguments, name="engine", daemon=True
        )
        self._thread.start()

    def alive(self) -> bool:
        """Whether the engine runs; False once it stopped or failed."""
        return self._thread.is_alive()

    def execute(self, sql: str, timeout_s: float = 5.0) -> str:
        """Run one statement over HTTP and return its body. Raises `EngineError`, or `OSError` when nobody answers."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=timeout_s)
        try:
            connection.request("POST", "/", sql.encode(), {"Authorization": _basic(USER, self.key)})
            response = connection.getresponse()
            text = response.read().decode()
        finally:
            connection.close()
        if response.status != 200:
            raise EngineError(text.strip())
        return text

    def stop(self, timeout_s: float = 2.5) -> bool:
        """Cancel what runs and close the engine. False if it did not close in time."""
        with _silent_stderr(), contextlib.suppress(OSError, HTTPException, EngineError):
            self.execute("KILL QUERY WHERE 1 ASYNC", timeout_s=1)
            self._thread.join(timeout_s / 5)
            # The engine waits for clients that keep an idle connection; by now the others have their answer.
            sockets.hang_up(self.port)
            self._thread.join(timeout_s * 4 / 5)
        return not self._thread.is_alive()


@contextlib.contextmanager
def _silent_stderr() -> Iterator[None]:
    """Where the engine would report the script's own end as an error."""
    kept, null = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, 2)
    try:
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(null)


def _config(port: int, key: str, reader_key: str) -> str:
    values = {"user": USER, "key": escape(key), "basic": _basic(USER, key), "denied": _DENIED}
    values |= {"reader": READER, "reader_key": escape(reader_key)}
    return _CONFIG.format(port=port, **values)


def _users() -> str:
    return _USERS.format(engines=", ".join(f"TABLE ENGINE ON {name}" for name in _ENGINES))


def _basic(user: str, key: str) -> str:
    return "Basic " + base64.b64encode(f"{user}:{key}".encode()).decode()


def _write_private(path: Path, text: str) -> None:
    path.touch(mode=0o600)
    path.write_text(text)
