"""The page of texts: what the author says of the template, of each app, and of everybody who is replaced."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from werkzeug.datastructures import MultiDict

from marketplace.catalog.categories import CATEGORIES
from marketplace.exports.history import find_base
from marketplace.exports.papers import is_plain_label
from marketplace.exports.queries import Survey
from marketplace.kernel.text import Language, Text
from marketplace.web.exports.page import ShownReplacement, show_replacement

if TYPE_CHECKING:
    from marketplace.kernel.context import Context
    from marketplace.workspaces.models import Workspace

DEFAULT_LICENSE = "CC-BY-4.0"
PLAIN = ("slug", "name", "name_en", "summary", "summary_en", "category", "license")
CHOOSE = Text("選んでください", "Choose one")


@dataclass(frozen=True, slots=True)
class AskedApp:
    """An app whose key and records are asked for."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class TextsPage:
    """What the page asks."""

    survey_id: str
    workspace_id: str
    workspace_name: str
    apps: tuple[AskedApp, ...]
    people: tuple[ShownReplacement, ...]
    categories: tuple[tuple[str, str], ...]
    base: str | None
    """The version that the new one follows."""


def show_texts(survey: Survey, workspace: Workspace, language: Language) -> TextsPage:
    """Return the page for a survey."""
    report = survey.report
    names = {app.key: app.name for app in report.carried}
    categories = ((each.id, each.name.in_language(language)) for each in CATEGORIES.values())
    return TextsPage(
        survey_id=survey.export.id,
        workspace_id=workspace.id,
        workspace_name=workspace.name,
        apps=tuple(AskedApp(app.app_id, app.name) for app in report.carried),
        people=tuple(show_replacement(one, names, language) for one in report.replaced),
        categories=(("", CHOOSE.in_language(language)), *categories),
        base=report.base,
    )


def first_values(ctx: Context, survey: Survey) -> dict[str, str]:
    """Return what the form shows at first: what the survey found, and the texts of the version before."""
    report = survey.report
    values = {"slug": survey.export.slug or "", "license": DEFAULT_LICENSE}
    version = find_base(ctx, survey.export.municipality_code, survey.export.slug) if survey.export.slug else None
    if version is not None:
        raw = version.manifest
        values |= {name: raw[name] for name in ("category", "license")}
        for name in ("name", "summary"):
            values |= {name: raw[name]["ja"], f"{name}_en": raw[name].get("en", "")}
    values |= {f"key-{app.app_id}": app.key for app in report.carried}
    for number, one in enumerate(report.replaced, start=1):
        values[f"placeholder-key-{number}"] = "" if is_plain_label(one.kind, one.label) else one.key
        if not is_plain_label(one.kind, one.label):
            values |= {f"label-{number}": one.label.ja, f"label-en-{number}": one.label.en}
    return values


def read_order(survey: Survey, given: MultiDict[str, str]) -> dict[str, object]:
    """Return what the form asks for, as the domain's input takes it."""
    return {
        **{name: given.get(name, "") for name in PLAIN},
        "apps": list(survey.order.apps),
        "guest_space": survey.order.guest_space,
        "keys": {app.app_id: given.get(f"key-{app.app_id}", "") for app in survey.report.carried},
        "sample_records": {
            app.app_id: _count(given[f"records-{app.app_id}"])
            for app in survey.report.carried
            if given.get(f"records-{app.app_id}", "").strip()
        },
        "placeholders": [
            {
                "kind": one.kind.value,
                "code": one.code,
                "key": given.get(f"placeholder-key-{number}", ""),
                "label": given.get(f"label-{number}", ""),
                "label_en": given.get(f"label-en-{number}", ""),
            }
            for number, one in enumerate(survey.report.replaced, start=1)
        ],
    }


def _count(text: str) -> int | str:
    """Return a number as such; anything else goes to the input, which refuses it."""
    return int(text) if text.strip().isdecimal() else text
