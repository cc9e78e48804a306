"""Reads an installed app back and compares it with what the bundle should have become in its workspace."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from marketplace.bundle.matching import Mismatch, match_apps
from marketplace.bundle.model import AppDefinition, Bundle
from marketplace.kintone.client import KintoneClient
from marketplace.kintone.errors import FailureKind, KintoneAnswerError
from marketplace.kintone.expectations import expected_app, sources_of
from marketplace.kintone.reading.apps import ReadApp, read_app
from marketplace.kintone.reading.left_behind import LeftBehind, refused
from marketplace.kintone.reading.sources import Unread

PAUSES = (2.0, 4.0)
"""Seconds before each further look at an app."""

Look = TypeVar("Look")


@dataclass(frozen=True, slots=True)
class Place:
    """Where the apps of a bundle are installed, and what was filled into them there."""

    client: KintoneClient
    bundle: Bundle
    app_ids: Mapping[str, str]
    placeholders: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Where an app is not what it should be, and what of it was not told."""

    mismatches: Sequence[Mismatch]
    unread: Sequence[LeftBehind]


def compare_app(place: Place, app: AppDefinition) -> Comparison:
    """Read the settings of an app in use and compare them with the bundle's. Raises KintoneFailure to be waited for."""
    wanted = expected_app(place.bundle, app, place.placeholders)
    read = _read(place, wanted)
    return Comparison(match_apps(_without_unread(wanted, read), read.definition), read.unread)


def look_again(look: Callable[[], Look], is_clear: Callable[[Look], bool], sleep: Callable[[float], None]) -> Look:
    """Look until it is clear, thrice at most: a proxy's page among the answers is no difference."""
    seen = look()
    for pause in PAUSES:
        if is_clear(seen):
            break
        sleep(pause)
        seen = look()
    return seen


def _read(place: Place, wanted: AppDefinition) -> ReadApp:
    app_keys = {app_id: key for key, app_id in place.app_ids.items()}
    try:
        return read_app(place.client, place.app_ids[wanted.key], app_keys, sources_of(wanted))
    except KintoneAnswerError as error:
        if error.kind is not FailureKind.PERMANENT:
            raise
        unread = tuple(refused(wanted.key, Unread(part, "", error)) for part in wanted.parts)
        return ReadApp(replace(wanted, parts={}), left=(), unread=unread)


def _without_unread(wanted: AppDefinition, read: ReadApp) -> AppDefinition:
    """Return what can be compared: less the parts, and the sections of parts, that kintone did not tell."""
    parts = dict(wanted.parts)
    for one in read.unread:
        if one.subject:
            parts[one.part] = {key: value for key, value in parts[one.part].items() if key != one.subject}
        else:
            del parts[one.part]
    return replace(wanted, parts=parts)
