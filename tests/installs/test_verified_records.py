"""At its end an import compares the sample records too, and tells what people did to them from what went wrong."""

from __future__ import annotations

import pytest

from marketplace.installs.verification import ChangedRecord, Result, Since, Verification
from marketplace.kintone.client import KintoneClient
from marketplace.kintone.record_matching import RecordMatch
from marketplace.kintone.samples import record_bodies, sample_records
from marketplace.kintone.translation import Target
from tests.bundle.factories import make_app, make_bundle, make_field, make_manifest, make_options
from tests.fakes import FixedClock
from tests.installs.fake_kintone import refusal, reply
from tests.installs.test_builtin_workspace import BuiltIn
from tests.installs.test_verification import verify


class Meanwhile:
    """Does something in a real workspace between the last write and the first read of the verification."""

    def __init__(self, built_in, act):
        self.client = built_in.client
        self.transport, self.act = self.client.transport, act

    def send(self, method, path, **sent):
        if method == "GET" and path == "/k/v1/app/settings.json" and self.act is not None:
            act, self.act = self.act, None
            act(self.client)
        return self.transport.send(method, path, **sent)


def verify_after(worker, act):
    """Install three apps with their samples into a real workspace where something happens just before the reading."""
    built_in = BuiltIn(worker)
    import_id = built_in.order()
    built_in.run(import_id, lambda *_workspace: KintoneClient(Meanwhile(built_in, act)))
    progress = worker.progress(import_id)
    assert progress.failure is None, progress.failure
    return Verification.from_document(progress.steps[-1].outcome)


def update(client, app_id, **cells):
    record = {code: {"value": value} for code, value in cells.items()}
    client.call("PUT", "record.json", body={"app": app_id, "id": "1", "record": record})


def test_the_sample_records_are_compared_value_by_value(worker):
    assert verify_after(worker, lambda _client: None) == Verification((), 0, ())


def test_a_sample_record_somebody_edited_since_is_told_and_is_no_difference(worker):
    found = verify_after(worker, lambda client: update(client, "3", 制度名="別の名前"))
    assert found == Verification((), 0, (), (ChangedRecord("program", "1", Since.EDITED),))
    assert found.result is Result.IDENTICAL


def test_an_edit_that_changes_nothing_of_the_sample_is_not_even_told(worker):
    assert verify_after(worker, lambda client: update(client, "3", 制度コード="S-01")) == Verification((), 0, ())


def test_a_sample_record_somebody_deleted_since_is_told(worker):
    found = verify_after(worker, lambda client: client.call("DELETE", "records.json", body={"app": "3", "ids": ["2"]}))
    assert (found.result, found.changed) == (Result.IDENTICAL, (ChangedRecord("program", "2", Since.GONE),))


def test_a_record_somebody_added_since_is_told(worker):
    def add(client):
        client.add_records("3", [{"制度コード": {"value": "S-03"}, "制度名": {"value": "新設"}}])

    assert verify_after(worker, add).changed == (ChangedRecord("program", "3", Since.ADDED),)


SAMPLE_FIELDS = [
    make_field("SINGLE_LINE_TEXT", "文字"),
    make_field("NUMBER", "数値"),
    make_field("DATETIME", "日時"),
    make_field("TIME", "時刻"),
    make_field("CHECK_BOX", "複数", options=make_options("甲", "乙"), defaultValue=[]),
    make_field("RICH_TEXT", "装飾"),
    make_field("USER_SELECT", "担当", entities=[], defaultValue=[]),
    make_field("FILE", "添付"),
    make_field("SUBTABLE", "表", fields={"列": make_field("NUMBER", "列")}),
    make_field("CALC", "計算", expression="数値 * 2"),
]
SAMPLE = {
    "文字": "R{{fiscal_year}}",
    "数値": "1e3",
    "日時": "{{now-3h}}",
    "時刻": "9:05",
    "複数": ["乙", "甲"],
    "装飾": "<b>太字</b>",
    "担当": [{"code": "{{chief}}"}],
    "添付": [{"path": "files/a.txt"}],
    "表": [{"value": {"列": {"value": "1"}}}, {"value": {"列": {"value": "2"}}}],
}


