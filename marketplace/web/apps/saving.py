"""Saves a form: once however often it is sent, never over somebody else's change unseen, and nothing typed is lost."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from http import HTTPStatus
from typing import TYPE_CHECKING

from marketplace.edge.context import language
from marketplace.idempotency.errors import IdempotencyMismatchError
from marketplace.idempotency.services import StoredAnswer, remember, replay
from marketplace.kernel.actor import SYSTEM
from marketplace.kernel.context import Context
from marketplace.kernel.errors import DomainError
from marketplace.kernel.text import Text
from marketplace.sandbox.errors import InvalidInputError, PlatformError, RecordRevisionError
from marketplace.sandbox.form import Form
from marketplace.sandbox.records import writing
from marketplace.sandbox.records.errors import LookupFailedError
from marketplace.web.apps.desk import Desk, open_edit
from marketplace.web.apps.entry import Entry, Spot, spots_of
from marketplace.web.apps.form_page import Clash, FormState, Notice
from marketplace.web.apps.merging import merge, read_fingerprints
from marketplace.web.apps.refusals import Trial, status_of
from marketplace.web.apps.shown import show
from marketplace.web.dates import moment_text
from marketplace.web.forms import INVALID

if TYPE_CHECKING:
    from marketplace.sandbox.form import Field

ERROR_KEY = re.compile(
    r"record(?:\.(?P<code>[^.\[\]]+)|\[(?P<bare>[^\]]+)\])"
    r"(?:\.value\[(?P<row>[0-9]+)\]\.value\.(?P<inner>[^.\[\]]+))?(?:\.values?.*)?"
)
LOOKUP_FAILED = Text(
    "「{value}」は参照先のアプリに見つかりません。「選ぶ」から探してください。",
    "“{value}” is not in the other app. Use “Choose” to find it.",
)
SAVED_BEFORE = Text("この画面の内容は、前に一度保存されています。", "This form was saved once before.")
SAVE_AGAIN = Text(
    "前に保存したあとで内容が変わっています。別のレコードとして登録してよければ、もう一度「保存する」を押してください。",
    "What you entered has changed since. If it is to become another record, choose “Save” again.",
)
CHANGED_MEANWHILE = Text(
    "{who}さんが{when}にこのレコードを更新しました。まだ保存していません。",
    "{who} changed this record at {when}. Your changes are not saved yet.",
)
CHECK_CLASHES = Text(
    "下の項目は、どちらも変更しています。入力欄にはあなたの入力が残っています。"
    "このまま「保存する」を押すと、あなたの入力で上書きします。",
    "Both of you changed the items below. The form keeps what you entered; “Save” overwrites the others with it.",
)
NO_CLASHES = Text(
    "同じ項目の変更はありません。このまま「保存する」を押すと、両方の変更が残ります。",
    "Nobody changed the same items. Choose “Save” to keep both changes.",
)
TAKEN_OVER = Text("入力欄に取り込んだ変更：{names}", "Taken over into the form: {names}")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a save: the record's address, or the form to show again."""

    desk: Desk
    entry: Entry
    state: FormState
    address: str = ""


def save(desk: Desk, entry: Entry, state: FormState, digest: str) -> Outcome:
    """Save an entry, or return the form with what stands against it."""
    if desk.stored is not None and state.revision != desk.revision and not _was_saved(desk, state, digest):
        return _merge(desk, entry, state)
    with Trial() as trial:
        address = _write(desk, entry, state, digest)
        return Outcome(desk, entry, state, address)
    if isinstance(trial.error, RecordRevisionError) and desk.record_id is not None:
        here = desk.here
        fresh = open_edit(here.workspace.id, here.live.app.app_id, desk.record_id)
        return _merge(fresh, entry, state)
    return Outcome(desk, entry, _refused(desk, entry, state, trial.error))


def _was_saved(desk: Desk, state: FormState, digest: str) -> bool:
    """Tell whether this very form was saved before: a second press of the button meets its own change."""
    with Trial() as trial:
        kept = replay(*_keeping(desk, state), digest)
        if kept is None:
            raise RecordRevisionError  # only looked; the key is not to be reserved
    return trial.error is None


def _keeping(desk: Desk, state: FormState) -> tuple[Context, str]:
    """Return for whom and under which key the outcome of a form is kept; nobody has signed in to a try-out."""
    ctx = desk.here.ctx
    key = f"{desk.here.workspace.id}.{state.token}"
    return (ctx, key) if ctx.actor.is_signed_in else (replace(ctx, actor=SYSTEM), key)


def _write(desk: Desk, entry: Entry, state: FormState, digest: str) -> str:
    ctx = desk.here.ctx
    kept = replay(*_keeping(desk, state), digest)
    if kept is not None:
        return str(kept.headers["Location"])
    body = desk.body(entry)
    session, caller, app, now = ctx.session, desk.here.caller, desk.here.live.app, ctx.now()
    if desk.record_id is None:
        number = writing.add_record(session, caller, app, body.values, now).record_id
    else:
        number = desk.record_id
        changes = {"id": number, "record": body.values, "revision": state.revision}
        if body.values:
            writing.update_record(session, caller, app, changes, now)
    if body.problems:
        raise InvalidInputError
    done = "added" if desk.record_id is None else "saved"
    address = f"{desk.here.address}show?record={number}&done={done}"
    remember(*_keeping(desk, state), digest, StoredAnswer(HTTPStatus.SEE_OTHER, {"Location": address}))
    return address


