"""Refusals of record calls: reading, writing, lookups, process, files."""

from __future__ import annotations

from marketplace.kernel.text import Text
from marketplace.sandbox.errors import InvalidInputError, PlatformError


class LookupFailedError(PlatformError):
    """The key of a lookup is not among the records of the other app."""

    code = "GAIA_LO04"
    message = Text(
        "フィールド「{code}」の値「{value}」が、ルックアップの参照先のフィールドにないか、"
        "またはアプリやフィールドの閲覧権限がありません。",
        "A value {value} in the field {code} does not exist in the datasource app for lookup, "
        "or you do not have permission to view the app or the field.",
    )


class UpdateKeyNotUniqueError(PlatformError):
    """The update key is a field that allows duplicates, or of a type that can't be a key."""

    code = "GAIA_IQ27"
    message = Text(
        "レコードの更新に失敗しました。「updateKey」に指定したフィールド（code: {code}）には、"
        "「値の重複を禁止する」の設定が必要です。",
        'Failed to update record. The field (code: {code}) set as "updateKey" must be set to '
        '"Prohibit duplicate values".',
    )


class UpdateKeyNotFoundError(PlatformError):
    """No record has this value in the field of the update key."""

    code = "GAIA_RE20"
    message = Text(
        "「updateKey」に指定した値（{value}）のレコードが見つかりません。",
        'The record with the value ({value}) specified in "updateKey" is not found.',
    )


class DuplicateRowIdError(PlatformError):
    """Two rows of one table carry the same id."""

    code = "GAIA_SI01"
    message = Text(
        "テーブルの行ID（{id}）が重複しています。",
        "The table row ID ({id}) is specified more than once.",
    )


class UserNotFoundError(PlatformError):
    """The site has no user of that code."""

    code = "GAIA_IL26"
    message = Text("指定したユーザー（code：{code}）が見つかりません。", "The specified user (code：{code}) not found.")


class GroupNotFoundError(PlatformError):
    """The site has no group of that code."""

    code = "GAIA_IL27"
    message = Text(
        "指定したグループ（code：{code}）が見つかりません。", "The specified group (code：{code}) not found."
    )


class OrganizationNotFoundError(PlatformError):
    """The site has no organisation of that code."""

    code = "GAIA_IL28"
    message = Text(
        "指定した組織（code：{code}）が見つかりません。", "The specified organization (code：{code}) not found."
    )


class StoredFileNotFoundError(PlatformError):
    """The key belongs to no file that this call may use."""

    code = "GAIA_BL01"
    message = Text("指定したファイル（id: {id}）が見つかりません。", "The specified file (id: {id}) not found.")


class TokenNotAllowedError(PlatformError):
    """The API token lacks the permission."""

    code = "GAIA_NO01"
    message = Text(
        "このAPIトークンでは、指定したAPIを実行できません。",
        "Using this API token, you cannot run the specified API.",
    )


class FieldNotEditableError(PlatformError):
    """The caller may not change this field."""

    code = "GAIA_FU01"
    message = Text(
        "フィールド「{code}」の編集権限がありません。", 'Edit permissions are required to edit field "{code}".'
    )


class StatusChangedError(PlatformError):
    """The action does not lead away from the record's present state."""

    code = "GAIA_IL03"
    message = Text(
        "ステータスの変更に失敗しました。ほかのユーザーがステータス、またはステータスの設定を変更した可能性があります。",
        "Failed to update the status. The settings or the status itself may have been changed by someone.",
    )


class ProcessDisabledError(PlatformError):
    """The app has no process management switched on."""

    code = "GAIA_ST02"
    message = Text(
        "操作に失敗しました。プロセス管理機能が無効化されています。",
        "Your request failed. The process management feature has been disabled.",
    )


class AssigneeRequiredError(PlatformError):
    """The next state needs one person who works on it."""

    code = "GAIA_SA01"
    message = Text("作業者を指定してください。", "Assignee is required.")


class AssigneeNotAllowedError(PlatformError):
    """The next state chooses its workers itself, or this person is no candidate."""

    code = "GAIA_SA04"
    message = Text(
        "ステータスの変更に失敗しました。このアクションでは作業者を指定できません。",
        "Failed to update status. Assignee cannot be specified by the action.",
    )


class NotAssigneeError(PlatformError):
    """Only those who work on the record may move it on."""

    code = "GAIA_NT01"
    message = Text("作業者のみがステータスを変更できます。", "Only Assignee can change the status.")


def invalid(key: str, *messages: Text) -> InvalidInputError:
    """Return the refusal of a single parameter."""
    return InvalidInputError({key: list(messages)})


NOT_A_NUMBER = Text("数字でなければなりません。", "Only numbers are allowed.")
DUPLICATE = Text("値がほかのレコードと重複しています。", "This value already exists in another record.")
NOT_A_DATE = Text(
    "日付の形式が正しくありません。「2026-04-01」のように指定してください。",
    'The date is not valid. Enter it like "2026-04-01".',
)
NOT_A_TIME = Text(
    "時刻の形式が正しくありません。「09:30」のように指定してください。", 'The time is not valid. Enter it like "09:30".'
)
NOT_A_DATETIME = Text(
    "日時の形式が正しくありません。「2026-04-01T09:30:00+09:00」のように指定してください。",
    'The date and time is not valid. Enter it like "2026-04-01T09:30:00+09:00".',
)
NOT_A_URL = Text(
    "URLの形式が正しくありません。「http://」または「https://」で始まるURLを指定してください。",
    'The URL is not valid. Enter one that begins with "http://" or "https://".',
)
UPDATE_TARGET = Text(
    "更新するレコードは、「id」または「updateKey」のどちらか一方で指定してください。",
    'The record to be updated must be specified by one of the parameters "id" and "updateKey".',
)
TOO_MANY_ADDED = Text("一度に100件までのレコードを追加できます。", "A maximum of 100 records can be added at one time.")
TOO_MANY_UPDATED = Text(
    "一度に100件までのレコードを更新できます。", "A maximum of 100 records can be updated at one time."
)
DELETE_SIZE = Text(
    "一度に1件から100件までのレコードを削除できます。", "Between 1 and 100 records can be deleted at one time."
)
INNER_FIELD = Text(
    "テーブル内のフィールドは指定できません。テーブルのフィールドコードを指定してください。",
    "A field inside a table cannot be specified. Specify the field code of the table.",
)
TOO_MANY_ASSIGNEES = Text("作業者は100人まで指定できます。", "A maximum of 100 assignees can be specified.")
SINGLE_ASSIGNEE = Text(
    "このステータスでは、作業者を1人だけ指定できます。", "Only one assignee can be specified for this status."
)


def not_an_option(value: str) -> Text:
    """Say that a value is not offered."""
    return Text(f'"{value}"は選択肢にありません。', f'The value, "{value}", is not in options.')


def too_long(limit: int) -> Text:
    """Say that a text is over its maximum, in kintone's words: "shorter than one more"."""
    return Text(f"{limit + 1}文字より短くなければなりません。", f"Enter less than {limit + 1} characters.")


def too_short(limit: int) -> Text:
    """Say that a text is under its minimum."""
    return Text(f"{limit - 1}文字より長くなければなりません。", f"Enter more than {limit - 1} characters.")


def too_large(limit: str) -> Text:
    """Say that a number is over its maximum, which is quoted as the form defines it."""
    return Text(f"{limit}以下である必要があります。", f"The value must be {limit} or less.")


def too_small(limit: str) -> Text:
    """Say that a number is under its minimum."""
    return Text(f"{limit}以上である必要があります。", f"The value must be {limit} or more.")
