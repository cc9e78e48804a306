"""`yokoten export`: what is asked for, what is told, and where the draft goes."""

from __future__ import annotations

import json

import pytest

from marketplace.bundle.reading import read_folder
from marketplace.bundle.writing import digest_of, write_zip
from marketplace.cli import waiting
from marketplace.cli.outcomes import Outcome
from tests.bundle.factories import make_bundle
from tests.cli.test_api import json_answer

BUNDLE = write_zip(make_bundle())
DRAFT = {
    "id": "d1",
    "slug": "subsidy-grant-management",
    "version": "1.0.0",
    "digest": digest_of(BUNDLE),
    "findings": [{"severity": "warning"}],
}
REPORT = {
    "carried": [
        {"id": "12", "key": "request", "name": "申請", "was_chosen": True, "parts": [], "records": 0},
        {"id": "13", "key": "master", "name": "台帳", "was_chosen": False, "parts": [], "records": 0},
    ],
    "replaced": [{"key": "chief", "kind": "USER", "code": "sato", "label": {"ja": "所属長", "en": "x"}, "places": []}],
    "lost": [{"id": "14", "was_chosen": False, "reason": {"ja": "読み出せません。", "en": "Can't be read."}}],
    "left": [{"app": "request", "part": "actions", "subject": "次へ", "reason": {"ja": "行き先がない。", "en": "x"}}],
    "mentions": [{"code": "sato", "file": "apps/request/settings.json"}],
    "base": None,
    "version": "1.0.0",
}


def export_at(state, done, **more):
    progress = {"phase": "reading", "label": {"ja": f"{done}個目", "en": f"No. {done}"}, "done": done, "total": 2}
    return json_answer({"id": "e1", "state": state, "progress": progress, "draft_id": None, "error": None, **more})


@pytest.fixture
def asking(yokoten, receiver, monkeypatch):
    monkeypatch.setattr(waiting, "FIRST_PAUSE", 0.0)
    yokoten.environ |= {"YOKOTEN_URL": receiver.url(""), "YOKOTEN_TOKEN": "yktn_1", "YOKOTEN_WORKSPACE": "w1"}
    return yokoten


@pytest.fixture
def well(receiver):
    """A service whose export ends well."""
    receiver.answer_with(
        export_at("queued", 0),
        export_at("running", 1),
        export_at("succeeded", 2, draft_id="d1", report=REPORT),
        json_answer(DRAFT),
        (200, {"Content-Type": "application/zip"}, BUNDLE),
    )
    return receiver


def test_an_export_is_followed_to_its_draft_and_the_draft_fetched(asking, well, tmp_path):
    words = ("--app", 12, "--app", 13, "--slug", "subsidy-grant-management", "--sample-records", "12=5")
    told = asking("export", *words, "-o", tmp_path / "a")
    (order, *_) = well.received
    assert (order.method, order.path) == ("POST", "/api/v1/workspaces/w1/exports")
    assert order.json["apps"] == ["12", "13"]
    assert order.json["sample_records"] == {"12": 5}
    assert order.json["slug"] == "subsidy-grant-management"
    assert order.headers["Idempotency-Key"]
    assert "[1/2] 1個目\n[2/2] 2個目" in told.stderr
    assert told.stdout.splitlines()[:6] == [
        "+ 申請 (12 → request)",
        "+ 台帳 (13 → master)（必要とされたため）",
        "~ USER sato → {{chief}} 所属長",
        "- 14: 読み出せません。",
        "- request/actions 次へ: 行き先がない。",
        "! apps/request/settings.json に「sato」が残っています。",
    ]
    assert "エラー 0件、注意 1件" in told.stdout
    assert write_zip(read_folder(tmp_path / "a")) == BUNDLE


def test_a_draft_may_be_kept_as_the_zip_it_is(asking, well, tmp_path):
    document = asking.json("export", "--app", 12, "--slug", "a", "-o", tmp_path / "a.zip")
    assert (tmp_path / "a.zip").read_bytes() == BUNDLE
    assert document["draft_id"] == "d1"


def test_a_folder_that_holds_something_stops_the_command_before_it_asks(asking, receiver, tmp_path):
    (tmp_path / "file").write_text("mine")
    asking("export", "--app", 12, "--slug", "a", "-o", tmp_path, exit_code=Outcome.CONFLICT)
    assert receiver.received == []


def test_a_failed_export_tells_why_and_how_to_try_again(asking, receiver):
    reason, remedy = {"ja": "読めません。", "en": "x"}, {"ja": "権限を確かめてください。", "en": "y"}
    error = {"reason": reason, "remedy": remedy, "code": "CB_NO02", "message": "No privilege"}
    receiver.answer_with(export_at("queued", 0), export_at("failed", 1, error=error))
    told = asking("export", "--app", 12, "--slug", "a", exit_code=Outcome.FAILED).stderr
    assert "読めません。" in told
    assert "yokoten export --resume e1" in told


def test_a_failed_export_is_tried_again_on_request(asking, receiver):
    receiver.answer_with(export_at("failed", 1), export_at("queued", 0), export_at("succeeded", 2, report=REPORT))
    asking("export", "--resume", "e1")
    assert [(call.method, call.path) for call in receiver.received] == [
        ("GET", "/api/v1/exports/e1"),
        ("POST", "/api/v1/exports/e1/retry"),
        ("GET", "/api/v1/exports/e1"),
    ]


def test_patience_that_ends_leaves_the_export_going(asking, receiver):
    receiver.answer_with(export_at("running", 1))
    told = asking("export", "--app", 12, "--slug", "a", "--timeout", 0, exit_code=Outcome.UNFINISHED).stderr
    assert "yokoten export --resume e1" in told


@pytest.mark.parametrize("words", [[], ["--app", "12", "--sample-records", "12=many"], ["--app", "1", "--key", "x"]])
def test_what_can_not_be_meant_is_a_mistake_of_usage(asking, receiver, words):
    asking("export", *words, exit_code=Outcome.USAGE)
    assert receiver.received == []


def test_answers_in_a_file_become_part_of_the_order(asking, receiver, tmp_path):
    receiver.answer_with(404)
    answers = {"placeholders": {"a": "1", "b": "2"}, "target": {"space": "7"}, "template": "other/other"}
    (tmp_path / "answers.json").write_text(json.dumps(answers))
    words = ("plan", "yokoten/handover-notes", "--answers", tmp_path / "answers.json", "--placeholder", "b=3")
    asking(*words, exit_code=Outcome.UNREACHABLE)
    sent = receiver.received[0].json
    assert sent["placeholders"] == {"a": "1", "b": "3"}
    assert (sent["target"], sent["template"]) == ({"space": "7"}, "yokoten/handover-notes")


@pytest.mark.parametrize("content", ["", "[]", '{"placeholders": []}'])
def test_answers_that_can_not_be_read_are_a_mistake_of_usage(asking, tmp_path, content):
    (tmp_path / "answers.json").write_text(content)
    asking("plan", "a/b", "--answers", tmp_path / "answers.json", exit_code=Outcome.USAGE)
