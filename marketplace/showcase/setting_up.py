"""Sets apps of a bundle up on a stage: the same services as for a workspace, without any call in between."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from marketplace.bundle.model import AppDefinition, Bundle, JsonObject, PartName
from marketplace.bundle.references import all_fields, install_order
from marketplace.kernel.errors import DomainError
from marketplace.kernel.text import Language, Text
from marketplace.kintone.client import FIELDS_PER_CALL
from marketplace.kintone.field_types import is_built_in
from marketplace.kintone.rounds import Rounds, sort_into_rounds
from marketplace.kintone.samples import batches, record_bodies, wanted_statuses
from marketplace.kintone.translation import (
    Target,
    built_in_changes,
    fields_body,
    layout_body,
    process_body,
    reports_body,
    settings_body,
    views_body,
)
from marketplace.sandbox.apps import create_app, open_preview
from marketplace.sandbox.caller import Caller
from marketplace.sandbox.deploys.services import deploy_apps
from marketplace.sandbox.errors import PlatformError
from marketplace.sandbox.models import App, Record
from marketplace.sandbox.people.services import add_group, add_organization
from marketplace.sandbox.records.writing import add_records
from marketplace.sandbox.settings import fields, general, layout, reports, status, views
from marketplace.sandbox.settings.store import Preview
from marketplace.sandbox.sites import add_user, create_site, owner
from marketplace.showcase.files import Uploads
from marketplace.showcase.stage import open_stage

SITE = "showcase"
MOST_FIELDS = 500
"""Of an app and those it reads, together; what has more is described in tables only."""
MOST_VALUES = 6_000
"""In the sample records of an app; the first records are enough for a picture."""
SHOWN_LISTS = 1
SHOWN_REPORTS = 8
PLACEHOLDER_CODE = "for-"
"""Keeps people apart from those that every site has."""
WHOEVER = Text("登録する人", "Whoever adds it")
"""The name of the one whom forms take for the person before them."""


@dataclass(frozen=True, slots=True)
class Showcase:
    """Apps in use, with sample records; `caller` owns the site they are in."""

    session: Session
    caller: Caller
    apps: Mapping[str, App]


@contextmanager
def open_showcase(bundle: Bundle, key: str, now: datetime, language: Language) -> Iterator[Showcase | None]:
    """Set an app up with those it reads, as long as the block lasts; None if it can't be set up or is too large."""
    cast = _with_what_it_reads(bundle, key)
    if sum(1 for app in cast.apps for _ in all_fields(app)) > MOST_FIELDS:
        yield None
        return
    with open_stage() as session:
        try:
            showcase = _Director(session, cast, key, now, language).set_up()
        except (PlatformError, DomainError):
            showcase = None
        yield showcase


def _with_what_it_reads(bundle: Bundle, key: str) -> Bundle:
    """Return the bundle with no more than an app and those whose records its form shows."""
    found: set[str] = set()
    pending = [key]
    while pending:
        each = pending.pop()
        if each not in found and (app := bundle.find_app(each)) is not None:
            found.add(each)
            pending += _apps_read(app)
    return replace(bundle, apps=tuple(app for app in bundle.apps if app.key in found))


def _apps_read(app: AppDefinition) -> Iterator[str]:
    for field in all_fields(app):
        for kind in ("lookup", "referenceTable"):
            if kind in field.definition:
                yield str(field.definition[kind]["relatedApp"]["app"])


