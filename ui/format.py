"""Numbers, money, durations and times as people read them. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta

NOTHING = "–"
_BIG = ((1_000_000_000, "B"), (1_000_000, "M"), (10_000, "k"))

STATUS_NAMES = {
    -1: "timeout", -3: "cancelled by client", -4: "blocked as a threat",
    400: "bad request", 401: "unauthorised", 403: "forbidden", 404: "not found", 408: "request timeout",
    413: "too large", 422: "unprocessable", 429: "rate limited", 499: "client closed", 500: "server error",
    502: "bad gateway", 503: "unavailable", 504: "gateway timeout", 529: "overloaded",
}  # fmt: skip


def number(value: float | None) -> str:
    """1,234 up to ten thousand, then 12.3k, 4.56M."""
    if value is None:
        return NOTHING
    for size, unit in _BIG:
        if abs(value) >= size:
            return f"{_three(value / (1000 if unit == 'k' else size))}{unit}"
    return f"{value:,.0f}"


def usd(nano: float | None) -> str:
    """An amount of USD × 1e9: cents from a dollar on, more digits below, never a false $0."""
    if nano is None:
        return NOTHING
    dollars = nano / 1e9
    if dollars == 0:
        return "$0"
    if abs(dollars) >= 10_000:
        return "$" + number(dollars)
    if abs(dollars) >= 1:
        return f"${dollars:,.2f}"
    digits = 3 if abs(dollars) >= 0.1 else 4 if abs(dollars) >= 0.001 else 6
    return f"${dollars:.{digits}f}" if abs(dollars) >= 5e-7 else "<$0.000001"


def money(nano: float, unpriced: int) -> str:
    """An amount of USD × 1e9 that leaves out `unpriced` requests: no exact one then, and no $0 if nothing is known."""
    if unpriced and not nano:
        return "unpriced"
    return f"≥ {usd(nano)}" if unpriced else usd(nano)


def usd_exact(nano: float) -> str:
    """An amount of USD × 1e9 to seven decimals, for sums that must be seen to add up."""
    return f"${nano / 1e9:,.7f}"


def duration(ms: float | None) -> str:
    """812 ms, 1.27 s, 2 min 5 s."""
    if ms is None:
        return NOTHING
    if ms < 999.5:
        return f"{ms:.0f} ms"
    if ms < 59_950:
        return f"{_three(ms / 1000)} s"
    minutes, seconds = divmod(round(ms / 1000), 60)
    if minutes < 60:
        return f"{minutes} min {seconds} s"
    return f"{minutes // 60} h {minutes % 60} min"


def unit_of(highest: float | None) -> tuple[str, int]:
    """The unit of an axis of times up to `highest` ms, and how many ms it has."""
    units = (("h", 3_600_000), ("min", 60_000))
    return next(((unit, ms) for unit, ms in units if (highest or 0) >= 2 * ms), ("s", 1000))


def percent(share: float | None) -> str:
    if share is None:
        return NOTHING
    of_hundred = share * 100
    if 0 < of_hundred < 0.1:
        return "<0.1 %"
    return f"{of_hundred:.1f} %" if of_hundred < 99.95 else f"{of_hundred:.0f} %"


def size(count: float | None) -> str:
    if count is None:
        return NOTHING
    for step, unit in ((1e9, "GB"), (1e6, "MB"), (1e3, "kB")):
        if count >= step:
            return f"{_three(count / step)} {unit}"
    return f"{count:.0f} B"


def change(now: float | None, before: float | None) -> str:
    """The relative change: +12 %, −3 %, ×4.1; empty where there is nothing to compare with."""
    if now is None or not before:
        return ""
    ratio = now / before
    if ratio >= 3:
        return f"×{_three(ratio)}"
    moved = round((ratio - 1) * 100)
    return f"{'+' if moved > 0 else '−' if moved < 0 else '±'}{abs(moved)} %"


def status(code: int) -> str:
    """The status with its name: 429 rate limited; the internal ones by name alone."""
    name = STATUS_NAMES.get(code, "")
    return name if code < 0 and name else f"{code} {name}".strip()


def span(width: timedelta) -> str:
    """A bucket's width: 15 seconds, hour, 3 hours, day."""
    seconds = round(width.total_seconds())
    for unit, length in (("week", 604_800), ("day", 86_400), ("hour", 3_600), ("minute", 60), ("second", 1)):
        if seconds % length == 0:
            count = seconds // length
            return unit if count == 1 else f"{count} {unit}s"
    return f"{seconds} seconds"


def moment(at: datetime, *, seconds: bool = False) -> str:
    """3 Nov 2026, 14:05 in the zone that `at` is in."""
    return f"{at.day} {at:%b %Y, %H:%M:%S}" if seconds else f"{at.day} {at:%b %Y, %H:%M}"


def day(at: datetime) -> str:
    """3 Nov 2026."""
    return f"{at.day} {at:%b %Y}"


def clock(at: datetime) -> str:
    """3 Nov 14:05:09, for lists in which the year goes without saying."""
    return f"{at.day} {at:%b %H:%M:%S}"


def _three(value: float) -> str:
    """Three significant digits, without trailing zeros."""
    digits = 2 if abs(value) < 10 else 1 if abs(value) < 100 else 0
    text = f"{value:,.{digits}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
