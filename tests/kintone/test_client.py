"""The client reads kintone's answers and sorts what goes wrong."""

from __future__ import annotations

import json

import pytest

from marketplace.kintone.answers import LARGEST_ANSWER
from marketplace.kintone.client import KintoneClient, KintoneError, NewApp, Reply, Stage, StatusChange
from marketplace.kintone.errors import FailureKind, KintoneAnswerError, KintoneUnreachableError

JSON_TYPE = {"Content-Type": "application/json; charset=utf-8"}


class ScriptedTransport:
    """Answers from a list and writes down what it was sent."""

    def __init__(self, *replies):
        self.replies = list(replies)
        self.sent = []

    def send(self, method, path, *, params=None, body=None, file=None):
        self.sent.append((method, path, params, body, file))
        return self.replies.pop(0)


def answering(status, document, headers=JSON_TYPE):
    content = document if isinstance(document, bytes) else json.dumps(document).encode()
    transport = ScriptedTransport(Reply(status, content, headers))
    return KintoneClient(transport), transport


def test_ids_are_strings_even_where_a_server_answers_with_numbers():
    client, _ = answering(200, {"app": 17, "revision": 2})
    assert client.create_app("名前") == NewApp("17", "2")


def test_lists_are_written_as_kintone_reads_them_from_an_address():
    client, transport = answering(
        200, {"apps": [{"app": "1", "status": "SUCCESS"}, {"app": "2", "status": "PROCESSING"}]}
    )
    client.deploy_status(["1", "2"])
    assert transport.sent[0][2] == {"apps[0]": "1", "apps[1]": "2"}


def test_a_guest_space_has_a_path_of_its_own():
    transport = ScriptedTransport(Reply(200, b"{}", JSON_TYPE))
    KintoneClient(transport, guest_space="5").deploy({"1": None})
    assert transport.sent[0][1] == "/k/guest/5/v1/preview/app/deploy.json"


def test_settings_are_written_only_to_the_preview():
    client, transport = answering(200, {"revision": "3"})
    client.put_views("8", {"views": {}})
    assert transport.sent[0][:2] == ("PUT", "/k/v1/preview/app/views.json")
    assert transport.sent[0][3] == {"app": "8", "views": {}}


def test_the_list_of_apps_is_read_until_a_short_page():
    full = {"apps": [{"appId": str(number), "name": f"app {number}"} for number in range(100)]}
    short = {"apps": [{"appId": "100", "name": "last"}]}
    transport = ScriptedTransport(*(Reply(200, json.dumps(page).encode(), JSON_TYPE) for page in (full, short)))
    assert len(list(KintoneClient(transport).list_apps())) == 101
    assert [sent[2]["offset"] for sent in transport.sent] == ["0", "100"]


def test_an_assignee_is_sent_only_where_one_is_chosen():
    client, transport = answering(200, {"records": []})
    client.change_statuses("1", [StatusChange("4", "承認"), StatusChange("5", "承認", assignee="sato")])
    assert transport.sent[0][3]["records"] == [
        {"id": "4", "action": "承認"},
        {"id": "5", "action": "承認", "assignee": "sato"},
    ]


def test_a_refusal_keeps_kintones_words():
    errors = {"name": {"messages": ["必須です。"]}}
    client, _ = answering(
        400, {"code": "CB_VA01", "id": "x", "message": "入力内容が正しくありません。", "errors": errors}
    )
    with pytest.raises(KintoneError) as caught:
        client.create_app("")
    assert (caught.value.status, caught.value.code, caught.value.errors) == (
        400,
        "CB_VA01",
        {"name": ("必須です。",)},
    )
    assert "入力内容が正しくありません。" in str(caught.value)


