"""The launcher: what it checks, what it prints, and that it ends what it started."""

from __future__ import annotations

import asyncio
import io
import os
import re
import shlex
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
from honcho.printer import Printer

from launcher.supervisor import ProcessEnded, Supervisor
from tests.stack import ROOT, Stack, alive, environment, free_ports, run_py, running, wait_until_gone

HELLO = {"model": "demo/gpt-4o-mini", "messages": [{"role": "user", "content": "Hello"}]}


# Before anything starts


def refused(tmp_path: Path, **variables: str) -> str:
    """What the launcher says when it does not start; nothing may have been started or half made."""
    done = run_py(environ=environment(tmp_path / "data", **variables))
    assert (done.returncode, done.stdout) == (2, "")
    assert not (tmp_path / "data" / "warehouse").exists()
    return done.stderr


def test_a_used_port_is_named_with_its_variable(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        says = refused(tmp_path, HELIOGRAPH_APP_PORT=port)
    assert says == f"Port {port} is in use: stop what listens there, or set HELIOGRAPH_APP_PORT to a free port.\n"


def test_one_port_for_two_parts_is_refused(tmp_path: Path) -> None:
    port = str(free_ports(1)[0])
    says = refused(tmp_path, HELIOGRAPH_PORT=port, HELIOGRAPH_APP_PORT=port)
    assert says == f"HELIOGRAPH_APP_PORT and HELIOGRAPH_PORT are both {port}: give one another port.\n"


def test_a_data_directory_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    says = refused(tmp_path, HELIOGRAPH_DATA_DIR=str(tmp_path / "file/data"))
    assert says == (
        f"The data directory {tmp_path}/file/data cannot be written (Not a directory): "
        "set HELIOGRAPH_DATA_DIR to a directory that can.\n"
    )


def test_a_wrong_setting_is_named(tmp_path: Path) -> None:
    says = refused(tmp_path, HELIOGRAPH_PORT="http")
    assert says == "HELIOGRAPH_PORT='http' is not a whole number: Port of the gateway and the REST API.\n"


@pytest.mark.parametrize("scheme", ["http", "postgresql"])
def test_a_server_that_does_not_answer_is_named(tmp_path: Path, scheme: str) -> None:
    name = {"http": "CLICKHOUSE_URL", "postgresql": "DATABASE_URL"}[scheme]
    says = refused(tmp_path, **{name: f"{scheme}://u:secret@127.0.0.1:1/d"})
    assert says.startswith(f"Nothing answers at {name} (127.0.0.1): ")
    assert "secret" not in says


def test_a_port_that_is_none_is_named(tmp_path: Path) -> None:
    says = refused(tmp_path, HELIOGRAPH_PORT="70000")
    assert says == "HELIOGRAPH_PORT=70000 is not a port: choose one from 1 to 65535.\n"


def test_there_is_no_link_before_the_first_start(tmp_path: Path) -> None:
    done = run_py("link", environ=environment(tmp_path / "data"))
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == f"Nothing has run on the data directory {tmp_path}/data yet: `make run` first.\n"


def find_python(tmp_path: Path, script: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Look for a Python where the only one is `script`."""
    python = tmp_path / "python3"
    python.write_text(f"#!/bin/sh\n{script}\n")
    python.chmod(0o755)
    command = ["/bin/sh", str(ROOT / "deploy/find_python.sh"), *arguments]
    return subprocess.run(command, env={"PATH": str(tmp_path)}, capture_output=True, text=True)


def test_a_python_too_old_is_one_sentence(tmp_path: Path) -> None:
    done = find_python(tmp_path, 'case "$1" in --version) echo Python 3.9.2;; *) exit 1;; esac')
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert done.stderr.startswith("Heliograph needs Python 3.11 or newer, and python3 is Python 3.9.2: install a newer")


def test_a_python_without_venv_is_one_sentence(tmp_path: Path) -> None:
    done = find_python(tmp_path, 'case "$2" in *venv*) exit 1;; *) exit 0;; esac')
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert "apt install python3-venv" in done.stderr


def test_no_python_is_one_sentence(tmp_path: Path) -> None:
    done = find_python(tmp_path, "exit 0", "python9")
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert done.stderr.startswith("Heliograph needs Python 3.11 or newer, and python9 was not found")


# A running installation


def curl(stack: Stack) -> list[str]:
    """The words of the command that the banner offers."""
    found = re.search(r"curl .*?'\n", stack.banner, re.S)
    assert found
    return shlex.split(found[0].replace("\\\n", " "))


def test_the_offered_curl_works(stack: Stack) -> None:
    done = subprocess.run([*curl(stack), "-sS"], capture_output=True, text=True, check=True)
    assert '"object":"chat.completion"' in done.stdout


def test_the_offered_link_signs_in_and_another_can_be_had(stack: Stack) -> None:
    link = stack.sign_in_link()
    assert urlsplit(link).netloc == urlsplit(stack.app_url).netloc
    assert link.split("?")[0] in stack.banner and link not in stack.banner
    with httpx.Client(follow_redirects=False) as browser:
        answer = browser.get(link)
    assert answer.is_redirect and "httponly" in answer.headers["set-cookie"].lower()


def test_a_second_start_on_the_same_data_is_refused(stack: Stack) -> None:
    done = run_py(environ=environment(stack.data_dir))
    assert done.returncode == 2
    assert done.stderr.startswith(f"Heliograph is already running on the data directory {stack.data_dir}: ")


def test_output_names_its_process(stack: Stack) -> None:
    named = {line.split()[1] for line in stack.output if re.match(r"\d\d:\d\d:\d\d \w+ +\|", line)}
    assert named <= {"warehouse", "release", "gateway", "worker", "dashboard", "provider", "heliograph"}


def test_a_start_warns_of_nothing(stack: Stack) -> None:
    started = stack.output[: stack.output.index("  Heliograph is running.")]
    assert [line for line in started if re.search("warning|error", line, re.IGNORECASE)] == []


def test_ctrl_c_ends_everything_in_time_and_a_second_start_keeps_data_and_key(tmp_path: Path) -> None:
    environ = environment(tmp_path / "data")
    with running(environ) as first:
        key, processes = first.api_key, first.processes()
        said = httpx.post(f"{first.gateway_url}/v1/chat/completions", json=HELLO, headers=_bearer(key))
        assert (said.status_code, len(processes)) == (200, 6)
        begun = time.monotonic()
        first.process.send_signal(signal.SIGINT)
        first.process.send_signal(signal.SIGINT)
        assert first.process.wait(timeout=20) == 0
        assert time.monotonic() - begun < 5
        assert [pid for pid in processes if alive(pid)] == []
    with running(environ) as second:
        assert second.api_key == key
        assert _request_is_there(second, said.headers["Helicone-Id"])
        processes = [pid for pid in second.processes() if pid != second.process.pid]
        second.process.kill()
        assert wait_until_gone(processes, 8) == []


def test_demo_traffic_reaches_the_warehouse_once(tmp_path: Path) -> None:
    """The way `make demo` takes, with fewer records."""
    command = [sys.executable, "-m", "demo.load", "--days", "3", "--per-day", "60"]
    with running(environment(tmp_path / "data")) as stack:
        counts = []
        for _ in range(2):
            subprocess.run(command, cwd=ROOT, env=stack.environ, check=True, capture_output=True, timeout=60)
            counts.append(len(_demo_requests(stack)))
    assert counts[0] == counts[1] > 30


def _demo_requests(stack: Stack) -> list[object]:
    query = {"filter": {"request_response_rmt": {"properties": {"Demo": {"equals": "true"}}}}, "limit": 1000}
    url = f"{stack.gateway_url}/v1/request/query-clickhouse"
    answer = httpx.post(url, json=query, headers=_bearer(stack.api_key)).raise_for_status()
    return list(answer.json()["data"])


def _bearer(key: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {key}"}


def _request_is_there(stack: Stack, request_id: str) -> bool:
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        answer = httpx.get(f"{stack.gateway_url}/v1/request/{request_id}", headers=_bearer(stack.api_key))
        if answer.status_code == 200:
            return True
        time.sleep(0.2)
    return False


# The supervisor


def supervised(*scripts: str, after: Callable[[Supervisor], None] = lambda _: None) -> tuple[Supervisor, str]:
    """Run Python scripts together until a stop; the supervisor and what was printed."""
    output = io.StringIO()

    async def run() -> Supervisor:
        supervisor = Supervisor(os.environ, Printer(output))
        for number, script in enumerate(scripts):
            await supervisor.start(f"p{number}", shlex.join(["python", "-u", "-c", script]))
        asyncio.get_running_loop().call_later(0.5, after, supervisor)
        await supervisor.stopping.wait()
        await supervisor.stop(last="p0", grace_s=1)
        return supervisor

    return asyncio.run(run()), output.getvalue()


def test_a_process_that_ends_takes_the_others_down() -> None:
    supervisor, _ = supervised("import time; time.sleep(60)", "raise SystemExit(3)")
    assert supervisor.failure == "The p1 process ended by itself (exit code 3), so everything else stops too."


def test_lines_are_printed_whole_with_their_process_s_name() -> None:
    _, printed = supervised("print('a' * 200_000); print('b', end='')")
    assert [line.split("| ")[1][:3] for line in printed.splitlines()] == ["aaa", "b"]


def test_a_process_that_will_not_stop_is_killed_with_its_children() -> None:
    stubborn = (
        "import signal, subprocess, time; signal.signal(signal.SIGTERM, signal.SIG_IGN);"
        "child = subprocess.Popen(['sleep', '60']); print(child.pid, flush=True); time.sleep(60)"
    )
    begun = time.monotonic()
    _, printed = supervised("import time; time.sleep(60)", stubborn, after=lambda s: s.stopping.set())
    assert time.monotonic() - begun < 3
    assert wait_until_gone([int(printed.split("| ")[1])], 1) == []


def test_a_step_that_fails_is_an_error() -> None:
    async def run() -> None:
        await Supervisor(os.environ, Printer(io.StringIO())).run("release", f"{sys.executable} -c 'exit(4)'")

    with pytest.raises(ProcessEnded, match=r"release failed \(exit code 4\)"):
        asyncio.run(run())
