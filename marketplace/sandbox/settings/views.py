"""The views of an app: lists, calendars and custom pages, keyed by name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marketplace.kernel.text import Text
from marketplace.sandbox.errors import FieldNotFoundError, InvalidInputError
from marketplace.sandbox.form import Form
from marketplace.sandbox.models import Part
from marketplace.sandbox.settings.conditions import check_condition, check_order, preview_form
from marketplace.sandbox.settings.named_items import over_known, renumber, settle_names
from marketplace.sandbox.settings.shapes import (
    Attribute,
    Digits,
    Either,
    Flag,
    ListOf,
    MapOf,
    Obj,
    Txt,
    may,
    need,
    one_of,
    read_shape,
)
from marketplace.sandbox.settings.standard_fields import code_of_type
from marketplace.sandbox.settings.store import Preview

MOST_VIEWS = 1000
NOT_A_DATE = Text("日付または日時のフィールドを指定してください。", "Specify a date or date and time field.")
NOT_IN_A_LIST = Text("このフィールドは一覧に表示できません。", "This field cannot be shown in a view.")

_DATES = frozenset({"DATE", "DATETIME", "CREATED_TIME", "UPDATED_TIME"})
_COMMON: dict[str, Attribute] = {
    "index": need(Digits(most=100_000)),
    "name": may(Txt(longest=64, shortest=1)),
    "builtinType": may(one_of("ASSIGNEE")),
    "filterCond": may(Txt(), otherwise=""),
    "sort": may(Txt()),
}
_VIEW = Either(
    "type",
    {
        "LIST": Obj({**_COMMON, "fields": may(ListOf(Txt(shortest=1)), otherwise=list)}),
        "CALENDAR": Obj(
            {**_COMMON, "date": may(Txt(shortest=1)), "title": may(Txt(shortest=1))},
        ),
        "CUSTOM": Obj(
            {
                **_COMMON,
                "html": may(Txt(), otherwise=""),
                "pager": may(Flag(), otherwise=True),
                "device": may(one_of("DESKTOP ANY"), otherwise="DESKTOP"),
            }
        ),
    },
)
SHAPE = MapOf(_VIEW, most=MOST_VIEWS)


def replace_views(preview: Preview, given: object) -> dict[str, str]:
    """Replace all views; one kept under its former name keeps its number and what is left out. Returns the numbers.

    Raises InvalidInputError, FieldNotFoundError and the errors of the query language.
    """
    old = preview.read(Part.VIEWS)["views"]
    views = settle_names(preview, read_shape(SHAPE, over_known(given, old), "views"), old, "views")
    form = preview_form(preview)
    for name, view in views.items():
        _check_view(preview, view, f"views[{name}]", form)
    renumber(views)
    preview.write(Part.VIEWS, {"views": views})
    return {name: view["id"] for name, view in views.items()}


def _check_view(preview: Preview, view: dict[str, Any], key: str, form: Form) -> None:
    properties = {code: field.settings for code, field in form.fields.items()}
    for index, code in enumerate(view.get("fields", [])):
        _require_field(properties, code)
        if properties[code]["type"] == "GROUP":
            raise InvalidInputError({f"{key}.fields[{index}]": [NOT_IN_A_LIST]})
    if view["type"] == "CALENDAR":
        view.setdefault("date", code_of_type(properties, "CREATED_TIME"))
        view.setdefault("title", code_of_type(properties, "RECORD_NUMBER"))
        _require_field(properties, view["date"])
        _require_field(properties, view["title"])
        if properties[view["date"]]["type"] not in _DATES:
            raise InvalidInputError({f"{key}.date": [NOT_A_DATE]})
    number = code_of_type(properties, "RECORD_NUMBER")
    view.setdefault("sort", f"{number} desc" if number else "")
    check_condition(preview, view["filterCond"], f"{key}.filterCond", form)
    check_order(preview, view["sort"], f"{key}.sort", form)


def _require_field(properties: Mapping[str, Any], code: str) -> None:
    if code not in properties:
        raise FieldNotFoundError(code=code)
