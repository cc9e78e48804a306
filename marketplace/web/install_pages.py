"""The progress of an import as a page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from marketplace.installs.call_history import CallView
from marketplace.installs.checks.subject import is_in_reach
from marketplace.installs.models import Import, ImportMode, ImportState, StepKind
from marketplace.installs.queries import ImportProgress, StepView
from marketplace.installs.steps.writing import CHANGED
from marketplace.installs.target import Target
from marketplace.kernel.text import Language, Text
from marketplace.web.call_lines import NO_CALLS, ShownCall, show_call
from marketplace.web.catalog_cards import template_address

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
SPACE = Text("スペース（番号{space}）{name}", "Space {space}{name}")
AGAIN = Text("{count}回目の実行", "Try number {count}")


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
class Outside:
    """How an import is carried out from the workspace's side."""

    mode: str
    command: str
    fingerprint: str
    valid_until: datetime


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
    mode: str = ImportMode.PUSH.value
    outside: Outside | None = None
    """What somebody at the workspace's side has to do, if anything."""
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
    left_behind: tuple[str, ...] = ()
    """What the steps could not do, told where the outcome is told."""
    space: str = ""
    """The space that the apps go into, if one was asked for."""
    checkable: str | None = None
    """The installation that came of it, if the reader may have it checked."""

    @property
    def is_under_way(self) -> bool:
        """Tell whether the page has to be looked at again."""
        return self.state in UNDER_WAY


def show_import(
    progress: ImportProgress,
    workspace: Workspace,
    language: Language,
    *,
    may_install: bool,
    outside: Outside | None = None,
    calls: Mapping[int, Sequence[CallView]] = NO_CALLS,
) -> ImportPage:
    """Return an import with its steps."""
    import_, template = progress.import_, progress.template
    name = Text(template.name_ja, template.name_en).in_language(language)
    return ImportPage(
        id=import_.id,
        heading=HEADING.in_language(language, name=name),
        done=progress.done,
        total=progress.total,
        steps=tuple(_show_step(step, language, calls.get(step.position, ())) for step in progress.steps),
        apps=_links(progress, workspace),
        number=progress.version.number,
        created_at=import_.created_at,
        workspace_id=import_.workspace_id,
        workspace_name=workspace.name,
        template_address=template_address(template.publisher_code, template.slug),
        name=name,
        address=f"/imports/{import_.id}",
        space=space_words(progress.target, language),
        mode=import_.mode.value,
        **_standing(progress, language),
        **_offers(import_, workspace, outside, may_install=may_install),
        **_outcome(progress, language),
    )


def _standing(progress: ImportProgress, language: Language) -> dict[str, Any]:
    """Return where an import stands, and what it waits for or stopped at."""
    state, failure, waiting = progress.import_.state.value, progress.failure, progress.waiting_for
    return {
        "state": state,
        "state_name": STATES[state].in_language(language),
        "error": (failure.reason.in_language(language), failure.remedy.in_language(language)) if failure else (),
        "is_undecided": failure is not None and failure.code == CHANGED,
        "waiting_for": waiting.reason.in_language(language) if waiting else None,
        "waits_until": progress.import_.not_before,
        "continues": progress.continues,
    }


def _offers(import_: Import, workspace: Workspace, outside: Outside | None, *, may_install: bool) -> dict[str, Any]:
    """Return what the reader may do with an import."""
    state = import_.state.value
    return {
        "can_be_retried": may_install and state == "failed" and import_.mode is not ImportMode.CARRY,
        "can_be_cancelled": may_install and state in {*UNDER_WAY, "failed"},
        "checkable": import_.installation_id if may_install and is_in_reach(workspace) else None,
        "outside": outside if may_install and state != "succeeded" else None,
    }


def _outcome(progress: ImportProgress, language: Language) -> dict[str, Any]:
    """Return what came of an import beside its apps."""
    checks = [step.outcome or {} for step in progress.steps if is_verification(step)]
    acts = [step for step in progress.steps if not is_verification(step)]
    return {
        "leaves_apps": progress.import_.state is ImportState.CANCELLED and bool(progress.app_ids),
        "differences": sum(int(outcome.get("count", 0)) for outcome in checks),
        "left_behind": tuple(note.in_language(language) for step in acts for note in step.notes),
    }


def space_words(target: Target | None, language: Language) -> str:
    """Return which space is meant; nothing if none is."""
    if target is None:
        return ""
    named = f"「{target.name}」" if target.name else ""
    return SPACE.in_language(language, space=target.space, name=named)


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
    is_ready = progress.import_.state is ImportState.SUCCEEDED
    address = workspace.address_of if is_ready else workspace.settings_address_of
    return tuple(AppLink(names.get(key) or key, address(app_id), app_id) for key, app_id in progress.app_ids.items())