@pytest.mark.parametrize(
    ("status", "code", "kind"),
    [
        (400, "CB_VA01", FailureKind.PERMANENT),
        (403, "CB_NO02", FailureKind.PERMANENT),
        (409, "GAIA_CO03", FailureKind.CONFLICT),
        (429, "GAIA_TO04", FailureKind.RETRYABLE),
        (500, "CB_SE01", FailureKind.RETRYABLE),
        (503, "CB_MT01", FailureKind.RETRYABLE),
        (520, "GAIA_FC01", FailureKind.PERMANENT),
        (400, "GAIA_DA02", FailureKind.RETRYABLE),
    ],
)
def test_refusals_are_sorted_by_what_helps(status, code, kind):
    client, _ = answering(status, {"code": code, "id": "x", "message": "…"})
    with pytest.raises(KintoneError) as caught:
        client.deploy({"1": None})
    assert caught.value.kind is kind


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        (Reply(200, b"<html>sign in</html>", {"Content-Type": "text/html"}), FailureKind.PERMANENT),
        (Reply(302, b"", {"Location": "http://10.0.0.1/"}), FailureKind.PERMANENT),
        (Reply(200, b"{", JSON_TYPE), FailureKind.PERMANENT),
        (Reply(200, b"[" * 100_000, JSON_TYPE), FailureKind.PERMANENT),
        (Reply(200, b"[]", JSON_TYPE), FailureKind.PERMANENT),
        (Reply(200, b'{"app": {"id": 1}}', JSON_TYPE), FailureKind.PERMANENT),
        (Reply(200, b'{"app": true}', JSON_TYPE), FailureKind.PERMANENT),
        (Reply(200, b'{"app": "../1"}', JSON_TYPE), FailureKind.PERMANENT),
        (Reply(200, b'{"app": ' + b"9" * 3000 + b"}", JSON_TYPE), FailureKind.PERMANENT),
        (Reply(400, b'{"error": "no"}', JSON_TYPE), FailureKind.PERMANENT),
        (Reply(503, b"<html>maintenance</html>", {"content-type": "text/html"}), FailureKind.RETRYABLE),
        (Reply(429, b"slow down", {"Content-Type": "text/plain"}), FailureKind.RETRYABLE),
    ],
    ids=[
        "page",
        "redirect",
        "cut off",
        "deep",
        "list",
        "wrong shape",
        "boolean id",
        "path as id",
        "endless id",
        "foreign error",
        "503",
        "429",
    ],
)
def test_an_answer_that_no_kintone_gives_is_named_as_such(reply, kind):
    with pytest.raises(KintoneAnswerError) as caught:
        KintoneClient(ScriptedTransport(reply)).create_app("名前")
    assert caught.value.kind is kind


def test_an_answer_that_lacks_a_record_is_not_taken_for_success():
    client, _ = answering(200, {"ids": ["1"], "revisions": ["1"]})
    with pytest.raises(KintoneAnswerError):
        client.add_records("1", [{}, {}])


def test_an_answer_that_lacks_the_status_of_an_app_is_refused():
    client, _ = answering(200, {"apps": []})
    with pytest.raises(KintoneAnswerError):
        client.deploy_status(["1"])


def test_no_answer_may_pass():
    assert KintoneUnreachableError("timed out").kind is FailureKind.RETRYABLE


def test_fields_come_by_code():
    client, transport = answering(200, {"properties": {"件名": {"type": "SINGLE_LINE_TEXT"}}, "revision": "1"})
    assert client.get_form_fields("3", Stage.LIVE) == {"件名": {"type": "SINGLE_LINE_TEXT"}}
    assert transport.sent[0][1] == "/k/v1/app/form/fields.json"


def test_a_file_comes_as_it_is_whatever_its_type():
    client, transport = answering(200, b"\x89PNG", {"Content-Type": "image/png"})
    assert client.download_file("key") == b"\x89PNG"
    assert transport.sent[0][:3] == ("GET", "/k/v1/file.json", {"fileKey": "key"})


@pytest.mark.parametrize(
    ("status", "content", "headers", "error"),
    [
        (404, b'{"code": "GAIA_BL01", "id": "x", "message": "gone"}', JSON_TYPE, KintoneError),
        (302, b"", {"Location": "https://example.jp/"}, KintoneAnswerError),
        (502, b"<html>", {"Content-Type": "text/html"}, KintoneAnswerError),
        (204, b"{}", JSON_TYPE, KintoneAnswerError),
        (200, b" " * (LARGEST_ANSWER + 1), {"Content-Type": "text/css"}, KintoneAnswerError),
    ],
)
def test_what_is_no_file_is_a_clear_error(status, content, headers, error):
    client, _ = answering(status, content, headers)
    with pytest.raises(error):
        client.download_file("key")
