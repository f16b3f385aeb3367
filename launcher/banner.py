"""What a newcomer needs once everything runs: where to look, where to send, and a request that works."""

from __future__ import annotations

from collections.abc import Mapping

from metadata import store as metadata
from settings import Settings


def sign_in_link(settings: Settings, store: metadata.Store) -> str | None:
    """A fresh link that signs one browser in, or None before the first start has made an organisation."""
    organisation = next(iter(store.organisations()), None)
    return f"{settings.app_url}/sign-in?token={store.create_sign_in(organisation.id)}" if organisation else None


def banner(settings: Settings, link: str | None, key: str, environ: Mapping[str, str]) -> str:
    """The text printed when every part is ready."""
    model = "demo/gpt-4o-mini" if settings.demo else "gpt-4o-mini"
    return f"""
  Heliograph is running.

  Dashboard   {link}
              signs one browser in, once, within 24 hours; `make link` prints another
  Gateway     {settings.gateway_url}/v1
  API key     {key}

  Send a request:

    curl {settings.gateway_url}/v1/chat/completions \\
      -H "Authorization: Bearer {key}" \\
      -H "Content-Type: application/json" \\
      -d '{{"model": "{model}", "messages": [{{"role": "user", "content": "Hello"}}]}}'
{_hint(settings, environ)}
  Ctrl-C stops everything. What was recorded stays in {settings.data_dir.resolve()}.
"""


def _hint(settings: Settings, environ: Mapping[str, str]) -> str:
    if settings.demo:
        return """
  demo/… models are answered by the built-in demo provider: no provider key is needed, nothing leaves this machine.
  The month of demo traffic carries the property Demo = true.
"""
    if environ.get("OPENAI_API_KEY"):
        return ""
    return """
  OPENAI_API_KEY is not set, so this answers with an error until it is: stop, export OPENAI_API_KEY, start again.
  Without any provider key, `make demo` offers demo/… models.
"""
