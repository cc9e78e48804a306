"""Checks of conditions, sort orders and single field codes: what they name must exist."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from marketplace.bundle.checks.form import Form
from marketplace.bundle.checks.place import Place
from marketplace.bundle.conditions import ConditionSyntaxError, read_comparisons, read_sort
from marketplace.bundle.field_types import CHOICE_TYPES, ENTITY_FIELD_TYPES, type_name
from marketplace.bundle.model import Finding
from marketplace.bundle.placeholders import placeholder_of
from marketplace.bundle.references import FieldPlace
from marketplace.kernel.text import Text

RECORD_ID = "$id"
NAMED_PEOPLE = ENTITY_FIELD_TYPES | {"STATUS_ASSIGNEE"}
EVERYONE = "everyone"


def check_condition(condition: str, form: Form, place: Place) -> Iterator[Finding]:
    """Yield what is wrong with a filterCond over the fields of a form."""
    try:
        comparisons = read_comparisons(condition)
    except ConditionSyntaxError:
        yield place.error(
            "condition-syntax",
            Text("絞り込み条件の書き方が正しくありません。", "The condition is not written correctly."),
            Text(
                '例：地区 in ("東地区") and 金額 > 0 のように書き、文字は半角の"で囲んでください。',
                'Write it like 地区 in ("東地区") and 金額 > 0, with strings in double quotes.',
            ),
        )
        return
    for comparison in comparisons:
        field = form.find(comparison.field)
        if field is not None:
            yield from _check_strings(field, comparison.strings, form, place)
        elif comparison.field != RECORD_ID:
            yield _unknown(comparison.field, form, place)


def _check_strings(field: FieldPlace, strings: Iterable[str], form: Form, place: Place) -> Iterator[Finding]:
    choices: Iterable[str] | None = None
    if field.type in CHOICE_TYPES:
        choices = field.definition["options"]
    elif field.type == "STATUS":
        choices = form.states
    for text in strings:
        if choices is not None and text and text not in choices:
            yield place.error(
                "condition-option-unknown",
                Text(
                    f"条件の「{text}」は、フィールド「{field.code}」の選択肢にありません。",
                    f"“{text}” in the condition is not an option of “{field.code}”.",
                ),
                Text("選択肢のいずれかに直してください。", "Use one of the options."),
            )
        if field.type in NAMED_PEOPLE and text and placeholder_of(text) is None and text != EVERYONE:
            yield code_not_placeholder(text, place)


def check_sort(sort: str, form: Form, place: Place) -> Iterator[Finding]:
    """Yield the unknown fields of a sort order."""
    for code in read_sort(sort):
        if form.find(code) is None and code != RECORD_ID:
            yield _unknown(code, form, place)


def check_code(code: str, form: Form, place: Place, types: Iterable[str] = ()) -> Iterator[Finding]:
    """Yield a finding unless the form has the field, with one of the types if any are given."""
    field = form.find(code)
    if field is None:
        yield _unknown(code, form, place)
    elif types and field.type not in types:
        yield place.error(
            "field-type-unsuitable",
            Text(
                f"フィールド「{code}」（{type_name(field.type)}）はここでは使えません。",
                f"The field “{code}” ({field.type}) can't be used here.",
            ),
            Text(
                f"次の種類のフィールドを指定してください：{'、'.join(sorted(map(type_name, types)))}",
                f"Name a field of one of these types: {', '.join(sorted(types))}",
            ),
        )


def code_not_placeholder(code: str, place: Place) -> Finding:
    """Return the finding for a login name or code that only exists in the author's kintone."""
    return place.error(
        "code-not-placeholder",
        Text(
            f"元の環境のユーザー、グループまたは組織のコード「{code[:50]}」が残っています。",
            f"The code “{code[:50]}” of a user, group or organisation was left in.",
        ),
        Text(
            "{{section-chief}} のような差し込み項目に置き換え、template.jsonのplaceholdersに加えてください。",
            "Replace it by a placeholder such as {{section-chief}} and declare that under placeholders.",
        ),
    )


def _unknown(code: str, form: Form, place: Place) -> Finding:
    if form.has_process_name(code):
        return place.error(
            "process-off",
            Text(f"「{code}」は、プロセス管理が無効なので使えません。", f"“{code}” needs process management."),
            Text("プロセス管理を有効にするか、条件から外してください。", "Switch it on, or leave the name out."),
        )
    return place.error(
        "field-unknown",
        Text(
            f"フィールド「{code[:128]}」がアプリ「{form.app.name}」にありません。",
            f"The app “{form.app.name}” has no field “{code[:128]}”.",
        ),
        Text(
            "フィールドコードを確かめてください（表示名ではありません）。", "Check the field code; it is not the label."
        ),
    )
