"""The page behind a link that no longer signs in: plain HTML, for it is served outside Streamlit. Pure."""

from __future__ import annotations

from html import escape

_PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Heliograph</title><style>
:root{{color-scheme:light dark}}
body{{font:16px/1.6 system-ui,sans-serif;min-height:100vh;margin:0;display:grid;place-items:center;
background:light-dark(#f7f8fa,#11161d);color:light-dark(#17202b,#e4e9ef)}}
main{{max-width:30rem;margin:1rem;padding:2rem;border-radius:12px;background:light-dark(#fff,#1a212b);
border:1px solid light-dark(#e1e6eb,#28323e)}}
h1{{font-size:1.25rem;margin:0 0 .5rem}} code{{padding:.15em .4em;border-radius:5px;
background:light-dark(#eceff3,#28323e)}} a{{color:light-dark(#1f5fbf,#8bb9ff)}}
</style><main><h1>{title}</h1><p>{text} {advice}</p><p><a href="/">Go to the dashboard</a></p></main></html>"""

ADVICE = "For a new one, run <code>make link</code> where Heliograph is installed, or start it again."


def link_page(title: str, text: str) -> str:
    """A whole HTML page that says what is wrong with a sign-in link, and how to get one that works."""
    return _PAGE.format(title=escape(title), text=escape(text), advice=ADVICE)
