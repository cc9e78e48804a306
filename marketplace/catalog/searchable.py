"""The words by which a template is found."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from marketplace.bundle.model import AppDefinition, Bundle, PartName
from marketplace.catalog.categories import CATEGORIES
from marketplace.catalog.filters import Dimension, TemplateKind, answer_of
from marketplace.catalog.merits import UNVERIFIED_PUBLISHER
from marketplace.catalog.models import Template
from marketplace.catalog.ratings import use_in_thousandths
from marketplace.catalog.requirements import requirements_of
from marketplace.catalog.similarity import MASS
from marketplace.catalog.traits import Trait, mass_of
from marketplace.municipalities.models import Municipality
from marketplace.search.services import Kind, Place, SearchEntry

JAPANESE, ENGLISH = "README.md", "README.en.md"
MANY_APPS = 4
PURPOSE = 500
"""Characters of the first section of a README that are indexed."""
_HEADING = re.compile(r"^##\s.*$", re.MULTILINE)


def search_entry(template: Template, bundle: Bundle, publisher: Municipality, traits: Sequence[Trait]) -> SearchEntry:
    """Return what is indexed of a template: its names, keywords, summary, the words inside its apps, its traits.

    Of the README only the first section counts, which tells what the template is for: the instructions after it
    hold the same words in every template.
    """
    manifest = bundle.manifest
    category = CATEGORIES.get(manifest.category)
    about = [category.name.ja, category.name.en] if category else []
    return SearchEntry(
        Kind.TEMPLATE,
        template.id,
        {
            Place.TITLE: [manifest.name.ja, manifest.name.en],
            Place.KEYWORD: [*manifest.keywords, *manifest.departments, *about, *manifest.laws],
            Place.SUMMARY: [manifest.summary.ja, manifest.summary.en],
            Place.BODY: [publisher.full_name, manifest.slug, *_words_of_apps(bundle), *_purposes(bundle)],
        },
        facets_of(bundle, publisher),
        {**figures_of(template, publisher), MASS: mass_of(traits)},
        [trait.term for trait in traits],
    )


def facets_of(bundle: Bundle, publisher: Municipality) -> dict[str, list[str]]:
    """Return the values of a template along each dimension of the filters."""
    manifest = bundle.manifest
    asked = requirements_of(bundle)
    found: dict[Dimension, list[str]] = {
        Dimension.CATEGORY: [manifest.category],
        Dimension.DEPARTMENT: sorted(set(manifest.departments)),
        Dimension.PERSONAL_DATA: [answer_of(manifest.personal_data is not None and manifest.personal_data.handles)],
        Dimension.PROCESS: [answer_of(any((app.part(PartName.PROCESS) or {}).get("enable") for app in bundle.apps))],
        Dimension.LGWAN: [answer_of(asked.adds_nothing)],
        Dimension.PLUGIN_FREE: [answer_of(not asked.plugins)],
        Dimension.SCRIPT_FREE: [answer_of(not asked.has_script)],
        Dimension.APPS: [_count_class(len(bundle.apps))],
        Dimension.PUBLISHER: [publisher.code],
        Dimension.PREFECTURE: [publisher.prefecture] if publisher.prefecture else [],
        Dimension.SIZE_CLASS: [publisher.size_class] if publisher.size_class else [],
        Dimension.LICENSE: [manifest.license],
        Dimension.KIND: [(TemplateKind.SET if manifest.includes else TemplateKind.SINGLE).value],
        Dimension.SPOKEN: ["ja", "en"] if ENGLISH in bundle.documents else ["ja"],
    }
    return {dimension.value: values for dimension, values in found.items()}


def figures_of(template: Template, publisher: Municipality) -> dict[str, int]:
    """Return the whole numbers that lists of templates are sorted and ranked by."""
    return {
        **figures_of_community(template),
        "updated": int(template.updated_at.timestamp()),
        "active": int(publisher.active),
        UNVERIFIED_PUBLISHER: int(not publisher.is_verified),
    }


def figures_of_community(template: Template) -> dict[str, int]:
    """Return those that the acts of others change."""
    return {
        "installs": template.install_count,
        "rating": template.rating_score,
        "use": use_in_thousandths(template.install_count),
    }


def _count_class(apps: int) -> str:
    return "1" if apps == 1 else "2-3" if apps < MANY_APPS else "4-"


def _purposes(bundle: Bundle) -> Iterator[str]:
    for text in (bundle.documents.get(name) for name in (JAPANESE, ENGLISH)):
        if text:
            yield _HEADING.split(text, maxsplit=2)[:2][-1][:PURPOSE]


def _words_of_apps(bundle: Bundle) -> Iterator[str]:
    for app in bundle.apps:
        yield app.name
        yield from words_of_fields(app.fields)
        yield from _names_in(app, PartName.VIEWS, "views")
        yield from _names_in(app, PartName.PROCESS, "states")


def words_of_fields(properties: Mapping[str, Any]) -> Iterator[str]:
    """Return the labels and options of fields, those inside tables included."""
    for code, field in properties.items():
        yield str(field.get("label") or code)
        options = field.get("options")
        if isinstance(options, dict):
            yield from map(str, options)
        columns = field.get("fields")
        if isinstance(columns, dict):
            yield from words_of_fields(columns)


def _names_in(app: AppDefinition, part: PartName, key: str) -> Iterator[str]:
    named = (app.part(part) or {}).get(key)
    if isinstance(named, dict):
        yield from map(str, named)
