"""The catalogue of refusals: status, code and words in both languages, as clients meet them."""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any

import pytest
from werkzeug.test import TestResponse

from marketplace.db.unit_of_work import Sessions, unit_of_work
from marketplace.sandbox import sites
from tests.kintone_api.conftest import SITE, Kintone

Send = Callable[..., TestResponse]
NOBODY = {"type": "ONE", "entities": []}
STATES = {
    "未処理": {"index": "0", "assignee": NOBODY},
    "確認中": {"index": "1", "assignee": {"type": "ONE", "entities": [{"entity": {"type": "USER", "code": "sato"}}]}},
}
ACTIONS = [{"name": "送る", "from": "未処理", "to": "確認中"}]


@pytest.fixture
def app(kintone: Kintone) -> int:
    """An app with a process, a key that looks up itself, and one record."""
    made = kintone.live_app(名前={"type": "SINGLE_LINE_TEXT", "unique": True}, 番号={"type": "NUMBER"})
    link = {"relatedApp": {"app": made}, "relatedKeyField": "名前", "fieldMappings": [], "lookupPickerFields": []}
    kintone.add_fields(made, 参照={"type": "SINGLE_LINE_TEXT", "lookup": link}, 担当={"type": "USER_SELECT"})
    kintone.put("preview/app/status", app=made, enable=True, states=STATES, actions=ACTIONS)
    kintone.deploy(made)
    kintone.post("record", app=made, record={"名前": {"value": "一"}})
    return made


def login(text: str) -> dict[str, str]:
    return {"X-Cybozu-Authorization": base64.b64encode(text.encode()).decode()}


def update_key(field: str, value: str = "無い") -> dict[str, Any]:
    return {"updateKey": {"field": field, "value": value}, "record": {}}


def cell(code: str, value: object) -> dict[str, Any]:
    return {"record": {code: {"value": value}}}


ONE_WAY = 'The record to be updated must be specified by one of the parameters "id" and "updateKey".'
NOT_IN_SOURCE = (
    "A value 無い in the field 参照 does not exist in the datasource app for lookup, "
    "or you do not have permission to view the app or the field."
)
NO_KEY_JA = (
    "レコードの更新に失敗しました。「updateKey」に指定したフィールド（code: 番号）には、"
    "「値の重複を禁止する」の設定が必要です。"
)
NO_KEY_EN = (
    'Failed to update record. The field (code: 番号) set as "updateKey" must be set to "Prohibit duplicate values".'
)
# Method, name, body beside the app, headers in place of the login; then what comes back.
CATALOGUE = [
    ("GET", "record", {"id": 1}, {}, 401, "CB_AU01", "ログインしてください。", "Please login."),
    (
        "GET", "record", {"id": 1}, login("admin:wrong"), 401, "CB_WA01",
        "ユーザーのパスワード認証に失敗しました。「X-Cybozu-Authorization」ヘッダーの値が正しくありません。",
        "Password authentication failed. The value in http header of X-Cybozu-Authorization is not valid.",
    ),
    (
        "GET", "record", {"id": 1}, {"X-Cybozu-API-Token": "abc"}, 400, "GAIA_IA02",
        "指定したAPIトークンは、アプリで生成されたトークンと異なります。",
        "The specified API token does not match the API token generated via an app.",
    ),
    (
        "GET", "record", {"app": 99, "id": 1}, None, 404, "GAIA_AP01",
        "指定したアプリ（id: 99）が見つかりません。削除されている可能性があります。",
        "The app (ID: 99) not found. The app may have been deleted.",
    ),
    (
        "GET", "record", {"id": 9}, None, 404, "GAIA_RE01",
        "指定したレコード（id: 9）が見つかりません。", "The specified record (ID: 9) is not found.",
    ),
    (
        "PUT", "record", {"id": 9, "record": {}}, None, 404, "GAIA_RE01",
        "指定したレコード（id: 9）が見つかりません。", "The specified record (ID: 9) is not found.",
    ),
    (
        "DELETE", "records", {"ids": [1, 9]}, None, 404, "GAIA_RE01",
        "指定したレコード（id: 9）が見つかりません。", "The specified record (ID: 9) is not found.",
    ),
    (
        "GET", "file", {"fileKey": "abc"}, None, 404, "GAIA_BL01",
        "指定したファイル（id: abc）が見つかりません。", "The specified file (id: abc) not found.",
    ),
    (
        "PUT", "record", {"id": 1, "revision": 7, "record": {}}, None, 409, "GAIA_CO02",
        "指定したrevisionは最新ではありません。ほかのユーザーがレコードを更新した可能性があります。",
        "The revision is not the latest. Someone may update a record.",
    ),
    (
        "POST", "record", {"record": {"番号": {"value": "x"}}}, None, 400, "CB_VA01",
        "入力内容が正しくありません。", "Missing or invalid input.",
    ),
    ("POST", "record", cell("名前", []), None, 400, "CB_IJ01", "不正なJSON文字列です。", "Invalid JSON string."),
    (
        "POST", "record", cell("参照", "無い"), None, 400, "GAIA_LO04",
        "フィールド「参照」の値「無い」が、ルックアップの参照先のフィールドにないか、またはアプリやフィールドの閲覧権限がありません。",
        NOT_IN_SOURCE,
    ),
    (
        "PUT", "record", update_key("ない"), None, 400, "GAIA_FC01",
        "指定されたフィールド（code: ない）が見つかりません。", "The specified field (code: ない) is not found.",
    ),
    (
        "PUT", "record", update_key("番号"), None, 400, "GAIA_IQ27",
        NO_KEY_JA, NO_KEY_EN,
    ),
    (
        "PUT", "record", update_key("名前"), None, 400, "GAIA_RE20",
        "「updateKey」に指定した値（無い）のレコードが見つかりません。",
        'The record with the value (無い) specified in "updateKey" is not found.',
    ),
    (
        "POST", "record", cell("担当", [{"code": "無い"}]), None, 400, "GAIA_IL26",
        "指定したユーザー（code：無い）が見つかりません。", "The specified user (code：無い) not found.",
    ),
    (
        "PUT", "record/status", {"id": 1, "action": "戻す"}, None, 400, "GAIA_IL03",
        "ステータスの変更に失敗しました。ほかのユーザーがステータス、またはステータスの設定を変更した可能性があります。",
        "Failed to update the status. The settings or the status itself may have been changed by someone.",
    ),
    (
        "PUT", "record/status", {"id": 1, "action": "送る"}, None, 400, "GAIA_SA01",
        "作業者を指定してください。", "Assignee is required.",
    ),
]  # fmt: skip


