"""Refusals carry kintone's codes, statuses and words."""

from __future__ import annotations

import pytest

from marketplace.kernel.text import Language
from marketplace.kintone_api.answers import status_of
from marketplace.sandbox import errors
from marketplace.sandbox.errors import PlatformError
from marketplace.sandbox.formula import FormulaError
from marketplace.sandbox.records import errors as record_errors

CATALOGUE = [
    (errors.LoginRequiredError, 401, "CB_AU01", "ログインしてください。", "Please login."),
    (
        errors.PasswordRefusedError,
        401,
        "CB_WA01",
        "ユーザーのパスワード認証に失敗しました。「X-Cybozu-Authorization」ヘッダーの値が正しくありません。",
        "Password authentication failed. The value in http header of X-Cybozu-Authorization is not valid.",
    ),
    (errors.NoPrivilegeError, 403, "CB_NO02", "権限がありません。", "No privilege to proceed."),
    (
        errors.ApiTokenUnknownError,
        400,
        "GAIA_IA02",
        "指定したAPIトークンは、アプリで生成されたトークンと異なります。",
        "The specified API token does not match the API token generated via an app.",
    ),
    (
        record_errors.TokenNotAllowedError,
        403,
        "GAIA_NO01",
        "このAPIトークンでは、指定したAPIを実行できません。",
        "Using this API token, you cannot run the specified API.",
    ),
    (
        errors.ApiTokenRepeatedError,
        400,
        "GAIA_DA03",
        None,
        "You cannot specify a duplicate API token for the same app.",
    ),
    (
        errors.AppNotFoundError,
        404,
        "GAIA_AP01",
        "指定したアプリ（id: 7）が見つかりません。削除されている可能性があります。",
        "The app (ID: 7) not found. The app may have been deleted.",
    ),
    (
        errors.SettingsRevisionError,
        409,
        "GAIA_CO03",
        None,
        "The revision is not the latest. Someone may update the app settings (ID: 7).",
    ),
    (errors.InvalidInputError, 400, "CB_VA01", "入力内容が正しくありません。", "Missing or invalid input."),
    (errors.InvalidJsonError, 400, "CB_IJ01", "不正なJSON文字列です。", "Invalid JSON string."),
    (
        errors.LookupKeyNotUniqueError,
        400,
        "GAIA_LO03",
        (
            "ルックアップの参照先から値をコピーできません。「コピー元のフィールド」に指定したフィールドの設定で"
            "「値の重複を禁止する」を選択しておく必要があります。"
        ),
        None,
    ),
    (
        errors.FieldNotFoundError,
        400,
        "GAIA_FC01",
        "指定されたフィールド（code: 額）が見つかりません。",
        "The specified field (code: 額) is not found.",
    ),
    (
        errors.FieldUsedByRelatedRecordsError,
        400,
        "GAIA_RE07",
        "フィールドを削除できません。「申請」アプリの関連レコード一覧フィールド「関連」から参照されています。",
        None,
    ),
    (errors.FieldUsedByLookupError, 400, "GAIA_LO02", None, None),
    (errors.LayoutIncompleteError, 400, "GAIA_FN11", None, None),
    (
        errors.DeployRunningError,
        400,
        "GAIA_DA02",
        "データベースのロックに失敗したため、変更を保存できませんでした。時間をおいて再度お試しください。",
        None,
    ),
    (
        errors.TooManyRequestsError,
        429,
        "GAIA_TO04",
        "APIの同時リクエスト数が上限を超えています。",
        "The number of concurrent API requests exceeds the limit.",
    ),
    (errors.AddressTooLongError, 414, "CB_UR01", None, None),
]
PARAMETERS = {"id": 7, "code": "額", "app": "申請", "field": "関連"}


@pytest.mark.parametrize(("kind", "status", "code", "ja", "en"), CATALOGUE, ids=[each[2] for each in CATALOGUE])
def test_a_refusal_has_kintone_s_code_status_and_words(
    kind: type[PlatformError], status: int, code: str, ja: str | None, en: str | None
):
    error = kind(**PARAMETERS)
    assert (error.code, status_of(error)) == (code, status)
    assert ja in {None, error.says(Language.JA)}
    assert en in {None, error.says(Language.EN)}


def test_a_formula_s_refusal_is_a_bad_request():
    assert FormulaError.code == "GAIA_IL01"
