"""Puts the questions, each only while there is time left, and tells what the answers mean for a plan."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import islice

from sqlalchemy import select

from marketplace.bundle.model import PlaceholderKind
from marketplace.db.unit_of_work import let_go
from marketplace.installs.budget import make_budget
from marketplace.installs.errors import SpaceUnusableError
from marketplace.installs.models import ImportMode, Installation, StepKind
from marketplace.installs.plan import Plan
from marketplace.installs.survey import sentences
from marketplace.installs.survey.findings import Finding, Item, NamedAlike, Outcome, Survey
from marketplace.installs.survey.inside import Inside
from marketplace.installs.survey.outside import Outside
from marketplace.installs.survey.place import Place, SeenApp
from marketplace.installs.target import Target
from marketplace.kernel.context import Context
from marketplace.kernel.errors import DomainError
from marketplace.kernel.text import Language, Text
from marketplace.kintone.client import APPS_PER_PAGE
from marketplace.kintone.errors import FailureKind, KintoneFailure
from marketplace.sandbox.models import Site
from marketplace.workspaces.domains.credentials import client_of
from marketplace.workspaces.domains.sentences import explain

SECONDS = 6.0
"""After so long no further question is asked."""
SECONDS_OF_A_CALL = 3.0
MOST_APPS = 1000
"""How many apps are looked through."""
EVERYONE = "everyone"


def survey_plan(ctx: Context, plan: Plan, clock: Callable[[], float] = time.monotonic) -> Plan:
    """Return a plan with what its workspace is like; a workspace that can't be asked makes no plan fail.

    No transaction is open while a kintone domain is asked, so nothing may have been written before that is not to
    stay. Raises SpaceUnusableError.
    """
    ours = _installed_apps(ctx, plan)
    connection = plan.workspace.connection
    if plan.mode is not ImportMode.PUSH and plan.workspace.is_outside:
        return replace(plan, survey=Survey((_not_reached(sentences.OUT_OF_REACH, sentences.LOOK_YOURSELF),)))
    if connection is None:
        site = ctx.session.get(Site, plan.workspace.id)
        return plan if site is None else _Looking(Inside(ctx.session, site), plan, ours, clock).plan()
    try:
        client = client_of(ctx.ports, connection, seconds=SECONDS_OF_A_CALL)
    except DomainError as error:
        told = Text(error.says(Language.JA), error.says(Language.EN))
        remedy = Text(error.advises(Language.JA), error.advises(Language.EN))
        return replace(plan, survey=Survey((_not_reached(told, remedy),)))
    let_go(ctx.session)
    return _Looking(Outside(client), plan, ours, clock).plan()


def _installed_apps(ctx: Context, plan: Plan) -> dict[str, str]:
    """Return the ids of the apps that came with an installation of the same template, and of that installation."""
    there = select(Installation).where(
        Installation.workspace_id == plan.workspace.id, Installation.template_id == plan.template.id
    )
    return {app_id: one.id for one in ctx.session.scalars(there) for app_id in one.app_ids.values()}


def _not_reached(reason: Text, remedy: Text | None) -> Finding:
    return Finding(Item.WORKSPACE, Outcome.UNKNOWN, sentences.not_reached(reason), remedy)


class _NoTimeError(Exception):
    """The time for questions is over."""


@dataclass
class _Looking:
    """One survey under way."""

    place: Place
    made: Plan
    ours: Mapping[str, str]
    clock: Callable[[], float]
    survey: Survey = field(default_factory=lambda: Survey(()))

    def __post_init__(self) -> None:
        self._until = self.clock() + SECONDS

    def plan(self) -> Plan:
        """Ask everything, and return the plan with the answers."""
        findings = tuple(self._all_findings())
        survey = replace(self.survey, findings=findings)
        return _recount(replace(self.made, survey=survey, target=survey.target or self.made.target))

    def _all_findings(self) -> Iterator[Finding]:
        try:
            yield from self._findings()
        except KintoneFailure as failure:
            yield _not_reached(*explain(failure))

    def _findings(self) -> Iterator[Finding]:
        yield from self._space()
        yield from self._apps()
        yield from self._plugins()
        yield from self._people()
        yield Finding(Item.WORKSPACE, Outcome.OK, sentences.REACHED)

    def _space(self) -> Iterator[Finding]:
        if self.made.target is None:
            return
        found = self.place.look_up(self.made.target)
        if found is None:
            raise SpaceUnusableError(space=self.made.target.space)
        self._note(target=found)
        yield Finding(Item.SPACE, Outcome.OK, sentences.space_found(found))

    def _apps(self) -> Iterator[Finding]:
        known = self.place.may_create
        if known is None:
            yield Finding(Item.CREATE_APPS, Outcome.UNKNOWN, sentences.CREATION_UNKNOWN, sentences.CREATION_REMEDY)
        else:
            yield Finding(Item.CREATE_APPS, Outcome.OK, sentences.MAY_CREATE)
        seen: list[SeenApp] = []
        try:
            seen += islice(self._in_time(self.place.apps()), MOST_APPS)
        except _NoTimeError:
            yield Finding(Item.SAME_NAMES, Outcome.UNKNOWN, sentences.APPS_UNKNOWN, sentences.LATER)
            return
        self._note(apps_there=len(seen), same_names=tuple(self._named_alike(seen)))
        yield self._room(len(seen))
        yield self._same_names()

    def _room(self, there: int) -> Finding:
        most, wanted = self.place.most_apps, len(self.made.apps) - len(self._used())
        told = sentences.room(there, most) if self.place.may_create else sentences.room_by_sight(there, most)
        if there + wanted > most:
            return Finding(Item.ROOM, Outcome.LACKING, told, sentences.FREE_ROOM)
        return Finding(Item.ROOM, Outcome.OK, told)

    def _used(self) -> set[str]:
        """Return the ids of the apps that an earlier import left and this one goes on with."""
        return set() if self.made.continued is None else {left.app_id for left in self.made.continued.apps}

    def _named_alike(self, seen: list[SeenApp]) -> Iterator[NamedAlike]:
        for app in self.made.apps:
            for other in seen:
                if other.name == app.name and other.app_id not in self._used():
                    address = self.made.workspace.address_of(other.app_id)
                    yield NamedAlike(app.key, other.app_id, other.name, address, self.ours.get(other.app_id))

    def _same_names(self) -> Finding:
        names = list(dict.fromkeys(one.name for one in self.survey.same_names))
        if not names:
            return Finding(Item.SAME_NAMES, Outcome.OK, sentences.NO_SAME_NAMES)
        return Finding(Item.SAME_NAMES, Outcome.LACKING, sentences.same_names(names), sentences.RENAME)

    def _plugins(self) -> Iterator[Finding]:
        needed = {plugin.plugin_id: plugin.name for plugin in self.made.plugins}
        if not needed:
            return
        there = self._answer(self.place.plugins)
        if there is None:
            yield Finding(Item.PLUGINS, Outcome.UNKNOWN, sentences.PLUGINS_UNKNOWN, sentences.LOAD_PLUGINS)
            return
        missing = {plugin_id: name for plugin_id, name in needed.items() if plugin_id not in there}
        self._note(missing_plugins=tuple(missing))
        if missing:
            told = sentences.plugins_missing(list(missing.values()))
            yield Finding(Item.PLUGINS, Outcome.LACKING, told, sentences.LOAD_PLUGINS)
        else:
            yield Finding(Item.PLUGINS, Outcome.OK, sentences.PLUGINS_THERE)

    def _people(self) -> Iterator[Finding]:
        given = [(one, one.code) for one in self.made.placeholders if one.code]
        missing = []
        for kind in PlaceholderKind:
            named = {code for one, code in given if one.kind is kind} - {EVERYONE}
            there = self._answer(partial(self.place.codes, kind, named)) if named else set()
            if there is None:
                yield Finding(Item.PEOPLE, Outcome.UNKNOWN, sentences.PEOPLE_UNKNOWN, sentences.CHECK_CODES)
                return
            missing += [(one, code) for one, code in given if one.kind is kind and code in named - there]
        self._note(unknown_codes=tuple(one.key for one, _code in missing))
        if missing:
            told = sentences.nobody([one.label for one, _code in missing], [code for _one, code in missing])
            yield Finding(Item.PEOPLE, Outcome.LACKING, told, sentences.ADD_PEOPLE)
        elif given:
            yield Finding(Item.PEOPLE, Outcome.OK, sentences.PEOPLE_THERE)

    def _answer(self, ask: Callable[[], set[str]]) -> set[str] | None:
        """Return an answer, or None where the account may not ask or the time is over."""
        with suppress(_NoTimeError):
            self._require_time()
            try:
                return ask()
            except KintoneFailure as failure:
                if failure.status is None or failure.kind is FailureKind.RETRYABLE:
                    raise
        return None

    def _in_time(self, apps: Iterator[SeenApp]) -> Iterator[SeenApp]:
        self._require_time()
        for number, app in enumerate(apps, start=1):
            yield app
            if number % APPS_PER_PAGE == 0:
                self._require_time()

    def _require_time(self) -> None:
        if self.clock() > self._until:
            raise _NoTimeError

    def _note(self, **found: Target | int | tuple[NamedAlike, ...] | tuple[str, ...]) -> None:
        self.survey = replace(self.survey, **found)  # type: ignore[arg-type]


def _recount(plan: Plan) -> Plan:
    """Return the plan of a kintone domain with the pages that its list of apps has."""
    survey = plan.survey
    if plan.workspace.connection is None or survey is None or not survey.apps_there:
        return plan
    steps = list(plan.steps)
    first = next(at for at, step in enumerate(steps) if step.kind is StepKind.CREATE_APP)
    steps[first] = replace(steps[first], calls=steps[first].calls + survey.apps_there // APPS_PER_PAGE)
    budget = make_budget(steps, [app.key for app in plan.apps], is_outside=True)
    return replace(plan, steps=tuple(steps), budget=budget)