@pytest.mark.parametrize(
    ("method", "name", "body", "headers", "status", "code", "ja", "en"),
    CATALOGUE,
    ids=[f"{entry[5]} {entry[0]} {entry[1]}" for entry in CATALOGUE],
)
def test_each_refusal_has_its_status_code_and_words(
    kintone: Kintone, app, method, name, body, headers, status, code, ja, en
):
    kintone.headers = kintone.headers if headers is None else headers
    for language, words in (("ja", ja), ("en", en)):
        response = kintone.send(method, name, {"app": app, **body}, headers={"Accept-Language": language})
        assert (response.status_code, response.json["code"], response.json["message"]) == (status, code, words)
        assert response.headers["X-Cybozu-Error"] == code


def test_a_process_that_is_off_and_another_s_work_are_refused(kintone: Kintone, as_sato: Kintone, app):
    plain = kintone.live_app()
    kintone.post("record", app=plain, record={})
    response = kintone.send("PUT", "record/status", {"app": plain, "id": 1, "action": "送る"})
    assert (response.status_code, response.json["code"]) == (400, "GAIA_ST02")
    assert response.json["message"] == "操作に失敗しました。プロセス管理機能が無効化されています。"
    kintone.put("record/status", app=app, id=1, action="送る", assignee="sato")
    kintone.put("preview/app/status", app=app, actions=[*ACTIONS, {"name": "戻す", "from": "確認中", "to": "未処理"}])
    kintone.deploy(app)
    response = kintone.send("PUT", "record/status", {"app": app, "id": 1, "action": "戻す"})
    assert (response.status_code, response.json["code"]) == (403, "GAIA_NT01")
    assert response.json["message"] == "作業者のみがステータスを変更できます。"
    assert as_sato.put("record/status", app=app, id=1, action="戻す") == {"revision": "5"}


@pytest.mark.parametrize(
    ("method", "name", "key"),
    [
        ("GET", "record", "app"), ("POST", "record", "app"), ("PUT", "record", "app"), ("GET", "records", "app"),
        ("POST", "records", "app"), ("PUT", "records", "app"), ("DELETE", "records", "app"),
        ("PUT", "record/status", "app"), ("PUT", "records/status", "app"), ("PUT", "record/assignees", "app"),
        ("GET", "file", "fileKey"), ("POST", "bulkRequest", "requests"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("sent", [{}, {"app": None, "fileKey": None}, {"app": "", "fileKey": ""}], ids=str)
def test_a_parameter_that_is_missing_is_the_only_one_named(kintone: Kintone, method, name, key, sent):
    for language, words in (("ja", "必須です。"), ("en", "Required field.")):
        response = kintone.send(method, name, sent, headers={"Accept-Language": language})
        assert (response.status_code, response.json["code"]) == (400, "CB_VA01")
        assert response.json["errors"] == {key: {"messages": [words]}}


@pytest.mark.parametrize(
    ("body", "errors"),
    [
        ({"id": "x"}, {"id": ["Enter an integer value."]}),
        ({"id": 0}, {"id": ["must be greater than or equal to 1"]}),
        ({"id": 1, "revision": "x"}, {"revision": ["Enter an integer value."]}),
        (
            {},
            {"id": [ONE_WAY], "updateKey": [ONE_WAY]},
        ),
        (
            {"id": 1, **update_key("名前")},
            {"id": [ONE_WAY], "updateKey": [ONE_WAY]},
        ),
        ({"updateKey": {"value": "x"}}, {"updateKey.field": ["Required field."]}),
        ({"updateKey": {"field": "名前", "value": ""}}, {"updateKey.value": ["Required field."]}),
    ],
    ids=["no-integer", "zero", "revision", "neither", "both", "no-field", "no-value"],
)
def test_which_record_to_change_must_be_clear(kintone: Kintone, app, body, errors):
    response = kintone.send("PUT", "record", {"app": app, **body}, headers={"Accept-Language": "en"})
    assert {key: found["messages"] for key, found in response.json["errors"].items()} == errors


@pytest.mark.parametrize(("user_language", "header", "begins"), [("en", "ja", "The app"), ("ja", "en", "指定した")])
def test_the_language_a_user_chose_wins_over_the_header(
    kintone: Kintone, sessions: Sessions, user_language, header, begins
):
    with unit_of_work(sessions) as (session, _):
        sites.find_user(session, SITE, "admin").language = user_language
    response = kintone.send("GET", "app", query_string={"id": 99}, headers={"Accept-Language": header})
    assert response.json["message"].startswith(begins)
