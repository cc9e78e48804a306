"""Says in words where in a bundle something stands, as the people see it who made the app."""

from __future__ import annotations

from marketplace.bundle.model import AppDefinition, JsonObject, PartName
from marketplace.bundle.part_names import NAMED, PARTS
from marketplace.kernel.text import Text
from marketplace.publishing.scan.held import Spot
from marketplace.publishing.scan.texts import veil

ATTRIBUTES = {
    "label": Text("名前", "label"),
    "defaultValue": Text("初期値", "default value"),
    "options": Text("選択肢", "option"),
    "expression": Text("計算式", "formula"),
}
MANIFEST_WORDS = {
    "name": Text("名前", "name"),
    "summary": Text("概要", "summary"),
    "keywords": Text("キーワード", "keyword"),
    "pictures": Text("画像の説明", "words for a picture"),
    "placeholders": Text("担当者の設定の説明", "note on people to fill in"),
    "localise": Text("地域に合わせる項目の説明", "note on options to replace"),
    "personal_data": Text("個人情報の説明", "note on personal data"),
}
THING_AT, ATTRIBUTE_AT = 2, 3
"""Steps of a pointer: empty, the kind of thing, its name, what of it."""


def veiled(file: str, pointer: str, words: Text) -> Spot:
    """Return a place whose names show no suspect."""
    return Spot(veil(file), veil(pointer), Text(veil(words.ja), veil(words.en)), f"{file}\n{pointer}")


def in_part(app: AppDefinition, part: PartName, pointer: str) -> Spot:
    """Return a place inside a part of an app: the app, the part, and the field and record by their names."""
    steps = [step.replace("~1", "/").replace("~0", "~") for step in pointer.split("/")]
    if part is PartName.RECORDS and len(steps) > ATTRIBUTE_AT:
        inner = _in_record(app, steps)
    elif part is PartName.FIELDS and len(steps) > THING_AT:
        inner = _in_field(app, steps)
    elif part in NAMED and len(steps) > THING_AT:
        inner = Text(f"の{PARTS[part].ja}「{steps[2]}」", f", {PARTS[part].en} “{steps[2]}”")
    else:
        inner = Text(f"の{PARTS[part].ja}", f", {PARTS[part].en}")
    return veiled(app.file_of(part), pointer, Text(f"アプリ「{app.name}」{inner.ja}", f"App “{app.name}”{inner.en}"))


def in_manifest(pointer: str) -> Spot:
    """Return a place in template.json."""
    name = MANIFEST_WORDS.get(pointer.split("/")[1] if pointer else "")
    what = Text("テンプレートの情報", "Facts about the template")
    words = Text(f"{what.ja}（{name.ja}）", f"{what.en} ({name.en})") if name else what
    return veiled("template.json", pointer, words)


def in_document(name: str, line: int) -> Spot:
    """Return a line of a text about the template."""
    return veiled(name, "", Text(f"{name} の{line}行目", f"{name}, line {line}"))


def in_file(app: AppDefinition, path: str, line: int | None = None) -> Spot:
    """Return a line of a file of an app, or the name of the file."""
    at = Text("の名前", ", its name") if line is None else Text(f"の{line}行目", f", line {line}")
    name = path.removeprefix("files/")
    words = Text(f"アプリ「{app.name}」のファイル「{name}」{at.ja}", f"App “{app.name}”, file “{name}”{at.en}")
    return veiled(f"apps/{app.key}/{path}", "", words)


def _in_record(app: AppDefinition, steps: list[str]) -> Text:
    number, code = int(steps[2]) + 1, steps[3]
    field = app.fields.get(code, {})
    ja, en = (
        f"のサンプルレコード {number}件目、「{_label(field, code)}」",
        f", sample record {number}, “{_label(field, code)}”",
    )
    # /records/0/table/value/1/value/column/value
    if len(steps) > 7 and isinstance(field.get("fields"), dict):  # noqa: PLR2004 - as far in as a column
        column = _label(field["fields"].get(steps[7], {}), steps[7])
        row = int(steps[5]) + 1
        return Text(f"{ja}の{row}行目、「{column}」", f"{en}, row {row}, “{column}”")
    return Text(ja, en)


def _in_field(app: AppDefinition, steps: list[str]) -> Text:
    field, inner = app.fields.get(steps[2], {}), steps[ATTRIBUTE_AT:]
    names = [_label(field, steps[2])]
    if inner[:1] == ["fields"] and len(inner) > 1:
        names.append(_label(field.get("fields", {}).get(inner[1], {}), inner[1]))
        inner = inner[2:]
    attribute = ATTRIBUTES.get(inner[0]) if inner else None
    ja, en = "".join(f"「{name}」" for name in names), " ".join(f"“{name}”" for name in names)
    of = Text(f"の{attribute.ja}", f", {attribute.en}") if attribute else Text("", "")
    return Text(f"のフィールド{ja}{of.ja}", f", field {en}{of.en}")


def _label(field: JsonObject, code: str) -> str:
    label = field.get("label") if isinstance(field, dict) else None
    return label if isinstance(label, str) and label else code
