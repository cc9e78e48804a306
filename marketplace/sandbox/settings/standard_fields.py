"""The fields that every form has, under the codes of the site's language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

STANDARD_CODES: dict[str, dict[str, str]] = {
    "ja": {
        "RECORD_NUMBER": "レコード番号",
        "CREATOR": "作成者",
        "CREATED_TIME": "作成日時",
        "MODIFIER": "更新者",
        "UPDATED_TIME": "更新日時",
        "CATEGORY": "カテゴリー",
        "STATUS": "ステータス",
        "STATUS_ASSIGNEE": "作業者",
    },
    "en": {
        "RECORD_NUMBER": "Record_number",
        "CREATOR": "Created_by",
        "CREATED_TIME": "Created_datetime",
        "MODIFIER": "Updated_by",
        "UPDATED_TIME": "Updated_datetime",
        "CATEGORY": "Categories",
        "STATUS": "Status",
        "STATUS_ASSIGNEE": "Assignee",
    },
}
SWITCHED = frozenset({"CATEGORY", "STATUS", "STATUS_ASSIGNEE"})
"""Exist in every form and are switched on elsewhere; the form API can't change them."""
RENAMEABLE = frozenset(STANDARD_CODES["ja"]) - SWITCHED
STANDARD = frozenset(STANDARD_CODES["ja"])
RESERVED_CODES = frozenset(STANDARD_CODES["ja"][kind] for kind in SWITCHED)


def standard_properties(language: str) -> dict[str, dict[str, Any]]:
    """Return the properties of a form without fields of its own, by code."""
    codes = STANDARD_CODES.get(language, STANDARD_CODES["ja"])
    return {
        code: {
            "type": kind,
            "code": code,
            "label": code,
            **({"enabled": False} if kind in SWITCHED else {"noLabel": False}),
        }
        for kind, code in codes.items()
    }


def code_of_type(properties: Mapping[str, Mapping[str, Any]], kind: str) -> str:
    """Return the code under which a form has its field of a standard type; empty if it was deleted."""
    return next((code for code, property_ in properties.items() if property_["type"] == kind), "")
