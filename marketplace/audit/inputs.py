"""Validates what the log of acts is searched by."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marshmallow import EXCLUDE, Schema, ValidationError, fields, pre_load, validates_schema

from marketplace.kernel.text import Text

MOST_LETTERS = 100
NOT_A_DAY: Any = Text("日付の形で入力してください（例：2026-04-01）。", "Enter a date, for example 2026-04-01.")
TOO_LONG: Any = Text(f"{MOST_LETTERS}文字以内で入力してください。", f"Enter at most {MOST_LETTERS} characters.")
ENDS_BEFORE: Any = Text("「いつから」より後の日付にしてください。", "Choose a day after the first one.")
YEARS = range(2000, 2200)


def _is_short(text: str) -> None:
    if len(text) > MOST_LETTERS:
        raise ValidationError([TOO_LONG])


class LogInput(Schema):
    """By whom, of what kind, from which day to which, and about what; whatever is left empty leaves it open."""

    class Meta:
        """Further parameters of the page are not ours."""

        unknown = EXCLUDE

    who = fields.String(load_default="", validate=_is_short)
    kind = fields.String(load_default="")
    since = fields.Date(load_default=None, error_messages={"invalid": NOT_A_DAY})
    until = fields.Date(load_default=None, error_messages={"invalid": NOT_A_DAY})
    about = fields.String(load_default="", validate=_is_short)

    @pre_load
    def _without_blanks(self, data: Mapping[str, Any], **_options: object) -> dict[str, Any]:
        tidy = {name: value.replace("\x00", "").strip() for name, value in data.items() if isinstance(value, str)}
        return {name: value for name, value in tidy.items() if value}

    @validates_schema
    def _in_order(self, data: Mapping[str, Any], **_options: object) -> None:
        since, until = data.get("since"), data.get("until")
        for name, day in (("since", since), ("until", until)):
            if day is not None and day.year not in YEARS:
                raise ValidationError([NOT_A_DAY], name)
        if since is not None and until is not None and until < since:
            raise ValidationError([ENDS_BEFORE], "until")
