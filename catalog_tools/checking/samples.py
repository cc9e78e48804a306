"""Rules for sample records."""

from __future__ import annotations

from collections.abc import Iterator

from catalog_tools.checking.flaws import Flaw, lookups_of, process_of, samples_of
from marketplace.bundle.model import AppDefinition, Bundle, JsonObject
from marketplace.kintone.process_paths import first_state

FEWEST = 12
MOST = 40


def sample_flaws(bundle: Bundle) -> Iterator[Flaw]:
    """Yield what is wrong with the samples."""
    main = bundle.find_app(bundle.manifest.slug) or max(bundle.apps, key=lambda app: len(samples_of(app)))
    if not FEWEST <= len(samples_of(main)) <= MOST:
        yield Flaw(f"{len(samples_of(main))} samples; the main app has {FEWEST} to {MOST}", main.key, "records")
    for app in bundle.apps:
        if not samples_of(app):
            yield Flaw("every app has samples", app.key, "records")
        yield from _states(app)
        yield from _lookups(bundle, app)


def _states(app: AppDefinition) -> Iterator[Flaw]:
    process = process_of(app)
    if process["states"]:
        first = first_state(process)
        seen = {record.get("$status", {"value": first})["value"] for record in samples_of(app)}
        for name in process["states"]:
            if name not in seen:
                yield Flaw(f"no sample stands in the state “{name}”", app.key, "records")


def _lookups(bundle: Bundle, app: AppDefinition) -> Iterator[Flaw]:
    """A lookup of the app's own records is spared: samples are added in one call, and none sees the others there."""
    for code, lookup in lookups_of(app).items():
        source = bundle.find_app(lookup["relatedApp"]["app"])
        elsewhere = source is not None and source.key != app.key
        if elsewhere and not any(code in values for values in _values(app)):
            yield Flaw(f"no sample uses the lookup “{code}”", app.key, "records", code)


def _values(app: AppDefinition) -> Iterator[JsonObject]:
    """Yield the values of each sample and of each row in its tables."""
    tables = [code for code, field in app.fields.items() if field["type"] == "SUBTABLE"]
    for record in samples_of(app):
        yield record
        for code in tables:
            yield from (row["value"] for row in record.get(code, {"value": []})["value"])
