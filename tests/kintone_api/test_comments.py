"""Comments over HTTP, with kintone's shapes, codes and messages."""

from __future__ import annotations

import pytest

TEXT = {"type": "SINGLE_LINE_TEXT"}


@pytest.fixture
def app(kintone):
    """An app with one record."""
    made = kintone.live_app(件名=TEXT)
    kintone.post("record", app=made, record={"件名": {"value": "一"}})
    return made


def test_a_comment_is_added_listed_and_deleted(kintone, app):
    comment = {"text": "お願いします。", "mentions": [{"code": "sato", "type": "USER"}]}
    assert kintone.post("record/comment", app=app, record=1, comment=comment) == {"id": "1"}
    listed = kintone.get("record/comments", app=app, record=1)
    assert listed == {
        "comments": [
            {
                "id": "1",
                "text": "佐藤 お願いします。 ",
                "createdAt": "2026-11-23T01:30:00Z",
                "creator": {"code": "admin", "name": "管理者"},
                "mentions": [{"code": "sato", "type": "USER"}],
            }
        ],
        "older": False,
        "newer": False,
    }
    assert kintone.delete("record/comment", app=app, record=1, comment="1") == {}
    assert kintone.get("record/comments", app=app, record=1)["comments"] == []


def test_the_parameters_may_stand_in_the_address(kintone, app):
    for number in range(3):
        kintone.post("record/comment", app=app, record=1, comment={"text": str(number)})
    page = kintone.get("record/comments", app=app, record="1", order="asc", offset="1", limit="1")
    assert ([each["text"] for each in page["comments"]], page["older"], page["newer"]) == (["1 "], True, True)
    answer = kintone.send("DELETE", "record/comment", query_string={"app": app, "record": 1, "comment": 2})
    assert (answer.status_code, answer.json) == (200, {})


@pytest.mark.parametrize(
    ("method", "path", "body", "key", "message"),
    [
        ("POST", "record/comment", {"comment": {"text": "x"}}, "record", "必須です。"),
        ("POST", "record/comment", {"record": 1}, "comment", "必須です。"),
        ("POST", "record/comment", {"record": 1, "comment": ""}, "comment", "必須です。"),
        ("POST", "record/comment", {"record": 1, "comment": {}}, "comment.text", "必須です。"),
        ("POST", "record/comment", {"record": 1, "comment": {"text": ""}}, "comment.text", "必須です。"),
        (
            "POST",
            "record/comment",
            {"record": 1, "comment": {"text": "あ" * 65_536}},
            "comment.text",
            "65536文字より短くなければなりません。",
        ),
        (
            "POST",
            "record/comment",
            {"record": 1, "comment": {"text": "x", "mentions": [{"code": "sato", "type": "PERSON"}]}},
            "comment.mentions[0].type",
            "Enum値のいずれかでなければなりません。",
        ),
        (
            "POST",
            "record/comment",
            {"record": 1, "comment": {"text": "x", "mentions": [{"code": "sato", "type": "USER"}] * 11}},
            "comment.mentions",
            "0件から10件までで指定してください。",
        ),
        ("GET", "record/comments", {"record": 1, "limit": 11}, "limit", "最大でも10以下です。"),
        ("GET", "record/comments", {"record": 1, "limit": -1}, "limit", "最小でも0以上です。"),
        ("GET", "record/comments", {"record": 1, "offset": -1}, "offset", "最小でも0以上です。"),
        ("GET", "record/comments", {"record": 1, "order": "newest"}, "order", "Enum値のいずれかでなければなりません。"),
        ("DELETE", "record/comment", {"record": 1}, "comment", "必須です。"),
    ],
)
def test_what_is_missing_or_wrong_is_named(kintone, app, method, path, body, key, message):
    assert kintone.errors(method, path, app=app, **body) == {key: [message]}


def test_the_longest_text_is_kept_whole(kintone, app):
    kintone.post("record/comment", app=app, record=1, comment={"text": "あ" * 65_535})
    assert len(kintone.get("record/comments", app=app, record=1)["comments"][0]["text"]) == 65_536


@pytest.mark.parametrize(
    ("method", "path", "body", "refusal"),
    [
        ("GET", "record/comments", {"record": 9}, (404, "GAIA_RE01")),
        ("POST", "record/comment", {"record": 9, "comment": {"text": "x"}}, (404, "GAIA_RE01")),
        ("DELETE", "record/comment", {"record": 1, "comment": 9}, (400, "GAIA_RE02")),
        (
            "POST",
            "record/comment",
            {"record": 1, "comment": {"text": "x", "mentions": [{"code": "x", "type": "USER"}]}},
            (400, "GAIA_IL26"),
        ),
    ],
)
def test_what_is_not_there_is_refused_with_kintones_code(kintone, app, method, path, body, refusal):
    assert kintone.refused(method, path, app=app, **body) == refusal


def test_an_unknown_app_is_not_found(kintone, app):
    assert kintone.refused("GET", "record/comments", app=99, record=1) == (404, "GAIA_AP01")


def test_another_user_may_read_and_write_but_not_delete_ones_comment(kintone, as_sato, app):
    kintone.post("record/comment", app=app, record=1, comment={"text": "管理者より"})
    as_sato.post("record/comment", app=app, record=1, comment={"text": "佐藤より"})
    assert as_sato.refused("DELETE", "record/comment", app=app, record=1, comment=1) == (403, "GAIA_RE03")
    assert as_sato.delete("record/comment", app=app, record=1, comment=2) == {}


def test_an_app_without_comments_refuses_every_call(kintone, app):
    kintone.put("preview/app/settings", app=app, enableComments=False)
    kintone.deploy(app)
    for method, path, body in (
        ("GET", "record/comments", {}),
        ("POST", "record/comment", {"comment": {"text": "x"}}),
        ("DELETE", "record/comment", {"comment": 1}),
    ):
        assert kintone.refused(method, path, app=app, record=1, **body) == (400, "GAIA_RE12")


def test_a_user_who_may_not_see_the_app_sees_no_comments(kintone, as_sato, app):
    rights = [{"entity": {"type": "CREATOR"}, "appEditable": True, "recordViewable": True}]
    kintone.put("preview/app/acl", app=app, rights=rights)
    kintone.deploy(app)
    assert as_sato.refused("GET", "record/comments", app=app, record=1) == (403, "CB_NO02")
