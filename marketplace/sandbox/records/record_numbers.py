"""The record number as people see it: the number, behind the app code where the app has one."""

from __future__ import annotations

from marketplace.sandbox.form import Form
from marketplace.sandbox.records.requests import MAX_RECORD_ID

MAX_DIGITS = len(str(MAX_RECORD_ID))


def write_record_number(form: Form, record_id: int) -> str:
    """Return the record number of a record."""
    return f"{form.app_code}-{record_id}" if form.app_code else str(record_id)


def read_record_number(form: Form, text: str) -> int | None:
    """Return the record a record number names, with or without the app code; None if it names none."""
    digits = text.removeprefix(f"{form.app_code}-") if form.app_code else text
    if not digits.isascii() or not digits.isdigit() or len(digits) > MAX_DIGITS:
        return None
    number = int(digits)
    return number if 1 <= number <= MAX_RECORD_ID else None
