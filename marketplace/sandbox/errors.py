"""Refusals of the built-in workspace, with kintone's codes and words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from marketplace.kernel.text import Language, Text

FieldMessages = Mapping[str, list[Text]]


class PlatformError(Exception):
    """A refusal as kintone words it; `kintone_api` turns it into {code, id, message, errors}."""

    code: ClassVar[str]
    message: ClassVar[Text]

    def __init__(self, errors: FieldMessages | None = None, **params: object) -> None:
        """Keep the messages by key (`record.<code>.value` …) and the facts of the sentence."""
        super().__init__(self.code)
        self.errors = dict(errors or {})
        self.params = params

    def says(self, language: Language) -> str:
        """Return the message in one language."""
        return self.message.in_language(language, **self.params)


class InvalidInputError(PlatformError):
    """Some of the parameters or values can't be accepted; `errors` tells which."""

    code = "CB_VA01"
    message = Text("入力内容が正しくありません。", "Missing or invalid input.")


class InvalidJsonError(PlatformError):
    """The body is no JSON, or a value has the wrong shape."""

    code = "CB_IJ01"
    message = Text("不正なJSON文字列です。", "Invalid JSON string.")


class NoPrivilegeError(PlatformError):
    """The caller may not do this."""

    code = "CB_NO02"
    message = Text("権限がありません。", "No privilege to proceed.")


class AppNotFoundError(PlatformError):
    """There is no such app in the site."""

    code = "GAIA_AP01"
    message = Text(
        "指定したアプリ（id: {id}）が見つかりません。削除されている可能性があります。",
        "The app (ID: {id}) not found. The app may have been deleted.",
    )


class FieldNotFoundError(PlatformError):
    """The form has no field of that code."""

    code = "GAIA_FC01"
    message = Text(
        "指定されたフィールド（code: {code}）が見つかりません。",
        "The specified field (code: {code}) is not found.",
    )


class RecordNotFoundError(PlatformError):
    """There is no such record in the app."""

    code = "GAIA_RE01"
    message = Text("指定したレコード（id: {id}）が見つかりません。", "The specified record (ID: {id}) is not found.")


class RecordRevisionError(PlatformError):
    """Somebody else changed the record."""

    code = "GAIA_CO02"
    message = Text(
        "指定したrevisionは最新ではありません。ほかのユーザーがレコードを更新した可能性があります。",
        "The revision is not the latest. Someone may update a record.",
    )


class SettingsRevisionError(PlatformError):
    """Somebody else changed the app's settings."""

    code = "GAIA_CO03"
    message = Text(
        "指定したrevisionは最新ではありません。ほかのユーザーがアプリ（id: {id}）の設定を更新した可能性があります。",
        "The revision is not the latest. Someone may update the app settings (ID: {id}).",
    )


REQUIRED_PARAMETER = Text("必須です。", "Required field.")
REQUIRED_VALUE = Text("必須です。", "Required.")
NOT_AN_INTEGER = Text("整数で指定してください。", "Enter an integer value.")
AT_LEAST_ONE = Text("最小でも1以上です。", "must be greater than or equal to 1")
NOT_IN_ENUM = Text("Enum値のいずれかでなければなりません。", "must be one of the enum value")
