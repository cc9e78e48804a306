"""A bundle's parts become the bodies kintone takes."""

from __future__ import annotations

from datetime import UTC, datetime

from marketplace.kintone import translation
from marketplace.kintone.samples import batches, count_files, record_bodies, sample_records, wanted_statuses
from marketplace.kintone.translation import Target
from tests.bundle.factories import make_app, make_bundle, make_field, make_joined_bundle

IDS = {"program": "11", "request": "12", "report": "13"}
MAPPED = Target(IDS, {"section-chief": "sato"})
UNMAPPED = Target(IDS, {})
NOON = datetime(2026, 3, 31, 3, 0, tzinfo=UTC)


def request_app():
    return make_joined_bundle().app("request")


def one_app(*fields, **parts):
    return make_bundle({"one": make_app("アプリ", *fields, **parts)}).app("one")


def test_lookups_name_apps_by_their_ids():
    body = translation.fields_body(request_app(), ["制度コード"], MAPPED)
    assert body["制度コード"]["lookup"]["relatedApp"] == {"app": "11"}


def test_related_records_name_apps_by_their_ids():
    body = translation.fields_body(make_joined_bundle().app("program"), ["申請一覧"], MAPPED)
    assert body["申請一覧"]["referenceTable"]["relatedApp"] == {"app": "12"}


def test_actions_name_apps_by_their_ids():
    body = translation.actions_body(request_app(), MAPPED)
    assert body["actions"]["実績報告を作る"]["destApp"] == {"app": "13"}


def test_a_mapped_placeholder_becomes_its_code():
    body = translation.process_body(request_app(), MAPPED)
    assert body["states"]["審査中"]["assignee"]["entities"][0]["entity"] == {"type": "USER", "code": "sato"}


def test_an_unmapped_placeholder_is_left_out():
    assert translation.process_body(request_app(), UNMAPPED)["states"]["審査中"]["assignee"]["entities"] == []


def test_built_in_fields_are_matched_by_type_and_renamed():
    app = one_app(make_field("CREATED_TIME", "受付日時"), make_field("SINGLE_LINE_TEXT", "件名"))
    present = {"Created_datetime": {"type": "CREATED_TIME", "code": "Created_datetime", "label": "Created datetime"}}
    changes = translation.built_in_changes(app, present)
    assert list(changes) == ["Created_datetime"]
    assert changes["Created_datetime"]["code"] == "受付日時"


def test_a_built_in_field_that_is_right_already_is_left_alone():
    field = make_field("CREATED_TIME", "作成日時")
    assert translation.built_in_changes(one_app(field, make_field("DATE", "日")), {"作成日時": field}) == {}


def test_rights_on_an_app_that_lose_everybody_leave_it_to_its_creator():
    rights = [{"entity": {"type": "GROUP", "code": "{{staff}}"}, "recordViewable": True}]
    placeholder = {"key": "staff", "kind": "GROUP", "label": {"ja": "職員", "en": "Staff"}}
    app = make_bundle(
        {"one": make_app("アプリ", make_field("DATE", "日"), permissions={"app": {"rights": rights}})},
        placeholders=[placeholder],
    ).app("one")
    [right] = translation.permissions_bodies(app, UNMAPPED)["app"]["rights"]
    assert right["entity"] == {"type": "CREATOR"}


def test_empty_groups_of_notifications_are_left_out():
    assert set(translation.notification_bodies(request_app(), MAPPED)) == {"general", "perRecord", "reminder"}
    assert set(translation.notification_bodies(request_app(), UNMAPPED)) == {"general", "reminder"}


def test_files_are_uploaded_and_named_by_their_keys():
    script = {"type": "FILE", "file": {"path": "files/a.js"}}
    link = {"type": "URL", "url": "https://example.jp/x.js"}
    parts = make_app(
        "アプリ", make_field("DATE", "日"), customize={"scope": "ALL", "desktop": {"js": [script, link], "css": []}}
    )
    app = make_bundle({"one": parts}, files={"apps/one/files/a.js": "1;"}).app("one")
    body = translation.customize_body(app, MAPPED, {"files/a.js": "key-1"}.__getitem__)
    assert body["desktop"]["js"] == [{"type": "FILE", "file": {"fileKey": "key-1"}}, link]


def test_sample_records_are_resolved_as_of_the_import():
    app = request_app()
    [record] = record_bodies(app, sample_records(app), MAPPED, send=lambda _path: "key-1", now=NOON)
    assert record["申請番号"]["value"] == "R2025-001"
    assert record["受付日"]["value"] == "2026-03-17"
    assert record["面談日時"]["value"] == "2026-04-01T01:00:00Z"
    assert record["担当者"]["value"] == [{"code": "sato"}]
    assert record["申請書"]["value"] == [{"fileKey": "key-1"}]
    assert record["経費明細"]["value"] == [{"value": {"費目": {"value": "印刷費"}, "金額": {"value": "30000"}}}]
    assert "$status" not in record


def test_the_states_of_samples_are_kept_apart():
    assert wanted_statuses(request_app()) == ["審査中"]


def test_each_file_of_a_sample_is_one_upload():
    assert count_files(request_app()) == 1


def test_samples_go_in_batches_of_a_hundred():
    records = [{"件名": {"value": str(number)}} for number in range(205)]
    app = one_app(make_field("SINGLE_LINE_TEXT", "件名"), records={"records": records})
    assert [len(batch) for batch in batches(app)] == [100, 100, 5]


def test_a_sample_that_looks_up_another_of_its_app_comes_in_a_later_batch():
    parent = {
        "relatedApp": {"app": "one"},
        "relatedKeyField": "番号",
        "fieldMappings": [],
        "lookupPickerFields": [],
        "filterCond": "",
        "sort": "",
    }
    app = one_app(
        make_field("SINGLE_LINE_TEXT", "番号", unique=True),
        make_field("SINGLE_LINE_TEXT", "親", lookup=parent),
        records={
            "records": [
                {"番号": {"value": "1"}},
                {"番号": {"value": "2"}, "親": {"value": "1"}},
                {"番号": {"value": "3"}, "親": {"value": "1"}},
                {"番号": {"value": "4"}, "親": {"value": "3"}},
            ]
        },
    )
    assert [len(batch) for batch in batches(app)] == [1, 2, 1]
