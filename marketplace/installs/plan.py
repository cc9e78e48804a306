"""Says what an install would do, without doing any of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import exists, select

from marketplace.bundle.localising.lists import Localised
from marketplace.bundle.model import Bundle, PersonalData
from marketplace.catalog import queries as catalog
from marketplace.catalog.models import Template, TemplateVersion
from marketplace.installs.budget import Budget, make_budget
from marketplace.installs.cautions import list_warnings
from marketplace.installs.errors import PlaceholderUnknownError, WorkspaceUnusableError
from marketplace.installs.inputs import ImportInput, ImportOrder
from marketplace.installs.leftovers import Leftovers, Wanted, foresee
from marketplace.installs.models import ImportMode, Installation
from marketplace.installs.modes import mode_for
from marketplace.installs.outline import PlannedStep, Surroundings, outline
from marketplace.installs.planned import (
    PlannedApp,
    PlannedList,
    PlannedPlaceholder,
    PlannedPlugin,
    PlannedScript,
    plan_app,
    plan_lists,
    plan_placeholders,
    plan_plugins,
    plan_scripts,
)
from marketplace.installs.policy import require_installer
from marketplace.installs.survey.findings import Survey
from marketplace.installs.survey.inside import count_apps
from marketplace.installs.tailoring import options_of, tailor
from marketplace.installs.target import Target, settle_target
from marketplace.kernel.context import Context
from marketplace.kernel.errors import NotFoundError
from marketplace.kernel.text import Text
from marketplace.workspaces.models import Workspace


@dataclass(frozen=True, slots=True)
class Plan:
    """What an install would do."""

    workspace: Workspace
    template: Template
    version: TemplateVersion
    order: ImportOrder
    target: Target | None
    apps: tuple[PlannedApp, ...]
    steps: tuple[PlannedStep, ...]
    budget: Budget
    placeholders: tuple[PlannedPlaceholder, ...]
    localise: tuple[PlannedList, ...]
    scripts: tuple[PlannedScript, ...]
    plugins: tuple[PlannedPlugin, ...]
    personal_data: PersonalData | None
    warnings: tuple[Text, ...]
    answers: dict[str, Any]
    """What was asked for, by the names of the columns in which an import keeps it."""
    mode: ImportMode
    leftovers: tuple[Leftovers, ...]
    """What earlier imports of the template left behind in the workspace."""
    continued: Leftovers | None
    """Those among them that are used, if they are still what the import left."""
    survey: Survey | None = None
    """What the workspace is like; None until somebody looked (installs.survey.looking)."""

    @property
    def api_calls(self) -> int:
        """How many calls of the kintone API it takes when nothing goes wrong."""
        return self.budget.calls

    @property
    def continued_id(self) -> str | None:
        """The import whose apps are used."""
        return None if self.continued is None else self.continued.import_.id

    @property
    def sample_records(self) -> int:
        """How many sample records are added."""
        return sum(app.sample_records for app in self.apps) if self.order.sample_records else 0


@dataclass(frozen=True, slots=True)
class _Choice:
    """What is to be installed, and where."""

    workspace: Workspace
    order: ImportOrder
    version: TemplateVersion
    template: Bundle
    made: Localised
    target: Target | None


def make_plan(ctx: Context, workspace_id: str, data: Mapping[str, object]) -> Plan:
    """Return what installing a template into a workspace would do (`data`: installs.inputs.ImportInput).

    Nothing outside the database is asked. Raises WorkspaceUnusableError, PlaceholderUnknownError, what
    installs.tailoring.tailor, installs.target.settle_target, mode_for and catalog.queries.resolve_version raise.
    """
    chosen = _choose(ctx, workspace_id, data)
    workspace, order, version, made = chosen.workspace, chosen.order, chosen.version, chosen.made
    answers, mode = _answers(order, chosen.target), mode_for(workspace, order.mode)
    foreseen = foresee(ctx, Wanted(workspace, version, answers, mode), _outline(ctx, chosen))
    budget = make_budget(foreseen.steps, [app.key for app in made.bundle.apps], is_outside=workspace.is_outside)
    placeholders = tuple(plan_placeholders(made.bundle, order.placeholders))
    return Plan(
        workspace=workspace,
        template=ctx.session.get_one(Template, version.template_id),
        version=version,
        order=order,
        target=chosen.target,
        apps=tuple(plan_app(chosen.template.app(app.key), app) for app in made.bundle.apps),
        steps=tuple(foreseen.steps),
        budget=budget,
        answers=answers,
        leftovers=foreseen.leftovers,
        continued=foreseen.continued,
        placeholders=placeholders,
        localise=tuple(plan_lists(chosen.template, made)),
        scripts=tuple(plan_scripts(made.bundle)),
        plugins=tuple(plan_plugins(made.bundle)),
        personal_data=chosen.template.manifest.personal_data,
        mode=mode,
        warnings=_warnings(ctx, chosen, budget, placeholders),
    )


def _choose(ctx: Context, workspace_id: str, data: Mapping[str, object]) -> _Choice:
    workspace = _open_workspace(ctx, workspace_id)
    order: ImportOrder = ImportInput().load(data)
    version = catalog.resolve_version(ctx, order.publisher, order.slug, order.version)
    template = catalog.load_bundle(ctx, version)
    _require_known(template, order)
    made = tailor(template, order.app_names, order.localise)
    target = settle_target(ctx, workspace, order.target)
    return _Choice(workspace, _essential(template, order), version, template, made, target)


def _outline(ctx: Context, chosen: _Choice) -> list[PlannedStep]:
    workspace, order, target = chosen.workspace, chosen.order, chosen.target
    surroundings = Surroundings(target, _asks_thread(workspace, target), count_apps(ctx.session, workspace))
    return outline(
        chosen.made.bundle,
        order.placeholders,
        with_sample_records=order.sample_records,
        surroundings=surroundings,
    )


def _warnings(
    ctx: Context, chosen: _Choice, budget: Budget, placeholders: Sequence[PlannedPlaceholder]
) -> tuple[Text, ...]:
    unmapped = [one.label for one in placeholders if one.uses and not one.code]
    is_again = _is_installed(ctx, chosen.workspace.id, chosen.version.template_id)
    return tuple(list_warnings(chosen.made, unmapped=unmapped, budget=budget, is_again=is_again))


def _answers(order: ImportOrder, target: Target | None) -> dict[str, Any]:
    """Return everything that makes two imports of a version differ, by the names of the columns that keep it."""
    lists = [{"app": one.app_key, "field": one.field_code, "options": list(one.options)} for one in order.localise]
    return {
        "with_sample_records": order.sample_records,
        "placeholders": order.placeholders,
        "target": None if target is None else target.as_document(),
        "app_names": order.app_names,
        "localise": lists,
    }


def _open_workspace(ctx: Context, workspace_id: str) -> Workspace:
    workspace = ctx.session.get(Workspace, workspace_id)
    if workspace is None:
        raise NotFoundError
    require_installer(ctx.actor, municipality_code=workspace.municipality_code, workspace_id=workspace.id)
    if workspace.closed_at is not None:
        raise WorkspaceUnusableError
    return workspace


def _require_known(template: Bundle, order: ImportOrder) -> None:
    unknown = sorted(set(order.placeholders) - {placeholder.key for placeholder in template.manifest.placeholders})
    if unknown:
        raise PlaceholderUnknownError(keys=", ".join(unknown))


def _essential(template: Bundle, order: ImportOrder) -> ImportOrder:
    """Return an order without the names and lists that are the template's own."""
    names = {key: name for key, name in order.app_names.items() if template.app(key).name != name}
    lists = tuple(one for one in order.localise if options_of(template, one.field) != one.options)
    return replace(order, app_names=names, localise=lists)


def _asks_thread(workspace: Workspace, target: Target | None) -> bool:
    return workspace.kintone_guest_space is not None or (target is not None and target.thread is None)


def _is_installed(ctx: Context, workspace_id: str, template_id: str) -> bool:
    there = exists().where(Installation.workspace_id == workspace_id, Installation.template_id == template_id)
    return bool(ctx.session.scalar(select(there)))
