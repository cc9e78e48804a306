"""The permissions of an app: those on the app itself to be changed, those on records and fields to be read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flask import redirect, render_template, request

from marketplace.edge.attempt import attempt
from marketplace.edge.context import language
from marketplace.kernel.text import Text
from marketplace.sandbox.models import Part
from marketplace.web.app_settings.frame import frame_of, manage, pages, settings_address
from marketplace.web.app_settings.rights_form import CREATOR, RightsForm, read_form, rights_of, rows_of, values_of
from marketplace.web.app_settings.words import APP_CREATOR, APP_RIGHTS, Names, names_of, who
from marketplace.web.forms import FormState, refused
from marketplace.workspaces.app_settings.holders import Holder, list_holders
from marketplace.workspaces.app_settings.rights import replace_app_rights

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from marketplace.workspaces.app_settings.access import ManagedApp

Document = dict[str, Any]

NOBODY = Text("選んでください", "Choose")
ACCESSIBILITY: dict[str, Text] = {
    "WRITE": Text("閲覧と編集", "View and edit"),
    "READ": Text("閲覧のみ", "View only"),
    "NONE": Text("見られない", "Neither"),
}


@dataclass(frozen=True, slots=True)
class RecordRight:
    """Who may do what with the records that meet a condition."""

    condition: str
    holders: tuple[tuple[Text, bool, bool, bool], ...]
    """Who, and whether they may view, edit and delete."""


@dataclass(frozen=True, slots=True)
class FieldRight:
    """Who may do what with a field."""

    label: str
    holders: tuple[tuple[Text, Text], ...]


@pages.get("/w/<workspace_id>/k/<int:app_id>/settings/rights")
def show_rights(workspace_id: str, app_id: int) -> ResponseReturnValue:
    """Show the permissions."""
    managed = manage(workspace_id, app_id)
    rights = RightsForm(rows_of(managed.read(Part.APP_ACL)["rights"]), managed.app.preview_revision)
    return _render(managed, rights, FormState(values_of(rights)), is_saved=request.args.get("saved") == "yes")


@pages.post("/w/<workspace_id>/k/<int:app_id>/settings/rights")
def change_rights(workspace_id: str, app_id: int) -> ResponseReturnValue:
    """Save the permissions, or show them with a row moved, added or removed, not saved yet."""
    managed = manage(workspace_id, app_id)
    rights = read_form(request.form)
    if request.form.get("act", "save") != "save":
        return _render(managed, rights, FormState(values_of(rights)), is_draft=True)
    with attempt() as tried:
        replace_app_rights(managed.ctx, workspace_id, app_id, rights_of(rights.rows), rights.revision)
        return redirect(f"{settings_address(workspace_id, app_id)}/rights?saved=yes", 303)
    form = refused(tried.error, values_of(rights))
    return _render(managed, rights, form, is_draft=True), form.status


def _render(
    managed: ManagedApp, rights: RightsForm, form: FormState, *, is_draft: bool = False, is_saved: bool = False
) -> str:
    holders = list_holders(managed)
    names = names_of(holders)
    return render_template(
        "app_settings/rights.html",
        frame=frame_of(managed),
        form=form,
        rights=rights,
        is_draft=is_draft,
        is_saved=is_saved,
        holders=_choices(holders, rights, names),
        app_rights=APP_RIGHTS.items(),
        record_rights=list(_record_rights(managed, names)),
        field_rights=list(_field_rights(managed, names)),
    )


def _choices(holders: Sequence[Holder], rights: RightsForm, names: Names) -> list[tuple[str, str]]:
    """Return whom a row may name, with those whom rows name although they are gone."""
    spoken = language()
    known = {f"{holder.kind}:{holder.code}": (holder.kind, holder.code) for holder in holders}
    gone = {row.holder for row in rights.rows} - set(known) - {CREATOR, ""}
    known |= {holder: (holder.partition(":")[0], holder.partition(":")[2]) for holder in sorted(gone)}
    named = [
        (value, who({"type": kind, "code": code}, names).in_language(spoken)) for value, (kind, code) in known.items()
    ]
    return [("", NOBODY.in_language(spoken)), (CREATOR, APP_CREATOR.in_language(spoken)), *named]


def _record_rights(managed: ManagedApp, names: Names) -> Iterator[RecordRight]:
    for right in managed.read(Part.RECORD_ACL)["rights"]:
        holders = (
            (
                who(each["entity"], names),
                bool(each.get("viewable")),
                bool(each.get("editable")),
                bool(each.get("deletable")),
            )
            for each in right["entities"]
        )
        yield RecordRight(str(right.get("filterCond") or ""), tuple(holders))


def _field_rights(managed: ManagedApp, names: Names) -> Iterator[FieldRight]:
    properties: Document = managed.read(Part.FIELDS)["properties"]
    for right in managed.read(Part.FIELD_ACL)["rights"]:
        code = str(right["code"])
        holders = ((who(each["entity"], names), ACCESSIBILITY[each["accessibility"]]) for each in right["entities"])
        yield FieldRight(str(properties.get(code, {}).get("label") or code), tuple(holders))
