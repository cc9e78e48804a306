"""The lists of options that a template asks each municipality for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from catalog_tools.parts.app import AppParts
from marketplace.bundle.model import JsonObject


def asked_lists(apps: Mapping[str, AppParts]) -> Iterator[tuple[str, str]]:
    """Yield the app and the code of each list marked with ※; one that follows another by itself is not asked for."""
    for key, app in apps.items():
        sources = dict(_looked_up(app))
        for code in app.localise:
            source_app, source_code = sources.get(code, ("", ""))
            source = apps.get(source_app)
            if source is None or source_code not in source.localise or not _are_alike(app, code, source, source_code):
                yield key, code


def _looked_up(app: AppParts) -> Iterator[tuple[str, tuple[str, str]]]:
    """Yield each field that a lookup fills, with the app and the field it is filled from."""
    for field in app.form.properties.values():
        lookup = field.get("lookup", {"fieldMappings": ()})
        for mapping in lookup["fieldMappings"]:
            yield mapping["field"], (lookup["relatedApp"]["app"], mapping["relatedField"])


def _are_alike(app: AppParts, code: str, source: AppParts, source_code: str) -> bool:
    return _options(app, code) == _options(source, source_code)


def _options(app: AppParts, code: str) -> set[str]:
    definition: JsonObject = app.form.properties.get(code, {})
    return set(definition.get("options", ()))