def _refused(desk: Desk, entry: Entry, state: FormState, error: PlatformError | DomainError | None) -> FormState:
    spoken = language()
    if isinstance(error, IdempotencyMismatchError):
        notice = Notice("warning", SAVED_BEFORE.in_language(spoken), (SAVE_AGAIN.in_language(spoken),))
        return replace(state, notices=(notice,), token="", status=HTTPStatus.CONFLICT)
    if isinstance(error, DomainError):
        return replace(state, title=error.says(spoken), remedy=error.advises(spoken), status=HTTPStatus.CONFLICT)
    errors, general = _messages(desk, entry, error) if error else ({}, [])
    return replace(
        state,
        title=INVALID.in_language(spoken),
        errors=errors,
        general=tuple(general),
        focus=next(iter(errors), ""),
        status=status_of(error) if error else HTTPStatus.UNPROCESSABLE_ENTITY,
    )


def _messages(desk: Desk, entry: Entry, error: PlatformError) -> tuple[dict[str, list[str]], list[str]]:
    """Return the messages by the name of their control, and those that belong to none."""
    spoken = language()
    found = {
        name: [sentence.in_language(spoken) for sentence in sentences]
        for name, sentences in desk.body(entry).problems.items()
    }
    if isinstance(error, LookupFailedError):
        sentence = LOOKUP_FAILED.in_language(spoken, value=error.params["value"])
        names = _lookups_with(desk.form, entry, str(error.params["code"]), str(error.params["value"]))
        return found | {name: [sentence] for name in names}, [] if names else [error.says(spoken)]
    general: list[str] = []
    for key, sentences in error.errors.items():
        spoken_sentences = [sentence.in_language(spoken) for sentence in sentences]
        name = name_of_key(desk.form, key)
        if name is None:
            general += spoken_sentences
        elif name not in desk.body(entry).problems:
            found.setdefault(name, []).extend(each for each in spoken_sentences if each not in found.get(name, []))
    if not error.errors and not found:
        general.append(error.says(spoken))
    return _in_order(desk, entry, found), general


def _in_order(desk: Desk, entry: Entry, found: Mapping[str, list[str]]) -> dict[str, list[str]]:
    """Return the messages from top to bottom, so that the first is the first to correct."""
    codes = (each for code, field in desk.here.live.properties.items() for each in (code, *(field.get("fields") or ())))
    places = {code: number for number, code in enumerate(codes)}

    def place(spot: Spot) -> tuple[int, int, int]:
        table = spot.table or spot.field
        return places.get(table.code, len(places)), spot.row, places.get(spot.field.code, len(places))

    names = [spot.name for spot in sorted(spots_of(desk.form, entry), key=place)]
    ordered = sorted(found, key=lambda name: names.index(name) if name in names else len(names))
    return {name: list(found[name]) for name in ordered}


def name_of_key(form: Form, key: str) -> str | None:
    """Return the name of the control that a key of kintone's messages means; None for no control of this form."""
    match = ERROR_KEY.fullmatch(key)
    field = form.fields.get(match["code"] or match["bare"]) if match else None
    if field is None or match is None:
        return None
    if match["inner"] is None:
        return Spot(field).name
    column = field.columns.get(match["inner"])
    return None if column is None else Spot(column, field, int(match["row"])).name


def _lookups_with(form: Form, entry: Entry, code: str, value: str) -> list[str]:
    return [spot.name for spot in spots_of(form, entry) if spot.field.code == code and entry.at(spot) == (value,)]


def _merge(desk: Desk, entry: Entry, state: FormState) -> Outcome:
    """Take over what only the other person changed, and show what both did."""
    stored, before, spoken = desk.stored, desk.before, language()
    if stored is None or before is None:
        return Outcome(desk, entry, state)
    merged = merge(desk.form, read_fingerprints(state.base or ""), entry, before)
    sentences = [(CHECK_CLASHES if merged.clashing else NO_CLASHES).in_language(spoken)]
    if merged.taken:
        sentences.append(TAKEN_OVER.in_language(spoken, names="、".join(each.label for each in merged.taken)))
    notice = Notice("warning", _who_and_when(stored), tuple(sentences))
    preview = desk.preview(merged.entry).record
    clashes = tuple(_clash(desk, field, preview, stored) for field in merged.clashing)
    fresh = replace(
        state, notices=(notice,), clashes=clashes, revision=None, base=None, token="", status=HTTPStatus.CONFLICT,
        is_dirty=True,
    )  # fmt: skip
    return Outcome(desk, merged.entry, fresh)


def _who_and_when(stored: Mapping[str, dict[str, object]]) -> str:
    held = {str(cell.get("type")): cell.get("value") for cell in stored.values()}
    modifier, updated = held.get("MODIFIER"), held.get("UPDATED_TIME")
    who = str(modifier["name"]) if isinstance(modifier, dict) else ""
    when = moment_text(datetime.fromisoformat(str(updated)), language())
    return CHANGED_MEANWHILE.in_language(language(), who=who, when=when)


def _clash(desk: Desk, field: Field, ours: dict[str, dict[str, object]], theirs: dict[str, dict[str, object]]) -> Clash:
    def words(record: dict[str, dict[str, object]]) -> str:
        value = (record.get(field.code) or {}).get("value")
        if field.columns and isinstance(value, list):
            return Text("{count}行", "Rows: {count}").in_language(language(), count=len(value))
        shown = show(field, value, desk.files_address, language())
        return shown.text or (
            shown.markup.striptags() if shown.markup else "、".join(each.name for each in shown.files)
        )

    return Clash(field.label, Spot(field).name if not field.columns else None, words(ours), words(theirs))
