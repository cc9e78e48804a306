"""An app that was read back is written as its author wrote it, wherever nobody changed it."""

from __future__ import annotations

from dataclasses import replace

from marketplace.bundle.model import AppDefinition, PartName
from marketplace.bundle.wording import keep_wording
from tests.bundle.factories import make_app, make_field

NOTIFY = {"general": {"notifications": []}}


def app_with(**parts):
    made = make_app("申請", make_field("SINGLE_LINE_TEXT", "件名"), **parts)
    return AppDefinition("request", {PartName(part): content for part, content in made.items()})


def settled(written, found, expected=None):
    return keep_wording(written, expected or written, found)


def with_field(app, **attributes):
    field = {**app.fields["件名"], **attributes}
    return replace(app, parts={**app.parts, PartName.FIELDS: {"properties": {**app.fields, "件名": field}}})


def test_what_kintone_adds_of_its_own_and_what_it_leaves_out_makes_no_difference():
    written = app_with(notifications=NOTIFY)
    found = with_field(replace(written, parts={**written.parts}), align="HORIZONTAL", unique=False, maxLength="")
    found = replace(found, parts={part: one for part, one in found.parts.items() if part != "notifications"})
    assert settled(written, found) == written


def test_what_somebody_set_stands_even_where_the_author_said_nothing():
    written = app_with()
    assert settled(written, with_field(written, maxLength="10")).fields["件名"]["maxLength"] == "10"


def test_a_change_beside_leaves_the_rest_in_the_author_s_words():
    old = {"一覧": {"type": "LIST", "name": "一覧", "index": 0, "filterCond": "", "sort": ""}}
    written = app_with(views={"views": old})
    found_views = {
        "一覧": {**old["一覧"], "index": "0", "sort": "レコード番号 desc", "pager": True},
        "新": {"index": "1"},
    }
    found = replace(written, parts={**written.parts, PartName.VIEWS: {"views": found_views}})
    views = settled(written, found).parts[PartName.VIEWS]["views"]
    assert views == {"一覧": old["一覧"], "新": {"index": "1"}}


def test_a_placeholder_that_was_left_out_at_the_install_is_still_the_author_s():
    targets = {
        "targets": [{"entity": {"type": "USER", "code": "{{chief}}"}}, {"entity": {"type": "GROUP", "code": "x"}}]
    }
    left = {"targets": targets["targets"][1:]}
    written = app_with(actions={"actions": {"移す": targets}})
    expected = app_with(actions={"actions": {"移す": left}})
    assert settled(written, expected, expected) == written


def test_what_was_removed_is_gone():
    written = app_with(views={"views": {"一覧": {"index": "0"}, "旧": {"index": "1"}}})
    found = replace(written, parts={**written.parts, PartName.VIEWS: {"views": {"一覧": {"index": "0"}}}})
    assert settled(written, found).parts[PartName.VIEWS] == {"views": {"一覧": {"index": "0"}}}


def test_files_keep_their_paths_while_their_content_is_the_same():
    def scripted(path, content):
        scripts = {"desktop": {"js": [{"type": "FILE", "file": {"path": path}}], "css": []}}
        return replace(app_with(customize=scripts), files={path: content})

    written = scripted("files/Own.js", b"1")
    assert settled(written, scripted("files/own.js", b"1")) == written
    changed = scripted("files/own.js", b"2")
    assert settled(written, changed) == changed
