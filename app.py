"""The dashboard's entry: sign-in, navigation, and whose data it is. Run by ``python -m ui.server``."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from ui import frame, parts
from ui.url import parameters

STYLE = Path(__file__).parent / "ui" / "style.css"

# Icons stand at the links and not at the pages: of a page's, Streamlit makes a favicon that it fetches from afar.
PAGES = (
    (st.Page("pages/overview.py", title="Overview", default=True), ":material/monitoring:"),
    (st.Page("pages/requests.py", title="Requests", url_path="requests"), ":material/list_alt:"),
    (st.Page("pages/hql.py", title="HQL", url_path="hql"), ":material/database_search:"),
    (st.Page("pages/pipeline.py", title="Pipeline", url_path="pipeline"), ":material/conversion_path:"),
)


def main() -> None:
    page = st.navigation([page for page, _ in PAGES], position="hidden")
    st.set_page_config(page_title=f"{page.title} · Heliograph", page_icon=parts.ICON, layout="wide")
    st.html(STYLE)
    organisation = frame.signed_in()
    if organisation is not None:
        sidebar(organisation.name)
        page.run()


def sidebar(organisation: str) -> None:
    """Navigation that takes the view along, so that a page change keeps range and filters."""
    view = [(name, value) for name, value in parameters() if name in ("range", "from", "to", "f")]
    with st.sidebar:
        st.html(parts.brand(organisation))
        for page, icon in PAGES:
            st.page_link(page, icon=icon, query_params=view, width="stretch")
        st.space("small")
        st.link_button("Sign out", "/sign-out", icon=":material/logout:", type="tertiary")


main()
