"""Apps that live in a workspace become a draft bundle, with a report on what came along."""

from __future__ import annotations

import json

import pytest

from marketplace.bundle.checking import check
from marketplace.bundle.model import PartName, PlaceholderKind
from marketplace.bundle.writing import write_zip
from marketplace.exports.drafting import draft_apps
from marketplace.exports.errors import AppsOutOfReachError
from marketplace.exports.history import History
from marketplace.exports.inputs import ExportOrder, PlaceholderWish
from marketplace.exports.papers import DRAWING, draft_bundle
from marketplace.exports.report import Report, UsedIn
from marketplace.kernel.text import Text
from marketplace.kintone.client import KintoneClient
from tests.bundle.factories import make_bundle, make_joined_bundle, make_simple_app
from tests.exports.factories import TEXTS
from tests.installs.fake_kintone import refusal


def export(kintone, *keys, client=None, **changes):
    order = ExportOrder(tuple(kintone.app_ids[key] for key in keys), **{**TEXTS, **changes})
    return draft_apps(client or kintone.client, order, History(), lambda _progress: None)


def test_the_apps_that_an_app_needs_come_along(kintone):
    made = export(kintone, "report")
    assert [(app.key, app.name, app.was_chosen) for app in made.report.carried] == [
        ("app-1", "実績報告", True),
        ("app-2", "補助金申請", False),
        ("app-3", "補助制度マスタ", False),
    ]
    lookup = made.bundle.apps[0].fields["申請番号"]["lookup"]
    assert lookup["relatedApp"] == {"app": "app-2"}
    assert (made.report.lost, made.report.left) == ((), ())


def test_the_bundle_passes_every_check_and_has_an_icon(kintone):
    made = export(kintone, "request")
    assert [finding.as_dict() for finding in check(made.bundle) if finding.is_error] == []
    assert made.bundle.images[made.bundle.manifest.icon] == DRAWING


def test_no_code_of_a_user_is_in_it_and_the_report_tells_who_was_replaced_and_where(kintone):
    made = export(kintone, "request")
    [replaced] = made.report.replaced
    assert (replaced.key, replaced.kind, replaced.code) == ("user-1", PlaceholderKind.USER, "sato")
    assert UsedIn("app-1", PartName.VIEWS) in replaced.places
    assert b"sato" not in write_zip(made.bundle)
    assert [one.key for one in made.bundle.manifest.placeholders] == ["user-1"]


def test_the_author_names_apps_and_placeholders(kintone):
    wishes = (PlaceholderWish("USER", "sato", label="所属長", label_en="Section chief"),)
    made = export(kintone, "request", keys={kintone.app_ids["request"]: "grant"}, placeholders=wishes)
    assert [app.key for app in made.bundle.apps] == ["grant", "app-1", "app-2"]
    [placeholder] = made.bundle.manifest.placeholders
    assert (placeholder.key, placeholder.label) == ("section-chief", Text("所属長", "Section chief"))


def test_it_holds_what_the_apps_were_made_of(kintone):
    made = export(kintone, "request")
    request = next(app for app in made.bundle.apps if app.name == "補助金申請")
    original = make_joined_bundle().app("request")
    assert request.fields.keys() == original.fields.keys()
    assert set(request.parts) == set(original.parts) - {PartName.RECORDS}
    assert "{{user-1}}" in json.dumps(request.parts[PartName.VIEWS])


class Hiding:
    """Carries calls on, but refuses whatever is about one app."""

    def __init__(self, transport, app_id):
        self.transport, self.app_id = transport, app_id

    def send(self, method, path, **sent):
        params = sent.get("params") or {}
        if self.app_id in {params.get("app"), params.get("id")}:
            return refusal(403, "CB_NO02", "権限がありません。")
        return self.transport.send(method, path, **sent)


def test_an_app_out_of_reach_is_named_with_the_right_that_is_missing_and_all_that_pointed_to_it(kintone):
    hidden = kintone.app_ids["program"]
    made = export(kintone, "request", client=KintoneClient(Hiding(kintone.client.transport, hidden)))
    [lost] = made.report.lost
    assert (lost.app_id, lost.was_chosen) == (hidden, False)
    assert "アプリ管理" in lost.reason.ja
    assert [one.subject for one in made.report.left] == ["制度コード"]
    request = made.bundle.apps[0]
    assert "lookup" not in request.fields["制度コード"]
    assert not [finding.as_dict() for finding in check(made.bundle) if finding.is_error]


def test_without_a_single_readable_app_each_reason_is_told(kintone):
    hidden = kintone.app_ids["request"]
    client = KintoneClient(Hiding(kintone.client.transport, hidden))
    order = ExportOrder((hidden, "99"), **TEXTS)
    with pytest.raises(AppsOutOfReachError) as caught:
        draft_apps(client, order, History(), lambda _progress: None)
    denied, gone = caught.value.reasons
    assert "アプリ管理" in denied.ja
    assert "見つかりません" in gone.ja


def test_the_progress_tells_each_app_by_its_name(kintone):
    seen = []
    order = ExportOrder((kintone.app_ids["report"],), **TEXTS)
    draft_apps(kintone.client, order, History(), seen.append)
    assert [progress.label.ja for progress in seen][:2] == [
        "アプリ「実績報告」の設定を読み出しています（1個中1個目）",
        "アプリ「補助金申請」の設定を読み出しています（2個中2個目）",
    ]


def test_records_come_along_only_where_they_are_asked_for(kintone):
    assert not [app for app in export(kintone, "report").bundle.apps if app.part(PartName.RECORDS)]
    made = export(kintone, "report", sample_records={kintone.app_ids["program"]: 5})
    assert [(app.name, app.records) for app in made.report.carried if app.records] == [("補助制度マスタ", 2)]


def test_records_of_every_app_pass_the_checks_and_name_nobody(kintone):
    made = export(kintone, "report", sample_records=dict.fromkeys(kintone.app_ids.values(), 10))
    assert [finding.as_dict() for finding in check(made.bundle)] == []
    assert b"sato" not in write_zip(made.bundle)
    request = next(app for app in made.bundle.apps if app.name == "補助金申請")
    [record] = request.parts[PartName.RECORDS]["records"]
    original = make_joined_bundle().app("request").parts[PartName.RECORDS]["records"][0]
    assert record["$status"] == original["$status"]
    assert record["担当者"] == {"value": [{"code": "{{user-1}}"}]}
    assert request.files[record["申請書"]["value"][0]["path"]]
    assert "制度名" not in record


def test_a_report_is_the_same_after_it_was_kept(kintone):
    report = export(kintone, "report").report
    assert Report.from_document(json.loads(json.dumps(report.as_document(), default=str))) == report


def test_the_next_version_of_a_set_names_the_templates_whose_apps_are_still_there():
    said = [
        {"template": slug, "version": "1.0.0", "apps": [key]} for slug, key in (("one", "first"), ("two", "second"))
    ]
    base = make_bundle({"first": make_simple_app(), "second": make_simple_app()}, includes=said)
    order = ExportOrder((), slug=base.manifest.slug)
    assert draft_bundle(order, base.apps, [], base).manifest.raw["includes"] == said
    assert draft_bundle(order, base.apps[:1], [], base).manifest.raw["includes"] == said[:1]
