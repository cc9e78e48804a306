"""Apps that live in a workspace become a draft bundle, with a report on what came along."""

from __future__ import annotations

import json

import pytest

from marketplace.bundle.model import PartName, PlaceholderKind
from marketplace.bundle.writing import write_zip
from marketplace.kintone.client import KintoneClient
from marketplace.publishing.errors import NothingToExportError
from marketplace.publishing.exports.drafting import ExportOrder, Replacement, export_apps
from tests.bundle.factories import make_joined_bundle
from tests.installs.conftest import worker  # noqa: F401 - a fixture
from tests.installs.fake_kintone import refusal
from tests.installs.test_builtin_workspace import BuiltIn

ORDER = ExportOrder("own-apps", "自作アプリ", "自作のアプリ一式です。", "sangyo", "CC-BY-4.0")


@pytest.fixture
def workspace(worker):  # noqa: F811 - the fixture
    """A workspace with three joined apps: a report, the request it looks up, and the program that one looks up."""
    built_in = BuiltIn(worker)
    import_id = built_in.order(sample_records=False)
    built_in.run(import_id)
    built_in.app_ids = worker.progress(import_id).app_ids
    return built_in


def export(workspace, *keys):
    return export_apps(workspace.client, [workspace.app_ids[key] for key in keys], ORDER)


def test_the_apps_that_an_app_needs_come_along(workspace):
    made = export(workspace, "report")
    assert [(app.name, app.was_chosen) for app in made.carried] == [
        ("実績報告", True),
        ("補助金申請", False),
        ("補助制度マスタ", False),
    ]
    lookup = made.bundle.apps[0].fields["申請番号"]["lookup"]
    assert lookup["relatedApp"] == {"app": "app-2"}
    assert (made.lost_apps, made.left) == ((), ())


def test_the_bundle_passes_every_check_but_what_the_author_still_owes(workspace):
    assert [finding.as_dict() for finding in export(workspace, "request").findings if finding.is_error] == []


def test_no_code_of_a_user_is_in_it_and_the_report_tells_who_was_replaced(workspace):
    made = export(workspace, "request")
    assert made.replaced == (Replacement("user-1", PlaceholderKind.USER, "sato"),)
    assert b"sato" not in write_zip(made.bundle)
    assert [one.key for one in made.bundle.manifest.placeholders] == ["user-1"]


def test_it_holds_what_the_apps_were_made_of(workspace):
    made = export(workspace, "request")
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
        if (sent.get("params") or {}).get("app") == self.app_id:
            return refusal(403, "CB_NO02", "権限がありません。")
        return self.transport.send(method, path, **sent)


def test_an_app_out_of_reach_is_named_with_all_that_pointed_to_it(workspace):
    hidden = workspace.app_ids["program"]
    client = KintoneClient(Hiding(workspace.client.transport, hidden))
    made = export_apps(client, [workspace.app_ids["request"]], ORDER)
    assert [one.app_id for one in made.lost_apps] == [hidden]
    assert [one.subject for one in made.left] == ["制度コード"]
    request = made.bundle.apps[0]
    assert "lookup" not in request.fields["制度コード"]
    assert not [finding.as_dict() for finding in made.findings if finding.is_error]


def test_without_a_single_readable_app_there_is_nothing_to_export(workspace):
    with pytest.raises(NothingToExportError):
        export_apps(workspace.client, ["99"], ORDER)
