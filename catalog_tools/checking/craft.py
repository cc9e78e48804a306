"""Rules of workmanship for templates that have a source: what makes an app one that is used."""

from __future__ import annotations

import re
from collections.abc import Iterator

from catalog_tools.checking.flaws import Flaw, part_of
from catalog_tools.expanding import Expansion
from catalog_tools.parts.app import AppParts
from marketplace.bundle.conditions import read_comparisons
from marketplace.bundle.model import AppDefinition, Bundle, JsonObject, PartName

FEWEST_VIEWS = 4
MOST_COLUMNS = 10
FEWEST_REPORTS = 2
WIDEST_ROW = 1000
SUMMARY = range(30, 121)
KEYWORDS = range(8, 31)
UNSIZED = 300
"""What a field without a width of its own takes, roughly."""


def craft_flaws(expansion: Expansion, bundle: Bundle) -> Iterator[Flaw]:
    """Yield what is missing or clumsy in a template and in the apps that its own source defines."""
    manifest = bundle.manifest
    if len(manifest.summary.ja) not in SUMMARY:
        yield Flaw(
            f"the summary has {len(manifest.summary.ja)} characters; 30 to 120 tell enough", part="template.json"
        )
    if len(manifest.keywords) not in KEYWORDS:
        yield Flaw(f"{len(manifest.keywords)} keywords; 8 to 30 help to find it", part="template.json")
    own = expansion.source.own_keys
    for key in own:
        app = bundle.app(key)
        yield from _views(app)
        yield from _reports(app)
        yield from _notices(app)
        yield from _form(app)
        yield from _expected(expansion.apps[key])
        yield from _personal(expansion.apps[key], bundle)
    if manifest.includes:
        return
    main = bundle.find_app(manifest.slug)
    if main is None:
        yield Flaw(f"no app has the key {manifest.slug}; the main app is named like the template", part="template.json")
    elif len(part_of(main, PartName.REPORTS).get("reports", ())) < FEWEST_REPORTS:
        yield Flaw(f"fewer than {FEWEST_REPORTS} reports (@reports)", main.key, "reports")


def _views(app: AppDefinition) -> Iterator[Flaw]:
    views = part_of(app, PartName.VIEWS).get("views", {})
    if len(views) < FEWEST_VIEWS:
        yield Flaw(f"{len(views)} views; people need at least {FEWEST_VIEWS}", app.key, "views")
    for name, view in views.items():
        if len(view.get("fields", ())) > MOST_COLUMNS:
            yield Flaw(f"“{name}” has {len(view['fields'])} columns; show at most {MOST_COLUMNS}", app.key, "views")
        if len(view.get("fields", ())) > len(set(view.get("fields", ()))):
            yield Flaw(f"“{name}” shows a field twice", app.key, "views")
    if _takes_users(app) and not any("LOGINUSER()" in view["filterCond"] for view in views.values()):
        yield Flaw("add a view of one's own tasks: MINE(担当者)", app.key, "views")


def _reports(app: AppDefinition) -> Iterator[Flaw]:
    for name, report in part_of(app, PartName.REPORTS).get("reports", {}).items():
        for group in report["groups"]:
            field = app.fields.get(group["code"], {})
            named = {comparison.field for comparison in read_comparisons(report["filterCond"])}
            if group.get("per") and not field.get("required", True) and group["code"] not in named:
                words = f"“{name}”: leave records without a date out: where FILLED({group['code']})"
                yield Flaw(words, app.key, "reports")


def _takes_users(app: AppDefinition) -> bool:
    return any(field["type"] == "USER_SELECT" and field["defaultValue"] for field in app.fields.values()) and bool(
        app.part(PartName.PROCESS)
    )


def _notices(app: AppDefinition) -> Iterator[Flaw]:
    notices = part_of(app, PartName.NOTIFICATIONS)
    timed = {notice["timing"]["code"] for notice in notices.get("reminder", {}).get("notifications", ())}
    for code, field in app.fields.items():
        if field["type"] in {"DATE", "DATETIME"} and code.endswith("期限") and code not in timed:
            yield Flaw(
                f"“{code}” is a deadline; remind of it (@notices: remind {code} -7d …)", app.key, "notifications"
            )
    if app.part(PartName.PROCESS) and not (notices.get("general", {}).get("notifications") or timed):
        yield Flaw("nobody is told anything; add @notices", app.key, "notifications")


def _form(app: AppDefinition) -> Iterator[Flaw]:
    groups = [row for row in app.parts[PartName.LAYOUT]["layout"] if row["type"] == "GROUP"]
    for group in groups:
        if not group["layout"]:
            yield Flaw(f"the group “{group['code']}” is empty", app.key, "fields", group["code"])
        for row in group["layout"]:
            width = sum(int(cell.get("size", {}).get("width") or UNSIZED) for cell in row["fields"])
            if width > WIDEST_ROW:
                codes = "、".join(cell.get("code", "") for cell in row["fields"])
                code = row["fields"][0].get("code")
                yield Flaw(f"the row {codes} is {width} wide; at most {WIDEST_ROW}", app.key, "fields", code)
    if not any(_is_step(row) for row in app.parts[PartName.LAYOUT]["layout"]):
        yield Flaw("add step lines that say what to do (“# 受付: …”)", app.key, "fields")
    for code, field in app.fields.items():
        if field["type"] != "GROUP" and re.search(r"[\s（）()「」・／/％%]", code):
            yield Flaw(
                f"“{code}”: a code is a short noun without signs; put the rest into the label 「…」",
                app.key,
                "fields",
                code,
            )


def _is_step(row: JsonObject) -> bool:
    return bool(row["type"] == "ROW" and row["fields"][0]["type"] == "LABEL")


def _expected(app: AppParts) -> Iterator[Flaw]:
    worked = {one.code for one in app.expected}
    for code, field in app.form.properties.items():
        if (field["type"] == "CALC" or field.get("expression")) and code not in worked:
            yield Flaw(f"work “{code}” out by hand in one sample: “= {code}: …” under it", app.key, "records", code)


def _personal(app: AppParts, bundle: Bundle) -> Iterator[Flaw]:
    data = bundle.manifest.personal_data
    everyone = app.parts["permissions"]["app"]["rights"][-1]
    if app.form.personal and (data is None or not data.handles):
        yield Flaw("fields are marked “!”, so say “personal: 氏名, …” in @template", part="template.json")
    if app.form.personal and everyone["recordViewable"]:
        yield Flaw("the app holds personal data, so “everyone: none”", app.key, "permissions")
