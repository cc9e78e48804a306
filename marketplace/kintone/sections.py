"""Tells which calls set and read back the parts of an app, without making the bodies that those calls carry."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from marketplace.bundle.model import AppDefinition, JsonObject, PartName
from marketplace.kintone import translation
from marketplace.kintone.reading.sources import SOURCES
from marketplace.kintone.translation import Target

WHOLE = ("",)
"""The sections of a part that one call sets and reads, as the sources name it."""

Sections = Mapping[PartName, Collection[str]]


def sections_of(app: AppDefinition, target: Target) -> Sections:
    """Return the parts that an install gives an app, with what of each is set and read by a call of its own.

    Only rights and notifications depend on the placeholders, and so only theirs are filled in.
    """
    present = {
        PartName.SETTINGS: translation.has_settings(app),
        PartName.FIELDS: True,
        PartName.LAYOUT: True,
        **{part: translation.has_named(app, part) for part in translation.NAMED},
        PartName.PROCESS: translation.has_process(app),
        PartName.CUSTOMIZE: translation.has_customization(app),
        PartName.PLUGINS: bool(translation.plugin_names(app)),
        PartName.ADMIN_NOTES: translation.has_admin_notes(app),
    }
    return {
        **{part: WHOLE for part, is_there in present.items() if is_there},
        PartName.PERMISSIONS: tuple(translation.permissions_bodies(app, target)),
        PartName.NOTIFICATIONS: tuple(translation.notification_bodies(app, target)),
    }


def count_reads(app: AppDefinition, sections: Sections) -> int:
    """Return how many calls reading an app back takes: its parts, and each file once."""
    parts = sum(source.section in sections.get(source.part, ()) for source in SOURCES)
    return parts + count_icons(app) + count_scripts(app)


def count_icons(app: AppDefinition) -> int:
    """Return how many files the icon is: one, or none."""
    return len(_files([(app.part(PartName.SETTINGS) or {}).get("icon") or {}]))


def count_scripts(app: AppDefinition) -> int:
    """Return how many files of JavaScript and CSS the bundle brings."""
    return len(_files(translation.customization_items(app)))


def _files(entries: Collection[JsonObject]) -> list[JsonObject]:
    return [entry for entry in entries if entry.get("type") == "FILE"]
