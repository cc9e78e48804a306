"""Refusals of queries, with kintone's codes and words."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from marketplace.kernel.text import Text
from marketplace.sandbox.errors import InvalidInputError, PlatformError
from marketplace.sandbox.query.tree import Call, FieldName, Value

KEY = "query"
"""Where a refusal tells place and cause; its own message is kintone's to the letter."""


def syntax_error(cause: Text | None = None) -> InvalidInputError:
    """Return the refusal of a query that breaks the grammar; a second message names place and cause."""
    messages = [Text("クエリ記法が間違っています。", "unsupported query format")]
    return InvalidInputError({KEY: messages + ([cause] if cause else [])})


def near(position: int, found: str) -> Text:
    """Say where a query stops making sense; positions count from 1."""
    if not found:
        return Text("クエリが途中で終わっています。", "The query ends too early.")
    return Text(
        f"{position + 1}文字目の「{found}」の付近を確認してください。",
        f'Check the query near "{found}" at character {position + 1}.',
    )


@contextmanager
def at(name: FieldName) -> Iterator[None]:
    """Note in a refusal which condition or order it is about, before the cause if that is known."""
    try:
        yield
    except PlatformError as error:
        error.errors.setdefault(KEY, []).insert(0, near(name.position, name.code))
        raise


class LimitTooLargeError(PlatformError):
    """A page holds at most 500 records."""

    code = "GAIA_QU01"
    message = Text("limit には 500 以下の値を指定してください。", "limit must be 500 or less.")


class OffsetTooLargeError(PlatformError):
    """Beyond 10,000 records one reads by $id or by cursor."""

    code = "GAIA_QU02"
    message = Text("offset には 10,000 以下の値を指定してください。", "offset must be 10,000 or less.")


class QueryFieldNotFoundError(PlatformError):
    """The query names a field the form does not have."""

    code = "GAIA_IQ11"
    message = Text("指定されたフィールド（{code}）が見つかりません。", "Specified field ({code}) not found.")


class OperatorNotAllowedError(PlatformError):
    """The field's type does not know the operator."""

    code = "GAIA_IQ03"
    message = Text(
        "{code}フィールドのフィールドタイプには演算子{operator}を使用できません。",
        "The operator {operator} cannot be used with the field type of the field {code}.",
    )


class OperatorNotAllowedInTableError(PlatformError):
    """Inside tables there is no = and no !=."""

    code = "GAIA_IQ07"
    message = Text(
        "テーブルに設定している場合、{code}フィールドのフィールドタイプには、演算子{operator}を使用できません。",
        "The operator {operator} cannot be used with the field type of the field {code} in a table.",
    )


class OptionNotFoundError(PlatformError):
    """The field offers no such option, or the process has no such status."""

    code = "GAIA_IQ10"
    message = Text(
        "フィールド「{code}」の項目に「{value}」は存在しません。", 'The field "{code}" has no option "{value}".'
    )


class MonthDayInvalidError(PlatformError):
    """A month has the days 1 to 31."""

    code = "GAIA_IQ23"
    message = Text(
        "指定した日にち（{value}）は無効です。1から31までの整数で指定します。",
        "The specified day ({value}) is invalid. Specify an integer from 1 to 31.",
    )


class FromTodayUnitError(PlatformError):
    """FROM_TODAY counts in days, weeks, months or years."""

    code = "GAIA_IQ25"
    message = Text(
        "FROM_TODAY()の第2引数には、「DAYS」「WEEKS」「MONTHS」「YEARS」のいずれかを指定します。",
        'Specify "DAYS", "WEEKS", "MONTHS" or "YEARS" for the second argument of FROM_TODAY().',
    )


class QueryInvalidError(PlatformError):
    """A function or a value does not suit the field."""

    code = "GAIA_IL08"
    message = Text("クエリの指定が不正です。", "The query is invalid.")


def misused(ja: str, en: str) -> QueryInvalidError:
    """Return the refusal of a function or value together with its cause."""
    return QueryInvalidError({KEY: [Text(ja, en)]})


def no_number(text: str) -> QueryInvalidError:
    """Say that a value is no number."""
    return misused(f"「{text}」は数値ではありません。", f'"{text}" is not a number.')


def no_moment(text: str) -> QueryInvalidError:
    """Say that a value is no date or time of the field's kind."""
    return misused(f"「{text}」は日付または時刻として読めません。", f'"{text}" is not a valid date or time.')


def empty_compared(operator: str) -> QueryInvalidError:
    """Say that an empty value has no size."""
    return misused(
        f"空の値は、演算子{operator}では比較できません。", f"An empty value cannot be compared by {operator}."
    )


def function_unsuited(call: Value) -> QueryInvalidError:
    """Say that a field does not take a function."""
    name = call.name if isinstance(call, Call) else ""
    return misused(
        f"関数{name}()は、このフィールドでは使用できません。", f"The function {name}() cannot be used with this field."
    )


class DottedNameError(PlatformError):
    """Only fields of related records have dotted names."""

    code = "GAIA_IR02"
    message = Text(
        "「{code}」は指定できません。関連レコード一覧以外のフィールドに「.」を使った指定はできません。",
        'You cannot specify "{code}". Names with a dot are only for related records.',
    )
