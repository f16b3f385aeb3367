"""Questions in SQL: an editor, what it may name, what has been saved, and the answers."""

from __future__ import annotations

from ui.frame import page
from ui.hql.page import draw

page("HQL", draw, with_view=False)
