"""At its end an import reads everything back, and tells where it is not what the template says."""

from __future__ import annotations

import pytest

from marketplace.installs.models import ImportState, StepKind
from marketplace.installs.verification import Difference, Result, UnreadPart, Verification
from marketplace.kernel.text import Text
from marketplace.kintone.client import Reply
from tests.bundle.factories import make_app, make_bundle, make_field
from tests.installs.fake_kintone import refusal, reply


def tamper(worker, change):
    """Change the apps in use just before they are read back."""

    def before(_index, method, path):
        if method == "GET" and path == "/k/v1/app/settings.json":
            for app in worker.kintone.published().values():
                change(app.live)

    worker.kintone.before = before


def verify(worker, bundle=None, **changes):
    import_id = worker.order(bundle, **changes)
    worker.run(import_id)
    progress = worker.progress(import_id)
    assert progress.failure is None
    assert progress.import_.state is ImportState.SUCCEEDED
    assert progress.steps[-1].kind is StepKind.VERIFY
    return Verification.from_document(progress.steps[-1].outcome)


def test_apps_that_came_out_as_the_bundle_says_are_identical(worker):
    assert verify(worker) == Verification((), 0, ())


@pytest.mark.parametrize("code", ["sato", ""])
def test_placeholders_count_as_what_they_became(worker, code):
    assert verify(worker, placeholders={"section-chief": code}).result is Result.IDENTICAL


def bundle_with_a_script():
    script = {"type": "FILE", "file": {"path": "files/a.js"}}
    app = make_app("申請", make_field("DATE", "日"), customize={"scope": "ALL", "desktop": {"js": [script]}})
    return make_bundle({"request": app}, files={"apps/request/files/a.js": "1;"})


def test_a_file_is_read_back_by_its_content(worker):
    assert verify(worker, bundle_with_a_script(), placeholders={}).result is Result.IDENTICAL


def test_another_content_under_the_same_name_is_told(worker):
    def spoil(_live):
        worker.kintone.attached = dict.fromkeys(worker.kintone.attached, b"2;")

    tamper(worker, spoil)
    found = verify(worker, bundle_with_a_script(), placeholders={})
    assert [one.pointer for one in found.differences] == ["/desktop/js/0/file/sha256"]


def test_a_setting_that_became_another_is_told_with_both_values(worker):
    def change(live):
        if "申請者名" in live["fields"]:
            live["fields"]["申請者名"]["maxLength"] = "32"

    tamper(worker, change)
    found = verify(worker)
    assert found.differences == (Difference("request", "fields", "/properties/申請者名/maxLength", '"64"', '"32"'),)
    assert found.result is Result.DIFFERENT


def test_what_is_missing_and_what_is_too_much_is_told(worker):
    def change(live):
        if "申請者名" in live["fields"]:
            del live["fields"]["申請者名"]
            live["app/views"]["views"]["余分"] = {"type": "LIST", "index": "1", "fields": []}

    tamper(worker, change)
    found = {(one.part, one.pointer): (one.wanted is None, one.found is None) for one in verify(worker).differences}
    assert found == {("fields", "/properties/申請者名"): (False, True), ("views", "/views/余分"): (True, False)}


def test_a_difference_is_noted_on_its_step(worker):
    tamper(worker, lambda live: live["settings"].update(theme="RED"))
    import_id = worker.order()
    worker.run(import_id)
    assert "異なる設定が3件" in worker.progress(import_id).steps[-1].notes[0].ja


def test_what_kintone_refuses_to_tell_is_named_and_ends_nothing(worker):
    def before(_index, method, path):
        refused = method == "GET" and path == "/k/v1/record/acl.json"
        return refusal(403, "CB_NO02", "権限がありません。") if refused else None

    worker.kintone.before = before
    found = verify(worker)
    assert found.result is Result.INCOMPLETE
    assert [(one.app, one.part, one.subject) for one in found.unread] == [("request", "permissions", "record")]
    assert "CB_NO02" in found.unread[0].reason.ja


@pytest.mark.parametrize("document", [{}, {"properties": 1}, {"properties": {"件名": []}}, {"layout": [{}]}])
def test_answers_without_sense_end_nothing(worker, document):
    def before(_index, method, path):
        return reply(200, document) if method == "GET" and path.startswith("/k/v1/app/form/") else None

    worker.kintone.before = before
    bundle = make_bundle({"request": make_app("申請", make_field("DATE", "日"))})
    assert verify(worker, bundle, placeholders={}).result is not Result.IDENTICAL


def test_it_is_kept_as_it_was(worker):
    difference = Difference("request", "views", "/views/一覧", None, '{"index": "0"}')
    made = Verification((difference,), 700, (UnreadPart("request", "fields", "", Text("断り", "refused")),))
    assert Verification.from_document(made.as_document()) == made


def test_a_reading_that_was_broken_off_is_done_again(worker):
    asked = []

    def before(_index, method, path):
        asked.append(path)
        if method == "GET" and path == "/k/v1/app/views.json" and asked.count(path) == 1:
            return refusal(503, "CB_MT01")
        return None

    worker.kintone.before = before
    assert verify(worker).result is Result.IDENTICAL
    assert len(worker.pauses) == 1


@pytest.mark.parametrize("status", [200, 503])
def test_a_page_of_a_proxy_among_the_answers_is_no_difference(worker, status):
    page = Reply(status, b"<p>Sign in</p>", {"Content-Type": "text/html"})
    shown = []

    def before(_index, method, path):
        if method == "GET" and path == "/k/v1/app/form/layout.json" and len(shown) < 2:
            shown.append(path)
            return page
        return None

    worker.kintone.before = before
    assert verify(worker).result is Result.IDENTICAL
    assert len(shown) == 2


def test_pages_that_stay_leave_the_verification_incomplete(worker):
    def before(_index, method, path):
        page = Reply(200, b"<p>Sign in</p>", {"Content-Type": "text/html"})
        return page if (method, path) == ("GET", "/k/v1/app/views.json") else None

    worker.kintone.before = before
    assert verify(worker).result is Result.INCOMPLETE
