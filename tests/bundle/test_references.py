"""Which apps refer to which, and in which rounds they are installed."""

from __future__ import annotations

from marketplace.bundle.references import app_references, install_order, list_references
from tests.bundle.factories import make_app, make_bundle, make_field, make_joined_bundle


def looking_up(*keys: str):
    lookups = [
        make_field("SINGLE_LINE_TEXT", f"参照{number}", lookup={"relatedApp": {"app": key}, "relatedKeyField": "番号"})
        for number, key in enumerate(keys)
    ]
    return make_app("台帳", make_field("SINGLE_LINE_TEXT", "番号", unique=True), *lookups)


def rounds(**needs: tuple[str, ...]) -> list[list[str]]:
    return install_order(make_bundle({key: looking_up(*targets) for key, targets in needs.items()}))


def test_references_come_from_lookups_related_records_and_actions():
    bundle = make_joined_bundle()
    assert app_references(bundle.app("request")) == {"program", "report"}
    assert app_references(bundle.app("program")) == {"request"}
    assert [reference.pointer for reference in list_references(bundle.app("program"))] == [
        "/properties/申請一覧/referenceTable/relatedApp/app",
    ]


def test_apps_are_installed_after_the_apps_they_look_up():
    assert install_order(make_joined_bundle()) == [["program"], ["request"], ["report"]]


def test_independent_apps_share_a_round_in_the_order_of_the_manifest():
    assert rounds(b=(), a=(), c=("a",)) == [["b", "a"], ["c"]]


def test_an_app_may_look_up_itself():
    assert rounds(a=("a",), b=("a",)) == [["a"], ["b"]]


def test_apps_that_look_up_each_other_are_kept_in_one_round():
    assert rounds(a=("b",), b=("a", "c"), c=(), d=("a",)) == [["c"], ["a", "b"], ["d"]]


def test_a_reference_to_an_app_outside_the_bundle_is_left_to_the_checks():
    assert rounds(a=("elsewhere",)) == [["a"]]
