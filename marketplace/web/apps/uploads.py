"""The files that come along with a form: kept at once, so that they outlive whatever the form is refused for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import request

from marketplace.edge.context import language
from marketplace.kernel.errors import DomainError
from marketplace.sandbox.files import store_upload
from marketplace.sandbox.form import FieldType
from marketplace.web.apps.desk import Desk
from marketplace.web.apps.entry import UPLOADED, Entry, Spot, spots_of
from marketplace.web.apps.refusals import Trial

if TYPE_CHECKING:
    from werkzeug.datastructures import FileStorage


@dataclass(frozen=True, slots=True)
class Uploads:
    """The entry with the files that could be kept, and why others could not."""

    entry: Entry
    marks: tuple[str, ...]
    """What tells the files of one form from those of another."""
    errors: dict[str, list[str]]
    """By the name of the control."""


def keep_uploads(desk: Desk, entry: Entry) -> Uploads:
    """Store the files that came along with a form."""
    marks: list[str] = []
    errors: dict[str, list[str]] = {}
    for spot in list(spots_of(desk.form, entry)):
        if spot.field.type is not FieldType.FILE:
            continue
        for upload in request.files.getlist(f"{spot.name}-new"):
            if not upload.filename:
                continue
            data = upload.read()
            marks.append(f"{spot.name} {upload.filename} {len(data)}")
            entry = _keep(desk, entry, spot, upload, data=data, errors=errors)
    return Uploads(entry, tuple(marks), errors)


def _keep(
    desk: Desk, entry: Entry, spot: Spot, upload: FileStorage, *, data: bytes, errors: dict[str, list[str]]
) -> Entry:
    ctx = desk.here.ctx
    with Trial() as trial:
        key = store_upload(
            ctx.session,
            ctx.ports.blobs,
            desk.form.site_id,
            name=upload.filename or "",
            content_type=upload.mimetype,
            data=data,
            now=ctx.now(),
        )
        return entry.put(spot, (*entry.at(spot), UPLOADED + key))
    if isinstance(trial.error, DomainError):
        raise trial.error
    if trial.error is not None:
        errors.setdefault(spot.name, []).append(trial.error.says(language()))
    return entry
