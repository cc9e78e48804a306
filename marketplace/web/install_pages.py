"""Installing as pages: the form with its plan, and the progress of an import."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from werkzeug.datastructures import MultiDict

from marketplace.bundle.model import Placeholder
from marketplace.catalog.summaries import TemplateDetail
from marketplace.installs.call_history import CallView
from marketplace.installs.models import ImportState, StepKind
from marketplace.installs.plan import Plan
from marketplace.installs.queries import ImportProgress, StepView
from marketplace.installs.sentences import label_of as step_label
from marketplace.installs.steps.writing import CHANGED
from marketplace.kernel.text import Language, Text
from marketplace.web.app_links import app_link, settings_link
from marketplace.web.call_lines import NO_CALLS, ShownCall, show_call
from marketplace.web.catalog_cards import template_address
from marketplace.web.leftovers_page import ShownLeftovers, show_leftovers

if TYPE_CHECKING:
    from marketplace.workspaces.models import Workspace

STATES: dict[str, Text] = {
    "queued": Text("開始を待っています", "Waiting to start"),
    "running": Text("導入しています", "Installing"),
    "succeeded": Text("導入済み", "Installed"),
    "failed": Text("途中で止まりました", "Stopped"),
    "cancelled": Text("取り消しました", "Cancelled"),
}
STEP_STATES: dict[str, Text] = {
    "pending": Text("未実行", "To do"),
    "running": Text("実行中", "Running"),
    "done": Text("完了", "Done"),
    "failed": Text("失敗", "Failed"),
}
UNDER_WAY = {"queued", "running"}
HEADING = Text("「{name}」の導入", "Installation of “{name}”")
"""The same before and after, since only the steps below it are renewed while an import is under way."""
AGAIN = Text("{count}回目の実行", "Try number {count}")
PLACEHOLDER_FIELD = "placeholder-"


@dataclass(frozen=True, slots=True)
class PlaceholderField:
    """A placeholder to fill in."""

    key: str
    label: str
    hint: str | None


@dataclass(frozen=True, slots=True)
class InstallForm:
    """What the form offers."""

    name: str
    address: str
    workspaces: tuple[tuple[str, str], ...]
    versions: tuple[tuple[str, str], ...]
    placeholders: tuple[PlaceholderField, ...]


@dataclass(frozen=True, slots=True)
class ShownApp:
    """An app that will be made."""

    name: str
    field_count: int
    record_count: int


@dataclass(frozen=True, slots=True)
class ShownPlan:
    """What an install would do, in words."""

    warnings: tuple[str, ...]
    apps: tuple[ShownApp, ...]
    steps: tuple[str, ...]
    api_calls: int
    sample_records: int
    leftovers: tuple[ShownLeftovers, ...]
    """What earlier imports of the template left behind."""
    continues: str | None
    """The import whose apps are used."""


@dataclass(frozen=True, slots=True)
class ShownStep:
    """One step of an import."""

    title: str
    notes: tuple[str, ...]
    state: str
    state_name: str
    calls: tuple[ShownCall, ...]
    """Shown once the import rests."""


@dataclass(frozen=True, slots=True)
class AppLink:
    """An app that was made."""

    name: str
    address: str
    id: str


@dataclass(frozen=True, slots=True)
class ImportPage:
    """An import and how far it has come."""

    id: str
    heading: str
    state: str
    state_name: str
    done: int
    total: int
    steps: tuple[ShownStep, ...]
    apps: tuple[AppLink, ...]
    error: tuple[str, ...]
    number: str
    created_at: datetime
    workspace_id: str
    workspace_name: str
    template_address: str
    can_be_retried: bool
    can_be_cancelled: bool
    name: str
    """Of the template."""
    address: str
    """Of the page itself; the part that changes is at `steps` below it."""
    is_tryout: bool = False
    waiting_for: str | None = None
    """Why it is set aside until `waits_until`."""
    waits_until: datetime | None = None
    is_undecided: bool = False
    """Whether somebody else's changes stopped it, so that a person has to choose."""
    continues: str | None = None
    """The import that stopped and whose apps this one took over."""
    leaves_apps: bool = False
    """Whether its apps wait for the next try."""
    differences: int = 0
    """How many settings did not become what the template says."""

    @property
    def is_under_way(self) -> bool:
        """Tell whether the page has to be looked at again."""
        return self.state in UNDER_WAY


