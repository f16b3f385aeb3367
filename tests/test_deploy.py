"""The production path's files: what Docker Compose and ClickHouse will read."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
import yaml

ROOT = Path(__file__).parents[1]
TEXT = (ROOT / "docker-compose.yml").read_text()
COMPOSE: dict[str, Any] = yaml.safe_load(TEXT)
SERVICES: dict[str, Any] = COMPOSE["services"]
LONG_RUNNING = sorted(set(SERVICES) - {"release"})


def test_every_part_of_an_installation_has_a_container() -> None:
    assert set(SERVICES) == {"clickhouse", "postgres", "redis", "release", "gateway", "worker", "dashboard"}


@pytest.mark.parametrize("name", LONG_RUNNING)
def test_a_long_running_container_has_a_health_check_and_restarts(name: str) -> None:
    assert SERVICES[name]["healthcheck"]["test"]
    assert SERVICES[name]["restart"] == "unless-stopped"


def test_containers_run_the_commands_of_the_procfile() -> None:
    procfile = dict(line.split(": ", 1) for line in (ROOT / "Procfile").read_text().splitlines())
    ours = {name: " ".join(SERVICES[name]["command"]) for name in ("release", "worker", "gateway", "dashboard")}
    assert ours == {name: procfile[name] for name in ours}


def test_no_secret_has_a_default_and_each_says_how_to_set_it() -> None:
    secret = re.compile(r"\$\{(\w*(?:PASSWORD|BOOTSTRAP_API_KEY)\w*)([^}]*)\}")
    uses = secret.findall(TEXT)
    assert {name for name, _ in uses} >= {"CLICKHOUSE_PASSWORD", "POSTGRES_PASSWORD", "REDIS_PASSWORD"}
    assert all(rest.startswith(f":?set {name} in .env") for name, rest in uses)


def test_the_gateway_and_the_worker_share_the_spool() -> None:
    assert SERVICES["gateway"]["volumes"] == SERVICES["worker"]["volumes"] == ["data:/data"]
    assert "HELIOGRAPH_DATA_DIR=/data" in (ROOT / "Dockerfile").read_text()


def test_everything_that_must_survive_lies_on_a_named_volume() -> None:
    used = {volume.split(":")[0] for s in SERVICES.values() for volume in s["volumes"] if not volume.startswith("./")}
    assert used == set(COMPOSE["volumes"])


def test_only_the_gateway_and_the_dashboard_are_reachable_from_outside() -> None:
    assert {name for name, service in SERVICES.items() if "ports" in service} == {"gateway", "dashboard"}


def test_nothing_starts_before_the_schema_stands() -> None:
    for name in ("gateway", "worker", "dashboard"):
        assert SERVICES[name]["depends_on"]["release"]["condition"] == "service_completed_successfully"


def test_the_server_has_the_version_of_the_embedded_engine() -> None:
    pins = (ROOT / "constraints.txt").read_text()
    engine = re.search(r"^chdb-core==(\d+\.\d+)", pins, re.M)
    assert engine and SERVICES["clickhouse"]["image"] == f"clickhouse/clickhouse-server:{engine[1]}"


def test_files_that_compose_mounts_exist() -> None:
    mounts = [volume for s in SERVICES.values() for volume in s["volumes"] if volume.startswith("./")]
    assert mounts and all((ROOT / mount.split(":")[0]).is_file() for mount in mounts)


def test_clickhouse_keeps_its_own_logs_for_days_or_not_at_all() -> None:
    root = ElementTree.parse(ROOT / "deploy/clickhouse/server.xml").getroot()
    logs = [element for element in root if element.tag.endswith("_log")]
    assert {"query_log", "part_log", "trace_log", "text_log", "metric_log"} <= {log.tag for log in logs}
    for log in logs:
        assert log.get("remove") or re.fullmatch(r"event_date \+ INTERVAL \d+ DAY DELETE", log.findtext("ttl") or "")


def test_the_image_does_not_run_as_root() -> None:
    lines = (ROOT / "Dockerfile").read_text().splitlines()
    assert lines.index("USER heliograph") < lines.index('CMD ["python", "-m", "api"]')


def test_every_direct_dependency_is_pinned_alike_in_the_constraints() -> None:
    pins = dict(
        line.lower().split("==") for line in (ROOT / "constraints.txt").read_text().splitlines() if "==" in line
    )
    for file in ("requirements.txt", "requirements-dev.txt"):
        for line in (ROOT / file).read_text().splitlines():
            if "==" in line:
                name, version = re.sub(r"\[.*\]", "", line).lower().split("==")
                assert pins.get(name) or pins.get(name.replace("-", "_")), f"{name} is not in constraints.txt"
                assert (pins.get(name) or pins[name.replace("-", "_")]) == version


def test_the_python_that_is_promised_is_the_python_that_is_looked_for() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert project["requires-python"] == ">=3.11"
    assert "(3, 11)" in (ROOT / "deploy/find_python.sh").read_text()


READER = {
    "CLICKHOUSE_READER_PASSWORD": "secret",
    "HELIOGRAPH_HQL_TIMEOUT_S": "30",
    "HELIOGRAPH_HQL_MEMORY_BYTES": "4000000000",
    "HELIOGRAPH_HQL_ROWS_TO_READ": "1000000000",
}
"""What hql.xml reads from the server's environment, as Compose sets it by default."""


