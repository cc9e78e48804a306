"""Finds the apps that chosen apps need: those they look up, list as related records, or copy into."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from http import HTTPStatus

from marketplace.bundle.limits import APPS
from marketplace.bundle.model import JsonObject, PartName
from marketplace.exports.progress import Observe, Phase, Progress
from marketplace.kintone.client import AppSummary, KintoneClient, Stage
from marketplace.kintone.errors import FailureKind, KintoneError, KintoneFailure
from marketplace.kintone.reading.apps import expecting_sense
from marketplace.kintone.reading.sources import Answers, fetch_answers

NEEDED = (PartName.SETTINGS, PartName.FIELDS, PartName.LAYOUT)
"""Without these there is no app."""


@dataclass(frozen=True, slots=True)
class FoundApp:
    """An app that was read: how the list of apps shows it, and all that kintone told of it."""

    summary: AppSummary
    answers: Answers


@dataclass(frozen=True, slots=True)
class HiddenApp:
    """An app that could not be read."""

    app_id: str
    name: str
    """Empty where even that is kept from the account."""
    failure: KintoneFailure


@dataclass(frozen=True, slots=True)
class Family:
    """Apps that belong together, the chosen ones first, and those that could not come along."""

    every: tuple[FoundApp, ...]
    hidden: tuple[HiddenApp, ...]
    """The account may not read them, or they are gone."""
    too_many: tuple[str, ...]
    """The ids of more than a bundle holds."""


def follow_references(client: KintoneClient, chosen: Sequence[str], observe: Observe) -> Family:
    """Read the chosen apps and whatever they need, each once. Raises KintoneFailure where waiting may help."""
    waiting = deque(dict.fromkeys(chosen))
    met = set(waiting)
    every: list[FoundApp] = []
    hidden: list[HiddenApp] = []
    while waiting and len(every) < APPS:
        app_id = waiting.popleft()
        found = _read(client, app_id, len(met) - len(waiting), len(met), observe)
        if isinstance(found, HiddenApp):
            hidden.append(found)
            continue
        every.append(found)
        with expecting_sense():
            fresh = [other for other in dict.fromkeys(_needed(found.answers)) if other not in met]
        met.update(fresh)
        waiting.extend(fresh)
    return Family(tuple(every), tuple(hidden), tuple(waiting))


def _read(client: KintoneClient, app_id: str, number: int, total: int, observe: Observe) -> FoundApp | HiddenApp:
    try:
        summary = client.get_app(app_id)
    except KintoneFailure as failure:
        if not _is_about_app(failure):
            raise
        return HiddenApp(app_id, "", failure)
    observe(Progress(Phase.READING, summary.name, number, total))
    answers = fetch_answers(client, app_id, Stage.LIVE)
    general = next((each.failure for each in answers.unread if not _is_about_app(each.failure)), None)
    if general is not None:
        raise general
    missing = next((each for each in answers.unread if each.part in NEEDED), None)
    if missing is not None:
        return HiddenApp(app_id, summary.name, missing.failure)
    return FoundApp(summary, answers)


def _is_about_app(failure: KintoneFailure) -> bool:
    """Tell whether kintone keeps only this app to itself; a wrong password or a proxy in between keeps everything."""
    refused = isinstance(failure, KintoneError) and failure.kind is FailureKind.PERMANENT
    return refused and failure.status != HTTPStatus.UNAUTHORIZED


def _needed(answers: Answers) -> Iterator[str]:
    """Yield the ids of the apps that an app names."""
    for field in _all_fields((answers.of(PartName.FIELDS) or {}).get("properties") or {}):
        for name in ("lookup", "referenceTable"):
            yield from _app_of(field.get(name), "relatedApp")
    for action in ((answers.of(PartName.ACTIONS) or {}).get("actions") or {}).values():
        yield from _app_of(action, "destApp")


def _all_fields(properties: JsonObject) -> Iterator[JsonObject]:
    for field in properties.values():
        yield field
        yield from (field.get("fields") or {}).values()


def _app_of(reference: JsonObject | None, name: str) -> Iterator[str]:
    app = ((reference or {}).get(name) or {}).get("app")
    if app:
        yield str(app)