def read_order(publisher: str, slug: str, given: MultiDict[str, str]) -> dict[str, object]:
    """Return what the form asks for, as the domain's input takes it."""
    return {
        "template": f"{publisher}/{slug}",
        "version": given.get("version") or None,
        "sample_records": given.get("sample_records") == "yes",
        "placeholders": {
            name.removeprefix(PLACEHOLDER_FIELD): value.strip()
            for name, value in given.items()
            if name.startswith(PLACEHOLDER_FIELD) and value.strip()
        },
    }


def show_form(
    detail: TemplateDetail,
    placeholders: tuple[Placeholder, ...],
    workspaces: list[tuple[str, str]],
    language: Language,
) -> InstallForm:
    """Return the form; versions that were withdrawn are not offered."""
    standing = [version.number for version in detail.versions if not version.is_withdrawn]
    return InstallForm(
        name=detail.name.in_language(language),
        address=template_address(detail.publisher.code, detail.slug),
        workspaces=tuple(workspaces),
        versions=tuple((number, number) for number in standing),
        placeholders=tuple(
            PlaceholderField(each.key, each.label.in_language(language), _hint(each, language)) for each in placeholders
        ),
    )


def _hint(placeholder: Placeholder, language: Language) -> str | None:
    return placeholder.hint.in_language(language) if placeholder.hint else None


def show_plan(plan: Plan, language: Language) -> ShownPlan:
    """Return the plan in words."""
    with_records = plan.order.sample_records
    return ShownPlan(
        warnings=tuple(warning.in_language(language) for warning in plan.warnings),
        apps=tuple(ShownApp(app.name, app.field_count, app.sample_records if with_records else 0) for app in plan.apps),
        steps=tuple(step_label(step.kind, step.app_name).in_language(language) for step in plan.steps),
        api_calls=plan.api_calls,
        sample_records=plan.sample_records,
        leftovers=show_leftovers(plan.workspace, plan.leftovers, language),
        continues=plan.continued_id,
    )


def show_import(
    progress: ImportProgress,
    workspace: Workspace,
    language: Language,
    *,
    may_install: bool,
    calls: Mapping[int, Sequence[CallView]] = NO_CALLS,
) -> ImportPage:
    """Return an import with its steps."""
    import_, template = progress.import_, progress.template
    state = import_.state.value
    name = Text(template.name_ja, template.name_en).in_language(language)
    failure = progress.failure
    return ImportPage(
        id=import_.id,
        heading=HEADING.in_language(language, name=name),
        state=state,
        state_name=STATES[state].in_language(language),
        done=progress.done,
        total=progress.total,
        steps=tuple(_show_step(step, language, calls.get(step.position, ())) for step in progress.steps),
        apps=_links(progress, workspace),
        error=(failure.reason.in_language(language), failure.remedy.in_language(language)) if failure else (),
        number=progress.version.number,
        created_at=import_.created_at,
        workspace_id=import_.workspace_id,
        workspace_name=workspace.name,
        template_address=template_address(template.publisher_code, template.slug),
        can_be_retried=may_install and state == "failed",
        can_be_cancelled=may_install and state in {*UNDER_WAY, "failed"},
        name=name,
        address=f"/imports/{import_.id}",
        waiting_for=progress.waiting_for.reason.in_language(language) if progress.waiting_for else None,
        waits_until=import_.not_before,
        is_undecided=failure is not None and failure.code == CHANGED,
        continues=progress.continues,
        leaves_apps=state == "cancelled" and bool(progress.app_ids),
        differences=sum(int((step.outcome or {}).get("count", 0)) for step in progress.steps if is_verification(step)),
    )


def is_verification(step: StepView) -> bool:
    """Tell whether a step read everything back."""
    return step.kind is StepKind.VERIFY


def _show_step(step: StepView, language: Language, calls: Sequence[CallView]) -> ShownStep:
    state = step.state.value
    again = (AGAIN.in_language(language, count=step.attempts),) if step.attempts > 1 else ()
    notes = (*again, *(note.in_language(language) for note in step.notes))
    return ShownStep(
        title=step.label.in_language(language),
        notes=notes,
        state=state,
        state_name=STEP_STATES[state].in_language(language),
        calls=tuple(show_call(call, language) for call in calls),
    )


def _links(progress: ImportProgress, workspace: Workspace) -> tuple[AppLink, ...]:
    names = {step.app_key: step.app_name for step in progress.steps if step.app_key}
    # Before the end an app may not be in use yet, and has no list of records.
    link = app_link if progress.import_.state is ImportState.SUCCEEDED else settings_link
    return tuple(
        AppLink(names.get(key) or key, link(workspace, app_id), app_id) for key, app_id in progress.app_ids.items()
    )
