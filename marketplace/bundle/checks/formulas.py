"""Checks of formulas: names of fields and functions, and circles."""

from __future__ import annotations

from collections.abc import Iterator

from marketplace.bundle.checks.form import Form
from marketplace.bundle.checks.place import place_of
from marketplace.bundle.conditions import read_formula
from marketplace.bundle.field_types import type_name
from marketplace.bundle.model import Finding, PartName
from marketplace.bundle.references import FieldPlace
from marketplace.kernel.text import Text

FUNCTIONS = frozenset(
    {"SUM", "IF", "AND", "OR", "NOT", "ROUND", "ROUNDUP", "ROUNDDOWN", "YEN", "DATE_FORMAT", "CONTAINS"},
)
NOT_CALCULABLE = frozenset(
    {
        *("MULTI_LINE_TEXT", "RICH_TEXT", "FILE", "LINK", "USER_SELECT", "ORGANIZATION_SELECT", "GROUP_SELECT"),
        *("REFERENCE_TABLE", "GROUP", "SUBTABLE", "RECORD_NUMBER", "STATUS", "STATUS_ASSIGNEE", "CATEGORY"),
    },
)


def check_formulas(form: Form) -> Iterator[Finding]:
    """Yield what is wrong with the formulas of an app."""
    named: dict[str, set[str]] = {}
    for field in form.written:
        expression = field.definition.get("expression")
        if expression:
            named[field.code] = set(read_formula(expression).fields)
            yield from _check_formula(form, field, expression)
    for code in _in_circles(named):
        yield (
            place_of(form.app, PartName.FIELDS, form.fields[code].pointer)
            .at("expression")
            .error(
                "formula-circular",
                Text(f"フィールド「{code}」の計算式が循環しています。", f"The formula of “{code}” depends on itself."),
                Text(
                    "自分自身に戻らない計算式に直してください。", "Change it so that it does not lead back to itself."
                ),
            )
        )


def _check_formula(form: Form, field: FieldPlace, expression: str) -> Iterator[Finding]:
    place = place_of(form.app, PartName.FIELDS, field.pointer).at("expression")
    names = read_formula(expression)
    for function in names.functions:
        if function not in FUNCTIONS:
            yield place.error(
                "formula-function-unknown",
                Text(f"{function[:50]}関数は使用できません。", f"There is no function {function[:50]}."),
                Text(f"使える関数：{'、'.join(sorted(FUNCTIONS))}", f"Functions: {', '.join(sorted(FUNCTIONS))}"),
            )
    for code in names.fields:
        other = form.find(code)
        if other is None:
            yield place.error(
                "formula-field-unknown",
                Text(
                    f"計算式に含まれるフィールドコード（{code[:128]}）が存在しません。",
                    f"The formula names the field “{code[:128]}”, which does not exist.",
                ),
                Text(
                    "フィールドコードのつづりと、記号が半角であることを確かめてください。",
                    "Check the field code, and that signs are half-width.",
                ),
            )
        elif other.type in NOT_CALCULABLE:
            yield place.error(
                "formula-field-type",
                Text(
                    f"計算式で利用できないフィールド「{code}」（{type_name(other.type)}）が指定されています。",
                    f"The formula names “{code}”, whose type {other.type} can't be calculated with.",
                ),
                Text("別のフィールドを指定してください。", "Name another field."),
            )


def _in_circles(named: dict[str, set[str]]) -> list[str]:
    """Return the fields whose formulas lead back to themselves (or stand between two such circles)."""
    left = dict(named)
    while True:
        needed = set().union(*left.values())
        kept = {code: names for code, names in left.items() if code in needed and not names.isdisjoint(left)}
        if len(kept) == len(left):
            return list(left)
        left = kept
