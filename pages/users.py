"""Users: who asks, how much, and who comes back."""

from __future__ import annotations

from ui.frame import page
from ui.users import page as users

page("Users", users.draw)
