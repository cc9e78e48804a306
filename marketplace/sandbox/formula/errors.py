"""Refusals of formulas; the reason is part of the message, as kintone says it when an app is deployed."""

from __future__ import annotations

from marketplace.kernel.text import Language, Text
from marketplace.sandbox.errors import PlatformError
from marketplace.sandbox.form import Field
from marketplace.sandbox.settings.syntax_places import SHOWN


class FormulaReasonError(Exception):
    """What is wrong with a formula, before it is known which field it belongs to."""

    def __init__(self, reason: Text, position: int | None = None) -> None:
        """Keep the reason and the place, counted from 0; None where the formula as a whole is meant."""
        super().__init__(reason.en)
        self.reason = reason
        self.position = position


class FormulaError(PlatformError):
    """The formula of a field can't be used."""

    code = "GAIA_IL01"
    message = Text(
        "フィールド「{label}」の計算式が正しくありません。(エラーの内容：{reason})",
        'The formula of the field "{label}" is not valid. (Error: {reason})',
    )

    def __init__(self, field: Field, wrong: FormulaReasonError) -> None:
        """Keep the label of the field and the reason; the place stands behind it, since kintone sends no `errors`."""
        reason = _with_place(field.expression, wrong)
        super().__init__(label=field.label, reason=reason)
        self.label = field.label
        self.reason = reason

    def says(self, language: Language) -> str:
        """Return the message with the reason in the same language."""
        return self.message.in_language(language, label=self.label, reason=self.reason.in_language(language))


def _with_place(expression: str, wrong: FormulaReasonError) -> Text:
    """Return the reason and where the formula stops making sense; positions count from 1."""
    reason = wrong.reason
    if wrong.position is None or not expression.strip():
        return reason
    found = expression[wrong.position : wrong.position + SHOWN]
    if not found:
        return Text(f"{reason.ja}（途中で終わっています）", f"{reason.en} (It ends too early.)")
    return Text(
        f"{reason.ja}（{wrong.position + 1}文字目「{found}」の付近）",
        f'{reason.en} (near "{found}" at character {wrong.position + 1})',
    )


SYNTAX = Text("計算式の文法が正しくありません。", "The syntax of the formula is not valid.")
TOO_DEEP = Text("計算式の入れ子が深すぎます。", "The formula is nested too deeply.")
TOO_LONG = Text("計算式が長すぎます。", "The formula is too long.")
CYCLE = Text("フィールドの参照が循環しています。", "The fields refer to each other in a circle.")
ARRAY_MISUSE = Text(
    "配列型の値に対して適切な関数が利用されていません。", "The function does not suit values of an array."
)


def unknown_code(code: str) -> Text:
    """Say that the form has no such field."""
    return Text(
        f"計算式に含まれるフィールドコード（{code}）が存在しません。",
        f"The field code ({code}) in the formula does not exist.",
    )


def unknown_function(name: str) -> Text:
    """Say that there is no such function."""
    return Text(f"{name}関数は使用できません。", f"The function {name} cannot be used.")


def too_few(name: str, least: int, most: int | None) -> Text:
    """Say how many arguments a function needs."""
    if least == most:
        return Text(f"{name}関数には{least}個の引数が必要です。", f"The function {name} needs {least} arguments.")
    return Text(
        f"{name}関数には{least}個以上の引数が必要です。", f"The function {name} needs {least} or more arguments."
    )


def too_many(name: str, most: int) -> Text:
    """Say how many arguments a function takes at most."""
    return Text(
        f"{name}関数に指定できる引数は{most}個までです。", f"The function {name} takes at most {most} arguments."
    )


def full_width(found: str, wanted: str) -> Text:
    """Say that a symbol was typed in full width."""
    return Text(
        f"全角記号「{found}」が入力されています。半角記号「{wanted}」を入力してください。",
        f'The full-width symbol "{found}" was entered. Enter the half-width symbol "{wanted}".',
    )


def foreign_operator(found: str, wanted: str, act: str) -> Text:
    """Say how kintone writes an operator of another language."""
    return Text(
        f"「{found}」が入力されています。「{found}」を{act}するには「{wanted}」を入力してください。",
        f'"{found}" was entered. Enter "{wanted}" instead.',
    )


def forbidden_type(name: Text) -> Text:
    """Say that fields of a type can't be used in formulas."""
    return Text(
        f"計算式で利用できないフィールドタイプ({name.ja})が指定されています。",
        f"The field type ({name.en}) cannot be used in formulas.",
    )


def operator_mismatch(operator: str) -> Text:
    """Say that an operator does not take such values."""
    return Text(
        f"演算子「{operator}」とデータ型の組み合わせが正しくありません。",
        f'The operator "{operator}" cannot be used with these data types.',
    )


def function_mismatch(name: str) -> Text:
    """Say that a function does not take such values."""
    return Text(
        f"{name}関数と引数のデータ型の組み合わせが正しくありません。",
        f"The function {name} cannot be used with these data types.",
    )
