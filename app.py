"""The dashboard's entry: sign-in, navigation, and whose data it is. Run by ``python -m ui.server``."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import streamlit as st

from ui import frame, parts, shell
from ui.url import grouped, parameters

STYLE = Path(__file__).parent / "ui" / "style.css"


@dataclass(frozen=True)
class Link:
    """A page in the sidebar: `key` is pressed after ``g``. Its icon stands here and not at the page: of a page's,
    Streamlit makes a favicon that it fetches from afar."""

    name: str
    title: str
    icon: str
    key: str

    @property
    def path(self) -> str:
        return "/" if self.name == "overview" else f"/{self.name}"

    @property
    def page(self) -> st.Page:
        first = self.name == "overview"
        return st.Page(f"pages/{self.name}.py", title=self.title, default=first, url_path=None if first else self.name)


SECTIONS = {
    "": (
        Link("overview", "Overview", ":material/monitoring:", "o"),
        Link("requests", "Requests", ":material/list_alt:", "r"),
        Link("sessions", "Sessions", ":material/account_tree:", "s"),
        Link("users", "Users", ":material/group:", "u"),
        Link("properties", "Properties", ":material/sell:", "p"),
        Link("scores", "Scores", ":material/thumbs_up_down:", "e"),
    ),
    "Analyse": (
        Link("cost", "Cost", ":material/payments:", "c"),
        Link("latency", "Latency", ":material/speed:", "l"),
        Link("cache", "Cache", ":material/bolt:", "a"),
        Link("limits", "Rate limits", ":material/front_hand:", "t"),
        Link("hql", "HQL", ":material/database_search:", "h"),
    ),
    "Set up": (
        Link("models", "Models", ":material/deployed_code:", "m"),
        Link("pipeline", "Pipeline", ":material/conversion_path:", "i"),
        Link("settings", "Settings", ":material/settings:", ","),
    ),
}
LINKS = tuple(link for links in SECTIONS.values() for link in links)


def main() -> None:
    pages = {link.path: link.page for link in LINKS}
    page = st.navigation(list(pages.values()), position="hidden")
    if (asked := shell.taken()) and asked[0] in pages:
        st.switch_page(pages[asked[0]], query_params=grouped(asked[1]))
    st.set_page_config(
        page_title=f"{page.title} · Heliograph", page_icon=parts.ICON, layout="wide", initial_sidebar_state=208
    )
    st.html(STYLE)
    organisation = frame.signed_in()
    if organisation is not None:
        sidebar(organisation.name, pages)
        page.run()


def sidebar(organisation: str, pages: dict[str, st.Page]) -> None:
    """Navigation that takes the view along, so that a page change keeps range and filters."""
    view = grouped((name, value) for name, value in parameters() if name in ("range", "from", "to", "f"))
    with st.sidebar:
        st.html(parts.brand(organisation))
        for section, links in SECTIONS.items():
            if section:
                st.html(f'<div class="hg-section">{section}</div>')
            for link in links:
                st.page_link(pages[link.path], icon=link.icon, query_params=view, width="stretch")
        shell.draw([{"path": link.path, "title": link.title, "key": link.key} for link in LINKS])
        st.link_button("Sign out", "/sign-out", icon=":material/logout:", type="tertiary")


main()
