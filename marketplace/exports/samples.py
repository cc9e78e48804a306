"""Takes records of some apps along as sample records, those that others look up first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from marketplace.bundle.model import AppDefinition, JsonObject, PartName
from marketplace.bundle.references import all_fields, lookup_references
from marketplace.exports.progress import Observe, Phase, Progress
from marketplace.kintone.client import KintoneClient
from marketplace.kintone.errors import FailureKind, KintoneFailure
from marketplace.kintone.reading.apps import expecting_sense
from marketplace.kintone.reading.files import download_with
from marketplace.kintone.reading.left_behind import LeftBehind, refused
from marketplace.kintone.reading.principals import PlaceholderNames
from marketplace.kintone.reading.records import SampleReading, fetch_samples, offered_values
from marketplace.kintone.reading.sources import Unread


@dataclass(frozen=True, slots=True)
class Samples:
    """The apps with the records that came along, and what of them was left behind."""

    apps: tuple[AppDefinition, ...]
    left: tuple[LeftBehind, ...] = ()


def take_samples(
    client: KintoneClient,
    apps: Mapping[str, AppDefinition],
    counts: Mapping[str, int],
    names: PlaceholderNames,
    observe: Observe,
) -> Samples:
    """Read as many records of each app (by its id) as asked for. Raises KintoneFailure where waiting may help."""
    download = download_with(client)
    wanted = [app_id for app_id in _in_order(apps) if app_id in counts]
    read: dict[str, SampleReading] = {}
    left: list[LeftBehind] = []
    for number, app_id in enumerate(wanted, start=1):
        app = apps[app_id]
        observe(Progress(Phase.RECORDS, app.name, number, len(wanted)))
        reading = SampleReading(app, names, download)
        try:
            found = fetch_samples(client, app_id, counts[app_id])
        except KintoneFailure as failure:
            if failure.kind is not FailureKind.PERMANENT:
                raise
            left.append(refused(app.key, Unread(PartName.RECORDS, "", failure)))
            continue
        with expecting_sense():
            reading.read(found, dict(_offers(app, found, read)))
        read[app.key] = reading
        left += [LeftBehind(app.key, *each) for each in reading.left]
    return Samples(tuple(_with_records(app, read.get(app.key)) for app in apps.values()), tuple(left))


def _with_records(app: AppDefinition, read: SampleReading | None) -> AppDefinition:
    if read is None or not read.records:
        return app
    records: JsonObject = {"records": read.records}
    return replace(app, parts={**app.parts, PartName.RECORDS: records}, files=dict(read.files))


def _offers(
    app: AppDefinition, found: Sequence[JsonObject], read: Mapping[str, SampleReading]
) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield for each lookup the values it can be given: those of records that come along too."""
    for place in all_fields(app):
        lookup = place.definition.get("lookup")
        if lookup is None:
            continue
        target, key = lookup["relatedApp"]["app"], lookup["relatedKeyField"]
        if target == app.key:
            own = [str(record[key]["value"]) for record in found if (record.get(key) or {}).get("value")]
            yield place.code, {value: value for value in own}
        elif target in read:
            yield place.code, offered_values(read[target], key)


def _in_order(apps: Mapping[str, AppDefinition]) -> list[str]:
    """Return the ids of apps so that those looked up come before; a cycle is broken where it is met."""
    placed: list[str] = []
    while len(placed) < len(apps):
        waiting = [app_id for app_id in apps if app_id not in placed]
        within = {apps[app_id].key for app_id in waiting}
        free = [each for each in waiting if not (lookup_references(apps[each]) & within) - {apps[each].key}]
        placed.append(next(iter(free or waiting)))
    return placed
