"""Lets the pages of records look at an app that is set up only to be drawn."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from marketplace.bundle.model import AppDefinition, PartName
from marketplace.kernel.context import Context
from marketplace.kernel.text import Language
from marketplace.sandbox.errors import PlatformError
from marketplace.sandbox.form import live_form
from marketplace.sandbox.records import reading
from marketplace.sandbox.reports.reading import list_reports
from marketplace.sandbox.settings.live_settings import read_live_app
from marketplace.showcase.setting_up import SITE, Showcase
from marketplace.web.apps.controls import Controls, Surroundings, TableControl
from marketplace.web.apps.desk import Desk
from marketplace.web.apps.form_page import FormState, controls_of
from marketplace.web.apps.layouts import Block, lay_out
from marketplace.web.apps.list_cells import ListCell, ListColumn, list_cells, list_columns
from marketplace.web.apps.lists import RecordList, lists_of
from marketplace.web.apps.related import RelatedList, related_lists
from marketplace.web.apps.reports import ReportCard, draw_reports
from marketplace.web.apps.shown import ShownValue
from marketplace.web.apps.visit import Visit
from marketplace.workspaces.models import BUILTIN, Workspace

SHOWN_RECORDS = 5
SHOWN_TABLE_ROWS = 3
Document = dict[str, Any]


@dataclass(frozen=True, slots=True)
class FormPicture:
    """The form as it will look; `is_sample` tells that the first sample record stands in it."""

    blocks: tuple[Block, ...]
    is_sample: bool
    address: str = ""
    """A picture is sent nowhere."""


@dataclass(frozen=True, slots=True)
class ListPicture:
    """The list that people will see first, with some of the sample records."""

    name: str
    kind: str
    columns: tuple[ListColumn, ...]
    rows: tuple[tuple[ListCell, ...], ...]
    total: int


@dataclass(frozen=True, slots=True)
class Pictures:
    """What can be shown only of an app that is set up."""

    form: FormPicture
    list: ListPicture | None
    reports: tuple[ReportCard, ...]


class StillControls(Controls):
    """The controls of a form that is only looked at: lists of related records are part of the picture."""

    def __init__(self, around: Surroundings, lists: Mapping[str, RelatedList]) -> None:
        """Keep the lists beside what the controls are made of."""
        super().__init__(around)
        self.lists = lists

    def table(self, code: str, columns: list[str]) -> TableControl | None:
        """Return a table with its first rows."""
        found = super().table(code, columns)
        return None if found is None else replace(found, rows=found.rows[:SHOWN_TABLE_ROWS])

    def related(self, code: str) -> RelatedList | None:
        """Return a list of related records, its links taken out."""
        return self.lists.get(code)

    def must_open(self, codes: list[str]) -> bool:  # noqa: ARG002 - the interface
        """Open every group: nobody can open one in a picture."""
        return True


def take_pictures(ctx: Context, showcase: Showcase, key: str, language: Language) -> Pictures | None:
    """Return the form, the first list and the graphs of an app that is set up; None if its form can't be drawn."""
    here = _visit(ctx, showcase, key)
    session, live = here.ctx.session, here.live
    reports = list_reports(session, live.app)
    try:
        form = _form(here)
    except PlatformError:
        return None
    return Pictures(form, _list(here, language), tuple(draw_reports(here, reports, language)))


def take_list(ctx: Context, showcase: Showcase, key: str, language: Language) -> ListPicture | None:
    """Return the first list of an app that is set up; None if its conditions can't be read."""
    return _list(_visit(ctx, showcase, key), language)


def list_without_records(app: AppDefinition) -> ListPicture:
    """Return the first list as the definition alone tells it, for an app that can't be set up."""
    views: Mapping[str, Document] = (app.part(PartName.VIEWS) or {}).get("views") or {}
    name, first = min(views.items(), key=lambda each: int(each[1].get("index") or 0), default=(app.name, {}))
    codes = [code for code in first.get("fields") or app.fields if code in app.fields]
    return ListPicture(name, "LIST", tuple(list_columns(app.fields, codes)), (), 0)


def _visit(ctx: Context, showcase: Showcase, key: str) -> Visit:
    session, caller = showcase.session, showcase.caller
    live = read_live_app(session, caller, showcase.apps[key].app_id)
    workspace = Workspace(id=SITE, municipality_code="", name=SITE, kind=BUILTIN)
    return Visit(replace(ctx, session=session), workspace, caller, live)


def _form(here: Visit) -> FormPicture:
    session, live = here.ctx.session, here.live
    found = reading.list_records(session, here.caller, live.app, query="order by $id asc limit 1", now=here.ctx.now())
    stored = found.records[0] if found.records else None
    desk = Desk(here, live_form(session, live.app), stored)
    around = controls_of(desk, desk.before or desk.defaults(), FormState()).around
    lists = {code: _without_links(each) for code, each in related_lists(here, stored or {}).items()}
    still = StillControls(around, lists)
    return FormPicture(lay_out(live.layout, live.properties, still), stored is not None)


def _without_links(related: RelatedList) -> RelatedList:
    rows = tuple(
        replace(row, address="", cells=tuple(_plain(cell) for cell in row.cells))
        for row in related.rows[:SHOWN_RECORDS]
    )
    return replace(related, rows=rows, add_address=None)


def _plain(value: ShownValue) -> ShownValue:
    if value.kind in {"files", "link"}:
        return ShownValue("text", value.text or "、".join(file.name for file in value.files))
    return value


def _list(here: Visit, language: Language) -> ListPicture | None:
    chosen = lists_of(here.live, language)[0]
    try:
        found = reading.list_records(
            here.ctx.session,
            here.caller,
            here.live.app,
            query=f"{chosen.condition} order by {chosen.order} limit {SHOWN_RECORDS}",
            total_count=True,
            now=here.ctx.now(),
        )
    except PlatformError:
        return None
    columns = list_columns(here.live.properties, _columns(chosen))
    rows = tuple(tuple(list_cells(record, columns, "", language)) for record in found.records)
    return ListPicture(chosen.name, chosen.kind, tuple(columns), rows, found.total_count or 0)


def _columns(chosen: RecordList) -> tuple[str, ...]:
    """Return what the list shows; a calendar shows a day and a title, and these come first here."""
    if chosen.kind != "CALENDAR":
        return chosen.columns
    named = [code for code in (chosen.date_code, chosen.title_code) if code]
    return tuple(dict.fromkeys([*named, *chosen.columns]))
