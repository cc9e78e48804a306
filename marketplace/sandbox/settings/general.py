"""The general settings of an app: name, description, icon, theme, title, switches, number precision."""

from __future__ import annotations

from typing import Any

from marketplace.sandbox.errors import REQUIRED_PARAMETER, FieldNotFoundError, InvalidInputError
from marketplace.sandbox.models import Part
from marketplace.sandbox.settings import attachments
from marketplace.sandbox.settings.entities import kept
from marketplace.sandbox.settings.shapes import Digits, Either, Flag, Obj, OneOf, Txt, may, need, one_of, read_shape
from marketplace.sandbox.settings.store import Preview

_ICONS = OneOf(frozenset(f"APP{number}" for number in range(1, 91)))
SHAPE = Obj(
    {
        "name": kept(Txt(longest=64, shortest=1)),
        "description": kept(Txt(longest=10000)),
        "icon": kept(
            Either(
                "type",
                {
                    "PRESET": Obj({"key": need(_ICONS)}),
                    "FILE": Obj({"file": need(Obj({"fileKey": need(Txt(shortest=1))}))}),
                },
            )
        ),
        "theme": kept(one_of("WHITE RED BLUE GREEN YELLOW BLACK CLIPBOARD BINDER PENCIL CLIPS")),
        "titleField": kept(Obj({"selectionMode": need(one_of("AUTO MANUAL")), "code": may(Txt(), otherwise="")})),
        **{
            name: kept(Flag())
            for name in (
                "enableThumbnails",
                "enableBulkDeletion",
                "enableComments",
                "enableDuplicateRecord",
                "enableInlineRecordEditing",
            )
        },
        "numberPrecision": kept(
            Obj(
                {
                    "digits": need(Digits(least=1, most=30)),
                    "decimalPlaces": need(Digits(least=0, most=10)),
                    "roundingMode": need(one_of("HALF_EVEN UP DOWN")),
                }
            )
        ),
        "firstMonthOfFiscalYear": kept(Digits(least=1, most=12)),
    }
)


def change_settings(preview: Preview, body: object) -> None:
    """Change the attributes given; the others keep their values. Raises InvalidInputError or FieldNotFoundError."""
    given: dict[str, Any] = read_shape(SHAPE, body)
    if "titleField" in given:
        _check_title(preview, given["titleField"])
    if given.get("icon", {}).get("type") == "FILE":
        key = given["icon"]["file"]["fileKey"]
        given["icon"] = {"type": "FILE", "file": attachments.attach(preview, key)}
    preview.write(Part.SETTINGS, {**preview.read(Part.SETTINGS), **given})


def _check_title(preview: Preview, title: dict[str, str]) -> None:
    if title["selectionMode"] == "AUTO":
        return
    if not title["code"]:
        raise InvalidInputError({"titleField.code": [REQUIRED_PARAMETER]})
    if title["code"] not in preview.properties():
        raise FieldNotFoundError(code=title["code"])
