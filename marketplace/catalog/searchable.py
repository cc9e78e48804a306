"""The words by which a template is found."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from marketplace.bundle.model import AppDefinition, Bundle, PartName
from marketplace.catalog.categories import CATEGORIES
from marketplace.catalog.models import Template
from marketplace.catalog.ratings import MAX_POPULARITY
from marketplace.search.services import SearchEntry, WeightClass


def search_entry(template: Template, bundle: Bundle, publisher_name: str) -> SearchEntry:
    """Return what is indexed of a template: its names, keywords, summary, and the words inside its apps."""
    manifest = bundle.manifest
    category = CATEGORIES.get(manifest.category)
    about = [category.name.ja, category.name.en] if category else []
    return SearchEntry(
        subject_id=template.id,
        fields={
            WeightClass.TITLE: [manifest.name.ja, manifest.name.en],
            WeightClass.KEYWORD: [*manifest.keywords, *manifest.departments, *about, *manifest.laws],
            WeightClass.SUMMARY: [manifest.summary.ja, manifest.summary.en],
            WeightClass.BODY: [publisher_name, manifest.slug, *_words_of_apps(bundle), *bundle.documents.values()],
        },
        boost=boost_of(template),
    )


def boost_of(template: Template) -> float:
    """Return how a template ranks among those that fit a query equally well."""
    return template.popularity / MAX_POPULARITY


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
