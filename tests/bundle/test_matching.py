"""What counts as a difference between what an app should be and what it is."""

from __future__ import annotations

import pytest

from marketplace.bundle.matching import match_apps
from marketplace.bundle.model import AppDefinition, PartName

FIELD = {"type": "SINGLE_LINE_TEXT", "code": "件名", "label": "件名"}


def app(part, content, file=b""):
    """Make an app of one part."""
    return AppDefinition("a", {PartName(part): content}, {"files/x": file})


def places(part, wanted, found):
    """Return where two versions of one part differ."""
    return [one.pointer for one in match_apps(app(part, wanted), app(part, found))]


def numbered(**indexes):
    """Make views that have nothing but their numbers."""
    return {"views": {name: {"index": index} for name, index in indexes.items()}}


def lookup(sort):
    """Make a form of one lookup."""
    return {"properties": {"品": {"lookup": {"sort": sort}}}}


@pytest.mark.parametrize(
    ("part", "wanted", "found"),
    [
        ("settings", {"name": "a"}, {"name": "a", "theme": "BLUE"}),
        ("settings", {"firstMonthOfFiscalYear": 4}, {"firstMonthOfFiscalYear": "4"}),
        ("settings", {"description": ""}, {}),
        ("permissions", {"record": {"rights": []}}, {}),
        ("permissions", {"app": {"rights": [{"includeSubs": False}]}}, {"app": {"rights": [{}]}}),
        ("fields", {"properties": {"件名": FIELD}}, {"properties": {"件名": FIELD, "作成者": {"type": "CREATOR"}}}),
        ("views", numbered(甲="2", 乙="7"), numbered(甲="0", 乙="1")),
        ("views", {"views": {}}, {"views": {"(自分)": {"index": "0", "builtinType": "ASSIGNEE"}}}),
        ("fields", lookup(""), lookup("番号 desc")),
        ("customize", {"desktop": {"js": [{"path": "files/x"}]}}, {"desktop": {"js": [{"path": "files/x"}]}}),
    ],
)
def test_what_kintone_writes_in_its_own_way_is_the_same(part, wanted, found):
    assert places(part, wanted, found) == []


@pytest.mark.parametrize(
    ("part", "wanted", "found", "pointer"),
    [
        ("settings", {"enableComments": True}, {}, "/enableComments"),
        ("settings", {"enableComments": False}, {"enableComments": True}, "/enableComments"),
        ("fields", {"properties": {"件名": FIELD}}, {"properties": {}}, "/properties/件名"),
        ("fields", {"properties": {}}, {"properties": {"件名": FIELD}}, "/properties/件名"),
        ("views", numbered(甲="0", 乙="1"), numbered(甲="1", 乙="0"), "/views/甲/index"),
        ("process", {"states": {"a/b": {"name": "a"}}}, {"states": {"a/b": {"name": "b"}}}, "/states/a~1b/name"),
        ("permissions", {"app": {"rights": [{}]}}, {"app": {"rights": [{}, {}]}}, "/app/rights"),
        ("layout", {"layout": []}, {"layout": [{"type": "ROW"}]}, "/layout"),
    ],
)
def test_what_is_otherwise_is_found_where_it_is(part, wanted, found, pointer):
    assert places(part, wanted, found)[0] == pointer


def test_a_plug_in_is_known_by_its_id():
    wanted, found = {"plugins": [{"id": "a", "name": "帳票"}]}, {"plugins": [{"id": "a", "name": "Report"}]}
    assert places("plugins", wanted, found) == []
    assert places("plugins", wanted, {"plugins": [{"id": "b", "name": "帳票"}]}) == ["/plugins/0/id"]


def test_a_file_differs_by_its_content_and_not_by_its_name():
    part = {"icon": {"path": "files/x"}}
    [one] = match_apps(app("settings", part, b"1"), app("settings", part, b"2"))
    assert one.pointer == "/icon/sha256"


def test_a_part_that_is_missing_differs_as_a_whole():
    wanted = AppDefinition("a", {PartName.VIEWS: {"views": {"甲": {}}}})
    [one] = match_apps(wanted, AppDefinition("a", {}))
    assert (one.part, one.pointer, one.found) == (PartName.VIEWS, "", None)


def test_what_is_not_wanted_is_not_compared():
    assert match_apps(AppDefinition("a", {}), AppDefinition("a", {PartName.VIEWS: {"views": {"甲": {}}}})) == []
