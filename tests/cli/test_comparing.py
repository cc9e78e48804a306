"""`yokoten diff`: what changed, and the number it owes."""

from __future__ import annotations

import pytest

from marketplace.cli.outcomes import Outcome
from tests.bundle.factories import make_app, make_field, make_manifest
from tests.catalog.first_party import CATALOG

OLD, NEW = CATALOG / "vaccination-reservation/1.0.0", CATALOG / "vaccination-reservation/2.0.0"


def make_versions(write_folder, number, *added):
    old = write_folder("old", apps={"request": make_app("申請", make_field("SINGLE_LINE_TEXT", "件名"))})
    fields = [make_field("SINGLE_LINE_TEXT", code) for code in ("件名", *added)]
    manifest = make_manifest("request", version=number)
    return old, write_folder("new", apps={"request": make_app("申請", *fields)}, manifest=manifest)


def test_changes_are_told_by_what_they_mean_with_the_number_they_owe(yokoten):
    told = yokoten("diff", OLD, NEW).stdout
    assert told.index("互換性のない変更") < told.index("追加・拡張") < told.index("見た目・説明")
    assert "必要な版番号：2.0.0 以上（2.0.0 は足りています）" in told


@pytest.mark.parametrize(("number", "exit_code"), [("1.1.0", Outcome.DONE), ("1.0.1", Outcome.FINDINGS)])
def test_a_number_that_is_too_small_fails_the_check(yokoten, write_folder, number, exit_code):
    old, new = make_versions(write_folder, number, "備考")
    document = yokoten.json("diff", old, new, "--check-version", exit_code=exit_code)
    assert (document["bump"], document["least_version"]) == ("minor", "1.1.0")
    assert document["version_is_enough"] is (exit_code == Outcome.DONE)
    assert "additive" in {change["impact"] for change in document["changes"]}


def test_differences_change_the_exit_code_only_on_request(yokoten, write_folder):
    old, new = make_versions(write_folder, "1.1.0", "備考")
    yokoten("diff", old, new)
    yokoten("diff", old, new, "--exit-code", exit_code=Outcome.FINDINGS)
    assert yokoten("diff", old, old, "--exit-code", "--check-version").stdout == "差分はありません。\n"


def test_what_is_neither_a_file_nor_a_template_is_a_mistake_of_usage(yokoten, write_folder):
    told = yokoten("diff", "nowhere", write_folder(), exit_code=Outcome.USAGE).stderr
    assert "publisher/slug" in told


def test_a_template_of_the_service_needs_a_service(yokoten, write_folder):
    told = yokoten("diff", "yokoten/handover-notes", write_folder(), exit_code=Outcome.USAGE).stderr
    assert "yokoten login" in told
