"""Reads apps back whole: asks kintone, and makes of the answers what a bundle holds of each app."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace

from marketplace.bundle.model import AppDefinition, JsonObject, PartName
from marketplace.kernel.text import Text
from marketplace.kintone.client import KintoneClient, Stage
from marketplace.kintone.errors import KintoneAnswerError
from marketplace.kintone.reading.files import WITH_FILES, Download, FileReading, bring_files, download_with
from marketplace.kintone.reading.form import drop_unsaid_built_ins, read_fields, read_layout
from marketplace.kintone.reading.left_behind import APP_UNKNOWN, LeftBehind, refused
from marketplace.kintone.reading.parts import PLAIN_PARTS, read_actions
from marketplace.kintone.reading.principals import KeptCodes, PrincipalNames, condition_kinds, name_principals
from marketplace.kintone.reading.sources import SOURCES, Answers, Source, fetch_answers

Left = list[tuple[PartName, str, Text]]
Kinds = Mapping[str, Mapping[str, str]]
"""By app: the kind of principal that each field of its form is compared with."""

NO_SENSE = Text("応答の形がkintoneのものではありません。", "The answer does not have the shape that kintone gives it.")


@dataclass(frozen=True, slots=True)
class ReadApp:
    """An app as it was found."""

    definition: AppDefinition
    left: tuple[LeftBehind, ...]
    """What of it could not be brought along."""
    unread: tuple[LeftBehind, ...]
    """What kintone would not tell: a part, or the section of a part that `subject` names."""


def read_app(
    client: KintoneClient,
    app_id: str,
    app_keys: Mapping[str, str],
    sources: Sequence[Source] = SOURCES,
    stage: Stage = Stage.LIVE,
) -> ReadApp:
    """Return what some calls tell of an app, codes and built-in fields as they are.

    `app_keys` gives the keys of the apps that may be named, the app itself included, by their ids. Raises
    KintoneFailure where waiting may help, KintoneAnswerError where an answer has no sense.
    """
    answers = fetch_answers(client, app_id, stage, sources)
    with expecting_sense():
        return _compose(answers, app_keys, {}, _Ways(KeptCodes(), download_with(client)))


def read_apps(
    client: KintoneClient, app_keys: Mapping[str, str], names: PrincipalNames, stage: Stage = Stage.LIVE
) -> list[ReadApp]:
    """Return several apps that may name each other, each with all its settings, as a bundle holds them.

    Raises KintoneFailure where waiting may help, KintoneAnswerError where an answer has no sense.
    """
    every = [fetch_answers(client, app_id, stage) for app_id in app_keys]
    return compose_apps(client, every, app_keys, names)


def compose_apps(
    client: KintoneClient, every: Sequence[Answers], app_keys: Mapping[str, str], names: PrincipalNames
) -> list[ReadApp]:
    """Return what answers that were fetched already tell of several apps; only their files are still asked for."""
    ways = _Ways(names, download_with(client))
    with expecting_sense():
        kinds = {app_keys[answers.app_id]: condition_kinds(_properties(answers)) for answers in every}
        return [_trimmed(_compose(answers, app_keys, kinds, ways)) for answers in every]


@dataclass(frozen=True, slots=True)
class _Ways:
    """How what is outside the app comes into it."""

    names: PrincipalNames
    download: Download


def _trimmed(read: ReadApp) -> ReadApp:
    """Return an app without the built-in fields of which it says nothing."""
    parts = dict(read.definition.parts)
    if PartName.FIELDS in parts:
        others = [content for part, content in parts.items() if part is not PartName.FIELDS]
        parts[PartName.FIELDS] = {"properties": drop_unsaid_built_ins(read.definition.fields, others)}
    return replace(read, definition=replace(read.definition, parts=parts))


@contextmanager
def expecting_sense() -> Iterator[None]:
    """Turn what happens to answers without kintone's shape into one clear error."""
    try:
        yield
    except (LookupError, TypeError, AttributeError, ValueError) as error:
        raise KintoneAnswerError(NO_SENSE) from error


def _compose(answers: Answers, app_keys: Mapping[str, str], kinds: Kinds, ways: _Ways) -> ReadApp:
    """Make an app of its answers; `kinds` tells by app which principals its fields are compared with."""
    key = app_keys[answers.app_id]
    own_kinds = condition_kinds(_properties(answers))
    form = read_fields(_properties(answers), app_keys)
    parts, left = _read_plain_parts(answers, app_keys)
    reading = FileReading(ways.download)
    for part in [part for part in WITH_FILES if part in parts]:
        parts[part] = bring_files(part, parts[part], reading)
    if (layout := answers.of(PartName.LAYOUT)) is not None:
        parts[PartName.LAYOUT] = read_layout(layout["layout"], form.lost)
    parts = {part: name_principals(content, ways.names, own_kinds) for part, content in parts.items()}
    if answers.of(PartName.FIELDS) is not None:
        all_kinds = {**kinds, key: own_kinds}
        named = {code: _name_in_field(field, ways.names, all_kinds) for code, field in form.fields.items()}
        parts[PartName.FIELDS] = {"properties": named}
    return ReadApp(
        AppDefinition(key=key, parts=parts, files=reading.files),
        left=tuple(LeftBehind(key, *one) for one in (*form.left, *left, *reading.left)),
        unread=tuple(refused(key, unread) for unread in answers.unread),
    )


def _name_in_field(field: JsonObject, names: PrincipalNames, kinds: Kinds) -> JsonObject:
    made: JsonObject = dict(field)
    for name in ("lookup", "referenceTable"):
        if name in made:
            made[name] = name_principals(made[name], names, kinds.get(made[name]["relatedApp"]["app"], {}))
    for name in ("entities", "defaultValue"):
        if name in made:
            made[name] = name_principals(made[name], names, {})
    if "fields" in made:
        made["fields"] = {code: _name_in_field(inner, names, kinds) for code, inner in made["fields"].items()}
    return made


def _read_plain_parts(answers: Answers, app_keys: Mapping[str, str]) -> tuple[dict[PartName, JsonObject], Left]:
    parts: dict[PartName, JsonObject] = {}
    left: Left = []
    for part, read in PLAIN_PARTS.items():
        answer = answers.of(part)
        content = read(answer) if answer is not None else None
        if content is not None:
            parts[part] = content
    told = answers.of(PartName.ACTIONS)
    if told is not None:
        actions, lost = read_actions(told, app_keys)
        left += [(PartName.ACTIONS, name, APP_UNKNOWN) for name in lost]
        if actions is not None:
            parts[PartName.ACTIONS] = actions
    return parts, left


def _properties(answers: Answers) -> JsonObject:
    properties: JsonObject = (answers.of(PartName.FIELDS) or {}).get("properties") or {}
    return properties
