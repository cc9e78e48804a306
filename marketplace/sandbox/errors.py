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


class GuestPathRequiredError(PlatformError):
    """What the call names lies in a guest space, which has paths of its own."""

    code = "GAIA_IL23"
    message = Text(
        "ゲストスペース内のアプリを操作する場合は、リクエストの送信先を"
        "「/k/guest/（ゲストスペースのID）/v1/...」にします。",
        'You need to send a request to the URL: "/k/guest/<Space ID>/v1/..." to execute apps in Guest Spaces.',
    )


class DeployRunningError(PlatformError):
    """The settings of an app can't change while they are being deployed; clients try again on this code."""

    code = "GAIA_DA02"
    message = Text(
        "データベースのロックに失敗したため、変更を保存できませんでした。時間をおいて再度お試しください。",
        "Failed to save the changes because the database could not be locked. Please try again later.",
    )


REQUIRED_PARAMETER = Text("必須です。", "Required field.")
REQUIRED_VALUE = Text("必須です。", "Required.")
NOT_AN_INTEGER = Text("整数で指定してください。", "Enter an integer value.")
AT_LEAST_ONE = Text("最小でも1以上です。", "must be greater than or equal to 1")
NOT_IN_ENUM = Text("Enum値のいずれかでなければなりません。", "must be one of the enum value")


class LoginRequiredError(PlatformError):
    """The call carries no credentials."""

    code = "CB_AU01"
    message = Text("ログインしてください。", "Please login.")


class PasswordRefusedError(PlatformError):
    """The login and password do not belong together, or can't be decoded."""

    code = "CB_WA01"
    message = Text(
        "ユーザーのパスワード認証に失敗しました。「X-Cybozu-Authorization」ヘッダーの値が正しくありません。",
        "Password authentication failed. The value in http header of X-Cybozu-Authorization is not valid.",
    )


class ApiTokenUnknownError(PlatformError):
    """A token of no app, of another app, or of an app that was never deployed."""

    code = "GAIA_IA02"
    message = Text(
        "指定したAPIトークンは、アプリで生成されたトークンと異なります。",
        "The specified API token does not match the API token generated via an app.",
    )


class ApiTokenRepeatedError(PlatformError):
    """Two tokens of one app came in one call."""

    code = "GAIA_DA03"
    message = Text(
        "同じアプリのAPIトークンを重複して指定することはできません。",
        "You cannot specify a duplicate API token for the same app.",
    )


class TooManyRequestsError(PlatformError):
    """The site is serving as many calls at once as it may."""

    code = "GAIA_TO04"
    message = Text(
        "APIの同時リクエスト数が上限を超えています。",
        "The number of concurrent API requests exceeds the limit.",
    )


class SiteNotFoundError(PlatformError):
    """There is no such workspace."""

    code = "CB_NF01"
    message = Text("指定したワークスペースが見つかりません。", "The specified workspace is not found.")


class LayoutIncompleteError(PlatformError):
    """A layout leaves out a field of the form."""

    code = "GAIA_FN11"
    message = Text(
        "一部のフィールド（code: {code}）のレイアウトを指定していません。",
        "The layout of some fields (code: {code}) is not specified.",
    )


class LookupKeyNotUniqueError(PlatformError):
    """A lookup reads from a field that may hold the same value twice."""

    code = "GAIA_LO03"
    message = Text(
        "ルックアップの参照先から値をコピーできません。「コピー元のフィールド」に指定したフィールドの設定で"
        "「値の重複を禁止する」を選択しておく必要があります。",
        "Failed to copy values for the lookup. The key field in the datasource app must be set to "
        '"Prohibit duplicate values".',
    )


class FieldUsedByLookupError(PlatformError):
    """A field can't go while another app's lookup reads it."""

    code = "GAIA_LO02"
    message = Text(
        "フィールドを削除できません。「{app}」アプリのルックアップフィールド「{field}」から参照されています。",
        'The field cannot be deleted. It is used by the lookup field "{field}" of the app "{app}".',
    )


class FieldUsedByRelatedRecordsError(PlatformError):
    """A field can't go while another app's related records read it."""

    code = "GAIA_RE07"
    message = Text(
        "フィールドを削除できません。「{app}」アプリの関連レコード一覧フィールド「{field}」から参照されています。",
        'The field cannot be deleted. It is used by the related records field "{field}" of the app "{app}".',
    )


class PathNotFoundError(PlatformError):
    """No API answers at this path with this method."""

    code = "CB_NF01"
    message = Text("指定したAPIが見つかりません。", "The specified API is not found.")


class AddressTooLongError(PlatformError):
    """The URL is longer than 8 KB."""

    code = "CB_UR01"
    message = Text(
        "URLが長すぎます。リクエストボディでパラメーターを指定してください。",
        "The URL is too long. Specify the parameters in the request body.",
    )
