"""Refusals of queries, with kintone's codes and words."""

from __future__ import annotations

from marketplace.kernel.text import Text
from marketplace.sandbox.errors import InvalidInputError, PlatformError


def syntax_error(cause: Text | None = None) -> InvalidInputError:
    """Return the refusal of a query that breaks the grammar; a second message names place and cause."""
    messages = [Text("クエリ記法が間違っています。", "unsupported query format")]
    return InvalidInputError({"query": messages + ([cause] if cause else [])})


def near(position: int, found: str) -> Text:
    """Say where a query stops making sense; positions count from 1."""
    if not found:
        return Text("クエリが途中で終わっています。", "The query ends too early.")
    return Text(
        f"{position + 1}文字目の「{found}」の付近を確認してください。",
        f'Check the query near "{found}" at character {position + 1}.',
    )


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


class DottedNameError(PlatformError):
    """Only fields of related records have dotted names."""

    code = "GAIA_IR02"
    message = Text(
        "「{code}」は指定できません。関連レコード一覧以外のフィールドに「.」を使った指定はできません。",
        'You cannot specify "{code}". Names with a dot are only for related records.',
    )
