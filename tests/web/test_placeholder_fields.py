"""The order and the groups of the placeholders in the form of an installation."""

from __future__ import annotations

from marketplace.kernel.text import Language
from marketplace.web.placeholder_fields import placeholder_groups
from tests.bundle.factories import make_app, make_bundle, make_field, make_manifest


def told(*codes):
    """Return notifications to placeholders."""
    targets = [{"entity": {"type": "USER", "code": f"{{{{{code}}}}}"}, "recordAdded": True} for code in codes]
    return {"general": {"notifications": targets, "notifyToCommenter": True}}


def declared(key):
    return {"key": key, "kind": "USER", "label": {"ja": key, "en": key}}


def groups(apps, *keys):
    manifest = make_manifest(*apps, placeholders=[declared(key) for key in keys])
    found = placeholder_groups(make_bundle(apps, manifest=manifest), {}, Language.JA)
    return [(group.app, [field.name.removeprefix("placeholder-") for field in group.fields]) for group in found], found


def app(name, *codes):
    return make_app(name, make_field("SINGLE_LINE_TEXT", "件名"), notifications=told(*codes))


def test_placeholders_stand_under_the_app_that_uses_them_first_in_the_order_of_use():
    apps = {"main": app("補助金申請", "chief", "clerk"), "ledger": app("台帳", "keeper", "clerk")}
    named, found = groups(apps, "keeper", "clerk", "unused", "chief")
    assert named == [("補助金申請", ["chief", "clerk"]), ("台帳", ["keeper"]), ("", ["unused"])]
    hints = [field.hint for group in found for field in group.fields]
    assert [("「台帳」でも使います。" in hint) for hint in hints] == [False, True, False, False]


def test_the_app_that_the_template_has_its_name_from_comes_first():
    apps = {"ledger": app("台帳", "keeper"), "subsidy-grant-management": app("補助金申請", "chief")}
    named, _ = groups(apps, "keeper", "chief")
    assert named == [("補助金申請", ["chief"]), ("台帳", ["keeper"])]


def test_one_app_goes_without_saying():
    named, _ = groups({"main": app("補助金申請", "chief")}, "chief")
    assert named == [("", ["chief"])]
