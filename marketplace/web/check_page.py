"""A check of an installation as a page: how it stands, and what differs, app by app."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import TYPE_CHECKING

from marketplace.installs.checks.queries import CheckView
from marketplace.installs.checks.subject import is_in_reach
from marketplace.installs.queries import InstallationView
from marketplace.installs.verification import Difference, Result, Verification
from marketplace.kernel.actor import Actor, Permission
from marketplace.kernel.text import Language, Text
from marketplace.web.catalog_cards import template_address
from marketplace.web.receipt_page import (
    NOTHING,
    RESULTS,
    DifferenceRow,
    part_name,
    show_unread,
)

if TYPE_CHECKING:
    from marketplace.workspaces.models import Workspace

STATES: dict[str, Text] = {
    "queued": Text("開始を待っています", "Waiting to start"),
    "running": Text("照合しています", "Comparing"),
    "done": Text("照合しました", "Checked"),
    "failed": Text("照合できませんでした", "Could not be checked"),
}
UNDER_WAY = {"queued", "running"}
HEADING = Text("「{name}」の今の設定の照合", "Check of “{name}”")
FROM_THE_START = Text("導入時から", "Since the installation")


@dataclass(frozen=True, slots=True)
class ChangedApp:
    """An app that is not what the template says any more."""

    name: str
    address: str
    is_gone: bool
    differences: tuple[DifferenceRow, ...]


@dataclass(frozen=True, slots=True)
class Checked:
    """What the last check that came to its end showed."""

    at: datetime
    result: str
    is_identical: bool
    apps: tuple[ChangedApp, ...]
    count: int
    shown: int
    unread: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CheckPage:
    """An installation, how its latest check stands, and what is known of it."""

    id: str
    heading: str
    template_address: str
    number: str
    installed_at: datetime
    workspace_id: str
    workspace_name: str
    state: str
    """Empty before the first check."""
    state_name: str
    done: int
    total: int
    asked_by: str
    error: tuple[str, ...]
    checked: Checked | None
    may_check: bool
    is_in_reach: bool

    @property
    def is_under_way(self) -> bool:
        """Tell whether the page has to be looked at again."""
        return self.state in UNDER_WAY

    @property
    def address(self) -> str:
        """Of the page itself; the part that changes is at `progress` below it."""
        return f"/installations/{self.id}/check"


def may_check(actor: Actor, workspace: Workspace) -> bool:
    """Tell whether a reader is offered to have what is installed in a workspace checked."""
    return is_in_reach(workspace) and actor.may(Permission.INSTALLS_WRITE, workspace.municipality_code)


def show_check(
    view: InstallationView,
    found: CheckView | None,
    workspace: Workspace,
    language: Language,
    *,
    may_check: bool,
    known: Collection[Difference],
) -> CheckPage:
    """Return the page; `known` are the differences that were there from the start."""
    template, failure = view.template, found.failure if found else None
    name = Text(template.name_ja, template.name_en).in_language(language)
    state = found.check.state.value if found else ""
    return CheckPage(
        id=view.installation.id,
        heading=HEADING.in_language(language, name=name),
        template_address=template_address(template.publisher_code, template.slug),
        number=view.version,
        installed_at=view.installation.installed_at,
        workspace_id=workspace.id,
        workspace_name=workspace.name,
        state=state,
        state_name=STATES[state].in_language(language) if found else "",
        done=found.done if found else 0,
        total=found.total if found else 0,
        asked_by=found.check.asked_by if found else "",
        error=(failure.reason.in_language(language), failure.remedy.in_language(language)) if failure else (),
        checked=_checked(found, workspace, known, language) if found else None,
        may_check=may_check,
        is_in_reach=is_in_reach(workspace),
    )


def _checked(
    found: CheckView, workspace: Workspace, known: Collection[Difference], language: Language
) -> Checked | None:
    verification, at = found.verification, found.check.checked_at
    if verification is None or at is None:
        return None
    names = found.installation.app_names
    return Checked(
        at=at,
        result=RESULTS[verification.result].in_language(language),
        is_identical=verification.result is Result.IDENTICAL,
        apps=_changed_apps(found, verification, workspace, known, language),
        count=verification.count,
        shown=len(verification.differences),
        unread=tuple(show_unread(one, names, language) for one in verification.unread),
    )


def _changed_apps(
    found: CheckView,
    verification: Verification,
    workspace: Workspace,
    known: Collection[Difference],
    language: Language,
) -> tuple[ChangedApp, ...]:
    """Return the differences by app; those of one app stand together already."""
    installation = found.installation
    by_app = [(key, tuple(found)) for key, found in groupby(verification.differences, lambda one: one.app)]
    return tuple(
        ChangedApp(
            name=installation.app_names.get(key, key),
            address=workspace.address_of(installation.app_ids[key]),
            is_gone=differences[0].tells_of_gone_app,
            differences=tuple(_row(one, known, language) for one in differences),
        )
        for key, differences in by_app
    )


def _row(one: Difference, known: Collection[Difference], language: Language) -> DifferenceRow:
    nothing = NOTHING.in_language(language)
    note = FROM_THE_START.in_language(language) if one in known else ""
    return DifferenceRow(part_name(one.part, language), one.pointer, one.wanted or nothing, one.found or nothing, note)
