"""Finds the apps that chosen apps need: those they look up, list as related records, or copy into."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from marketplace.bundle.limits import APPS
from marketplace.bundle.model import JsonObject, PartName
from marketplace.kintone.client import KintoneClient, Stage
from marketplace.kintone.reading.apps import expecting_sense
from marketplace.kintone.reading.sources import Answers, fetch_answers


@dataclass(frozen=True, slots=True)
class Family:
    """Apps that belong together, the chosen ones first, and the ids of those that could not come along."""

    every: tuple[Answers, ...]
    hidden: tuple[str, ...]
    """The account may not read them, or they are gone."""
    too_many: tuple[str, ...]
    """More than a bundle holds."""


def follow_references(client: KintoneClient, chosen: Sequence[str]) -> Family:
    """Read the chosen apps and whatever they need, each once. Raises KintoneFailure where waiting may help."""
    waiting = deque(dict.fromkeys(chosen))
    met = set(waiting)
    every: list[Answers] = []
    hidden: list[str] = []
    while waiting and len(every) < APPS:
        app_id = waiting.popleft()
        answers = fetch_answers(client, app_id, Stage.LIVE)
        if answers.of(PartName.FIELDS) is None or answers.of(PartName.LAYOUT) is None:
            hidden.append(app_id)
            continue
        every.append(answers)
        with expecting_sense():
            fresh = [other for other in dict.fromkeys(_needed(answers)) if other not in met]
        met.update(fresh)
        waiting.extend(fresh)
    return Family(tuple(every), tuple(hidden), tuple(waiting))


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
