"""Exports as pages: the list, the progress, and the report on what was carried, replaced and left behind."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from marketplace.bundle.model import PartName
from marketplace.exports.queries import ExportView
from marketplace.exports.report import Replacement, Report
from marketplace.kernel.text import Language, Text
from marketplace.web.receipt_page import KINDS, PARTS

if TYPE_CHECKING:
    from marketplace.workspaces.models import Workspace

STATES: dict[str, Text] = {
    "queued": Text("開始を待っています", "Waiting to start"),
    "running": Text("読み出しています", "Reading"),
    "succeeded": Text("終わりました", "Done"),
    "failed": Text("途中で止まりました", "Stopped"),
    "cancelled": Text("取り消しました", "Cancelled"),
}
SURVEY = Text("アプリの下調べ", "Survey of apps")
EXPORT = Text("テンプレート「{slug}」の下書き作成", "Draft of the template “{slug}”")
WHOLE = Text("すべて", "All of it")
UNDER_WAY = {"queued", "running"}


@dataclass(frozen=True, slots=True)
class ExportRow:
    """An export in the list of its workspace."""

    title: str
    state: str
    state_name: str
    created_at: datetime
    address: str


@dataclass(frozen=True, slots=True)
class ShownApp:
    """An app that came along."""

    id: str
    name: str
    key: str
    was_chosen: bool
    parts: str
    records: int


@dataclass(frozen=True, slots=True)
class ShownReplacement:
    """Somebody who was replaced by a placeholder, and where."""

    label: str
    key: str
    kind: str
    code: str
    places: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ShownLoss:
    """Something that did not come along, and why."""

    place: str
    subject: str
    reason: str


@dataclass(frozen=True, slots=True)
class ShownReport:
    """The report in words."""

    carried: tuple[ShownApp, ...]
    replaced: tuple[ShownReplacement, ...]
    lost: tuple[str, ...]
    left: tuple[ShownLoss, ...]
    mentions: tuple[tuple[str, str], ...]
    base: str | None
    version: str | None


@dataclass(frozen=True, slots=True)
class ExportPage:
    """An export, how far it has come, and its report."""

    id: str
    heading: str
    is_survey: bool
    state: str
    state_name: str
    label: str
    done: int
    total: int
    created_at: datetime
    workspace_id: str
    workspace_name: str
    draft_id: str | None
    error: tuple[str, ...]
    report: ShownReport | None

    @property
    def is_under_way(self) -> bool:
        """Tell whether the page has to be looked at again."""
        return self.state in UNDER_WAY

    @property
    def address(self) -> str:
        """Of the page itself; the part that changes is at `progress` below it."""
        return f"/exports/{self.id}"


def show_row(view: ExportView, language: Language) -> ExportRow:
    """Return what the list shows of an export."""
    state = view.export.state.value
    return ExportRow(
        title=_title(view, language),
        state=state,
        state_name=STATES[state].in_language(language),
        created_at=view.export.created_at,
        address=f"/exports/{view.export.id}",
    )


def show_export(view: ExportView, workspace: Workspace, language: Language) -> ExportPage:
    """Return the page of an export."""
    export, failure = view.export, view.failure
    state = export.state.value
    return ExportPage(
        id=export.id,
        heading=_title(view, language),
        is_survey=export.dry_run,
        state=state,
        state_name=STATES[state].in_language(language),
        label=view.progress.label.in_language(language),
        done=view.progress.done,
        total=view.progress.total,
        created_at=export.created_at,
        workspace_id=workspace.id,
        workspace_name=workspace.name,
        draft_id=export.draft_id,
        error=(failure.reason.in_language(language), failure.remedy.in_language(language)) if failure else (),
        report=None if view.report is None else show_report(view.report, language),
    )


def show_report(report: Report, language: Language) -> ShownReport:
    """Return a report in words."""
    names = {app.key: app.name for app in report.carried}
    return ShownReport(
        carried=tuple(
            ShownApp(
                app.app_id,
                app.name,
                app.key,
                app.was_chosen,
                _listed((PARTS[part.value] for part in app.parts), language),
                app.records,
            )
            for app in report.carried
        ),
        replaced=tuple(show_replacement(one, names, language) for one in report.replaced),
        lost=tuple(one.reason.in_language(language) for one in report.lost),
        left=tuple(
            ShownLoss(
                _place(names.get(one.app_key, one.app_key), one.part, language),
                one.subject or WHOLE.in_language(language),
                one.reason.in_language(language),
            )
            for one in report.left
        ),
        mentions=tuple((one.code, one.file) for one in report.mentions),
        base=report.base,
        version=report.version,
    )


def show_replacement(one: Replacement, names: dict[str, str], language: Language) -> ShownReplacement:
    """Return somebody who was replaced, with the places where the placeholder stands."""
    return ShownReplacement(
        label=one.label.in_language(language),
        key=one.key,
        kind=KINDS[one.kind.value].in_language(language),
        code=one.code,
        places=tuple(_place(names.get(use.app_key, use.app_key), use.part, language) for use in one.places),
    )


def _title(view: ExportView, language: Language) -> str:
    if view.export.dry_run:
        return SURVEY.in_language(language)
    return EXPORT.in_language(language, slug=view.export.slug or "")


def _place(app: str, part: PartName, language: Language) -> str:
    separator = ": " if language is Language.EN else "："
    return f"{app}{separator}{PARTS[part.value].in_language(language)}"


def _listed(texts: Iterable[Text], language: Language) -> str:
    return (", " if language is Language.EN else "、").join(text.in_language(language) for text in texts)
