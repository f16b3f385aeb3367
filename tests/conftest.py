"""Fixtures that several parts of the tests share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.stack import Stack, environment, running


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """A whole running installation with the demo provider, started by run.py; it holds no data at first."""
    with running(environment(tmp_path_factory.mktemp("stack") / "data")) as stack:
        yield stack