def engine(program: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a program of chDB's in a folder with a server's configuration."""
    command = [sys.executable, "-c", program]
    environ = {**os.environ, **READER}
    return subprocess.run(command, cwd=folder, env=environ, capture_output=True, text=True, timeout=60)


def test_compose_gives_clickhouse_what_hqls_account_reads() -> None:
    given = SERVICES["clickhouse"]["environment"]
    assert set(READER) <= set(given)
    for name in set(READER) - {"CLICKHOUSE_READER_PASSWORD"}:
        assert given[name] == f"${{{name}:-{READER[name]}}}"
    accounts = (ROOT / "deploy/clickhouse/hql.xml").read_text()
    assert set(re.findall(r'from_env="(\w+)"', accounts)) == set(READER)


ENGINE = """
from chdb import _chdb
script = '''SYSTEM FLUSH LOGS;
SELECT name, value FROM system.server_settings WHERE changed;
SELECT name, value FROM system.settings WHERE changed;
SELECT name, extract(engine_full, 'TTL (.+?) SETTINGS') FROM system.tables
WHERE database = 'system' AND name LIKE '%_log'
'''
print(_chdb.query(script, "TabSeparated", path="store").bytes().decode())
"""
BASE = {
    "config.xml": "<clickhouse><users_config>users.xml</users_config></clickhouse>",
    "users.xml": "<clickhouse><profiles><default/></profiles><quotas><default/></quotas><users><default><no_password/>"
    "<networks><ip>::/0</ip></networks><profile>default</profile><quota>default</quota></default></users></clickhouse>",
}


def test_the_engine_reads_the_configuration_as_it_is_meant(tmp_path: Path) -> None:
    """The files are merged as a server merges config.d and users.d, by the engine itself."""
    for name, text in BASE.items():
        (tmp_path / name).write_text(text)
    for name, folder in (("server.xml", "config.d"), ("users.xml", "users.d"), ("hql.xml", "users.d")):
        (tmp_path / folder).mkdir(exist_ok=True)
        shutil.copy(ROOT / "deploy/clickhouse" / name, tmp_path / folder)
    done = engine(ENGINE, tmp_path)
    said = dict(line.split("\t") for line in done.stdout.splitlines() if line.count("\t") == 1)
    assert (said["max_server_memory_usage_to_ram_ratio"], said["mark_cache_size"]) == ("0.6", "536870912")
    assert (said["max_execution_time"], said["max_memory_usage"]) == ("120", "4000000000")
    assert said["query_log"] == "event_date + toIntervalDay(14)"
    # A view over query_log, without rows of its own.
    said.pop("user_query_log", None)
    assert {name: said[name] for name in said if name.endswith("_log") and "toIntervalDay" not in said[name]} == {}


FORMAT = """
import chdb
for statement in open("accounts.sql").read().split("---"):
    quoted = statement.replace("\\\\", "\\\\\\\\").replace("'", "\\\\'")
    print(chdb.query(f"SELECT formatQuerySingleLine('{quoted}')", "TabSeparatedRaw").bytes().decode().strip())
"""


def test_the_accounts_in_sql_are_those_in_xml(tmp_path: Path) -> None:
    """For a server whose configuration cannot be reached: the same limits, grants and row policies, in valid SQL."""
    text = re.sub(r"(?m)^--.*$", "", (ROOT / "deploy/clickhouse/hql.sql").read_text())
    statements = [part.strip() for part in text.split(";") if part.strip()]
    (tmp_path / "accounts.sql").write_text("---".join(statements))
    formatted = engine(FORMAT, tmp_path).stdout.splitlines()
    assert len(formatted) == len(statements)
    profile, reader, definer, *grants, policy, _ = formatted

    root = ElementTree.parse(ROOT / "deploy/clickhouse/hql.xml").getroot()
    settings, users = root.find("profiles/hql"), root.find("users")
    assert settings is not None and users is not None
    fixed = {element.tag for element in settings.findall("constraints/*")} | {"readonly"}
    for element in settings:
        if element.tag != "constraints":
            value = (element.text or READER[element.get("from_env", "")]).strip()
            shown = value if value.isdigit() else f"'{value}'"
            wanted = f"{element.tag} = {shown}{' CONST' if element.tag in fixed else ''}"
            assert re.search(rf"\b{re.escape(wanted)}(,|$)", profile), wanted
    assert profile.count(" = ") == len(settings) - 1
    assert reader.endswith("SETTINGS PROFILE hql") or "PROFILE `hql`" in reader
    assert definer.endswith("HOST NONE") and not list(users.find("hql_definer/networks") or [])
    written = [f"{query.text} TO {user.tag}" for user in users for query in user.findall("grants/query")]
    assert sorted(grants) == sorted(written)
    for table in users.findall("hql_definer/databases/heliograph/*"):
        assert f"heliograph.{table.tag}" in policy and (table.findtext("filter") or "?") in policy
    assert policy.endswith("TO hql_definer")