class _Director:
    """Sets one cast of apps up."""

    def __init__(self, session: Session, cast: Bundle, star: str, now: datetime, language: Language) -> None:
        """Keep what is set up where; the star is the app that is drawn."""
        self.session, self.cast, self.star, self.now, self.language = session, cast, star, now, language
        self.uploads = Uploads(session, SITE, now)

    def set_up(self) -> Showcase:
        """Make site, people, apps and records. Raises PlatformErrors."""
        create_site(self.session, SITE, SITE, self.now, sealed=True)
        self.caller = replace(owner(self.session, SITE), name=WHOEVER.in_language(self.language))
        add_user(self.session, SITE, self.caller.code, self.caller.name, None, is_admin=True)
        codes = dict(self._people())
        self.apps = {
            app.key: create_app(self.session, self.caller, app.name, None, None, self.now) for app in self.cast.apps
        }
        self.target = Target({key: str(app.app_id) for key, app in self.apps.items()}, codes)
        rounds = sort_into_rounds(self.cast)
        for number in range(rounds.last + 1):
            self._play(rounds, number)
        for key in (key for keys in _filling_order(self.cast) for key in keys):
            with suppress(PlatformError):
                self._fill(self.cast.app(key))
        return Showcase(self.session, self.caller, self.apps)

    def _people(self) -> Iterator[tuple[str, str]]:
        """Let those whom the placeholders stand for appear under the words for them."""
        for each in self.cast.manifest.placeholders:
            name = each.label.in_language(self.language)
            code = f"{PLACEHOLDER_CODE}{each.key}"
            match each.kind:
                case "USER":
                    add_user(self.session, SITE, code, name, None)
                case "GROUP":
                    add_group(self.session, SITE, code, name)
                case _:
                    add_organization(self.session, SITE, code, name)
            yield each.key, code

    def _preview(self, app: AppDefinition) -> Preview:
        return open_preview(self.session, self.caller, self.apps[app.key].app_id, None, self.now)

    def _play(self, rounds: Rounds, number: int) -> None:
        """Add the fields of one round and put them into use; with the last one comes everything else."""
        for app in self.cast.apps:
            preview = self._preview(app)
            codes = rounds.codes(app, number)
            for start in range(0, len(codes), FIELDS_PER_CALL):
                some = codes[start : start + FIELDS_PER_CALL]
                fields.add_fields(preview, fields_body(app, some, self.target))
            if number == 0 and any(is_built_in(each) for each in app.fields.values()):
                changes = built_in_changes(app, preview.properties())
                if changes:
                    fields.change_fields(preview, changes)
            if number == rounds.last:
                self._set_parts(app, preview)
        wanted = [(app.app_id, None) for app in self.apps.values()]
        deploy_apps(self.session, self.caller, wanted, revert_only=False, now=self.now)

    def _set_parts(self, app: AppDefinition, preview: Preview) -> None:
        """Set what a picture shows; a part that is refused stays as it is, and the picture shows the rest.

        Of the process only the states count, of lists and graphs those that are shown: each condition takes its time.
        Of an app that is only read it needs no form, no lists and no graphs.
        """
        settings = settings_body(app, self.target, lambda _path: "")
        with suppress(PlatformError):
            general.change_settings(preview, {name: value for name, value in settings.items() if name != "icon"})
        if (process := process_body(app, self.target)) is not None:
            with suppress(PlatformError):
                status.change_status(preview, process | {"actions": []})
        if app.key != self.star:
            return
        layout.replace_layout(preview, layout_body(app, self.target)["layout"])
        if (given := views_body(app, self.target)) is not None:
            with suppress(PlatformError):
                views.replace_views(preview, _first(given["views"], SHOWN_LISTS))
        if (given := reports_body(app, self.target)) is not None:
            with suppress(PlatformError):
                reports.replace_reports(preview, _first(given["reports"], SHOWN_REPORTS))

    def _fill(self, app: AppDefinition) -> None:
        stored = self.apps[app.key]
        most = MOST_VALUES // max(1, sum(1 for _ in all_fields(app)))
        numbers: list[int] = []
        for batch in batches(app):
            some = batch[: most - len(numbers)]
            if some:
                bodies = record_bodies(app, some, self.target, send=self.uploads.of(app), now=self.now)
                added = add_records(self.session, self.caller, stored, bodies, self.now)
                numbers += [each.record_id for each in added]
        states = set((app.part(PartName.PROCESS) or {}).get("states") or {})
        for number, state in zip(numbers, wanted_statuses(app), strict=False):
            if state in states:
                here = (Record.app_pk == stored.pk, Record.record_id == number)
                self.session.execute(update(Record).where(*here).values(status=state))


def _first(named: JsonObject, most: int) -> JsonObject:
    """Return the first of some lists or graphs, in their order."""
    ordered = sorted(named.items(), key=lambda item: int(item[1].get("index", 0)))
    return dict(ordered[:most])


def _filling_order(cast: Bundle) -> list[list[str]]:
    return install_order(replace(cast, manifest=replace(cast.manifest, app_keys=tuple(app.key for app in cast.apps))))
