"""What reading or writing the warehouse can raise.

WarehouseError
├── WarehouseUnavailable   nothing answers, or it is starting, stopping or overloaded: try again
└── QueryFailed            the engine refused or ended the query; carries ClickHouse's code and name
    └── QueryTimeout       it took longer than it was allowed to
"""

from __future__ import annotations


class WarehouseError(Exception):
    """The base of all of them."""


class WarehouseUnavailable(WarehouseError):
    """The warehouse cannot be reached, or says that it cannot work now; the same call may succeed later."""


class QueryFailed(WarehouseError):
    """ClickHouse answered with an exception. `code` and `name` are its own (60, UNKNOWN_TABLE); 0 and '' if unknown."""

    def __init__(self, message: str, code: int = 0, name: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.name = name


class QueryTimeout(QueryFailed):
    """The query ran into its time limit (159)."""


RETRYABLE_CODES = frozenset({159, 202, 209, 210, 241, 242, 252, 279, 425, 999})
"""Timeouts, too many queries or parts, memory, network, read-only for now, Keeper: the batch itself is fine."""

# fmt: off
SETUP_CODES = frozenset({
    16, 36, 47, 48, 49, 60, 62, 73, 74, 75, 76, 81, 115,
    164, 192, 193, 194, 195, 201, 218, 236, 243, 291, 394, 497, 516,
})
# fmt: on
"""No table or column yet, no right, no space, a wrong setting, a cancelled query …: no row is at fault."""

NO_ROW_AT_FAULT = SETUP_CODES | RETRYABLE_CODES
"""Sending the same again may succeed."""
