"""The API's page in docs/ names all there is."""

from __future__ import annotations

import re
from pathlib import Path

from api.schemas import Sort
from warehouse.fields import TABLES

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "api.md").read_text()
NAMED = set(re.findall(r"`([\w-]+)`", PAGE)) | set(re.findall(r'"(\w+)"', PAGE))


def test_every_field_of_a_filter_is_named() -> None:
    assert {name for fields in TABLES.values() for name in fields} - NAMED == set()


def test_every_sort_key_is_named() -> None:
    assert set(Sort.model_fields) - NAMED == {"values"}


def test_every_code_of_hql_is_named() -> None:
    codes = {code for path in (ROOT / "hql").glob("*.py") for code in re.findall(r'"(HQL_\w+)"', path.read_text())}
    assert "HQL_QUERY_TIMEOUT" in codes
    assert codes - NAMED == set()
