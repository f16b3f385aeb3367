"""The gateways we are measured beside, as their own users would install and start them. Kept under bench/.peers."""

from __future__ import annotations

import contextlib
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from bench.load import Target
from bench.stack import free_port, process

HOME = Path(__file__).parent / ".peers"
LITELLM = "litellm[proxy]==1.106.2"
PORTKEY = "@portkey-ai/gateway@1.15.2"
KEY = "sk-peer"


def install() -> None:
    """Install what is missing. Needs Python's and npm's package registries; npm for Portkey."""
    HOME.mkdir(exist_ok=True)
    if not (HOME / "litellm/bin/litellm").exists():
        subprocess.run([sys.executable, "-m", "venv", HOME / "litellm"], check=True)
        subprocess.run([HOME / "litellm/bin/pip", "install", "--quiet", LITELLM], check=True)
    if not _portkey().exists() and shutil.which("npm"):
        subprocess.run(["npm", "install", "--silent", "--prefix", HOME, PORTKEY], check=True)


@contextlib.contextmanager
def litellm(upstream: str) -> Iterator[Target]:
    """LiteLLM's proxy with one model."""
    port = free_port()
    config = HOME / "litellm.yaml"
    config.write_text(
        "model_list:\n  - model_name: gpt-4o-mini\n    litellm_params:\n      model: openai/gpt-4o-mini\n"
        f"      api_base: {upstream}/v1\n      api_key: {KEY}\ngeneral_settings:\n  master_key: {KEY}\n"
        "  dangerously_permit_weak_or_unset_master_key: true\n"
    )
    command = [str(HOME / "litellm/bin/litellm"), "--config", str(config), "--port", str(port), "--telemetry", "False"]
    env = {"LITELLM_LOCAL_MODEL_COST_MAP": "True", "LITELLM_LOG": "ERROR"}
    with process(command, ready=f"http://127.0.0.1:{port}/health/liveliness", env=env, wait_s=120):
        headers = {"authorization": f"Bearer {KEY}"}
        yield Target("LiteLLM proxy 1.106.2", f"http://127.0.0.1:{port}/v1/chat/completions", headers)


@contextlib.contextmanager
def portkey(upstream: str) -> Iterator[Target]:
    """Portkey's open-source gateway."""
    port = free_port()
    command = ["node", str(_portkey()), f"--port={port}", "--headless"]
    with process(command, ready=f"http://127.0.0.1:{port}/"):
        headers = {
            "authorization": f"Bearer {KEY}",
            "x-portkey-provider": "openai",
            "x-portkey-custom-host": f"{upstream}/v1",
        }
        yield Target("Portkey gateway 1.15.2", f"http://127.0.0.1:{port}/v1/chat/completions", headers)


def _portkey() -> Path:
    return HOME / "node_modules/@portkey-ai/gateway/build/start-server.js"