def every_sample(**changes):
    """Return a bundle whose one record has a value of each kind."""
    cells = {code: {"value": value} for code, value in {**SAMPLE, **changes}.items()}
    app = make_app("申請", *SAMPLE_FIELDS, records={"records": [cells]})
    chief = {"key": "chief", "kind": "USER", "label": {"ja": "所属長"}}
    files = {"apps/request/files/a.txt": "内容"}
    return make_bundle({"request": app}, manifest=make_manifest("request", placeholders=[chief]), files=files)


@pytest.mark.parametrize("codes", [{"chief": "sato"}, {}], ids=["mapped", "open"])
def test_values_are_the_same_however_kintone_writes_them(worker, codes):
    built_in = BuiltIn(worker)
    import_id = built_in.order(every_sample(), placeholders=codes)
    built_in.run(import_id)
    assert worker.progress(import_id).steps[-1].outcome["differences"] == []


@pytest.mark.parametrize(
    ("code", "value"),
    [
        ("文字", "R2025"), ("数値", "1000.5"), ("日時", "2026-11-22T22:31:00Z"), ("時刻", "09:06"), ("複数", ["甲"]),
        ("装飾", "細字"), ("担当", []), ("添付", []), ("表", [{"value": {"列": {"value": "1"}}}]),
        ("表", [{"value": {"列": {"value": "1"}}}, {"value": {"列": {"value": "3"}}}]),
    ],
)  # fmt: skip
def test_a_value_that_became_another_is_told(code, value):
    app = every_sample().app("request")
    target = Target({}, {"chief": "sato"})
    now = FixedClock()()
    [wanted] = record_bodies(app, sample_records(app), target, send=str, now=now)
    shown = {name: {"value": one["value"]} for name, one in wanted.items()}
    shown["添付"] = {"value": [{"fileKey": "k", "name": "a.txt", "size": "6"}]}
    assert list(RecordMatch(app).compare(wanted, shown)) == []
    [(pointer, _mine, _theirs)] = RecordMatch(app).compare(wanted, shown | {code: {"value": value}})
    assert pointer.startswith(f"/{code}")


def test_a_sample_record_that_kintone_kept_otherwise_is_a_difference(worker):
    """The record of the request is written as a kintone would that lost a value, without anybody's later hand."""

    def lose(_index, method, path):
        if method == "GET" and path == "/k/v1/app/settings.json":
            for app in worker.kintone.published().values():
                for record in app.records.values():
                    record["cells"].pop("申請者名", None)
                    if "地区" in record["cells"]:
                        record["cells"]["地区"] = {"value": "西地区"}
                    record["status"] = "受付" if record["status"] else None

    worker.kintone.before = lose
    found = verify(worker)
    assert [one.pointer for one in found.differences] == ["/records/0/地区", "/records/0/$status"]
    assert [(one.part, one.subject) for one in found.unread] == [("records", "申請者名")]


def test_a_second_copy_of_a_sample_record_is_a_difference(worker):
    def double(_index, method, path):
        if method == "GET" and path == "/k/v1/app/settings.json":
            for app in worker.kintone.published().values():
                if app.records:
                    app.records[9] = app.records[1]

    worker.kintone.before = double
    found = verify(worker)
    assert {one.pointer for one in found.differences} == {"/records/1", "/records/2"}
    assert found.changed == ()


def test_records_that_may_not_be_read_are_named(worker):
    def refuse(_index, method, path):
        return refusal(403, "CB_NO02") if (method, path) == ("GET", "/k/v1/records.json") else None

    records = {"records": [{"日": {"value": "{{today}}"}}]}
    worker.kintone.before = refuse
    bundle = make_bundle({"request": make_app("申請", make_field("DATE", "日"), records=records)})
    found = verify(worker, bundle, placeholders={})
    assert (found.result, found.unread[0].part) == (Result.INCOMPLETE, "records")


@pytest.mark.parametrize("records", [[{}], [{"$id": {"value": "1"}, "日": 1}], [{"$id": {"value": "x"}}] * 500])
def test_answers_on_records_without_sense_end_nothing(worker, records):
    def before(_index, method, path):
        return reply(200, {"records": records}) if (method, path) == ("GET", "/k/v1/records.json") else None

    worker.kintone.before = before
    samples = {"records": [{"日": {"value": "{{today}}"}}]}
    bundle = make_bundle({"request": make_app("申請", make_field("DATE", "日"), records=samples)})
    assert verify(worker, bundle, placeholders={}).result is not Result.DIFFERENT
