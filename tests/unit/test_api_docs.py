"""The API's page in docs/ names all there is."""

from __future__ import annotations

import re
from pathlib import Path

from api.schemas import Sort
from warehouse.fields import TABLES

PAGE = (Path(__file__).parents[2] / "docs" / "api.md").read_text()
NAMED = set(re.findall(r"`([\w-]+)`", PAGE)) | set(re.findall(r'"(\w+)"', PAGE))


def test_every_field_of_a_filter_is_named() -> None:
    assert {name for fields in TABLES.values() for name in fields} - NAMED == set()


def test_every_sort_key_is_named() -> None:
    assert set(Sort.model_fields) - NAMED == {"values"}
