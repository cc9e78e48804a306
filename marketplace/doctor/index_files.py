"""Whether the index of files says what the catalog says, and whether the files it names are there and sound.

The storage is asked once for all names and sizes, so that a look takes seconds; only a thorough one reads the files.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from sqlalchemy import select

from marketplace.catalog.index_files.comparing import (
    NamedFile,
    differing_templates,
    forget_number,
    named_files,
    segment_files,
)
from marketplace.catalog.index_files.models import IndexedTemplate, IndexState
from marketplace.catalog.index_files.noting import note_change
from marketplace.catalog.index_files.numbering import STATE, lock_state
from marketplace.catalog.index_files.writing import SIGNED_EVERY, write_index
from marketplace.catalog.models import Template
from marketplace.doctor.findings import AT_ONCE, MENDABLE, Finding, Patient
from marketplace.kernel.context import Context
from marketplace.kernel.errors import DomainError
from marketplace.kernel.text import Text
from marketplace.mirror.names import HEAD
from marketplace.mirror.sealing import open_head
from marketplace.storage.errors import BlobDamagedError, BlobMissingError

UNSIGNED_FOR = 2 * SIGNED_EVERY
"""A worker that lives signs the head sooner."""


def check(patient: Patient, mend: bool) -> Iterator[Finding]:  # noqa: FBT001 - the shape of checks
    """Look at rows, then at the files; before the worker wrote the index for the first time there is nothing to say."""
    with patient.reading() as ctx:
        state = ctx.session.get(IndexState, STATE)
        is_begun, written = state is not None and state.signed_at is not None, 0 if state is None else state.written
    if not is_begun:
        return
    found = False
    for finding in (*_templates(patient, mend), *_files(patient, written, mend), *_head(patient, mend)):
        found = True
        yield finding
    if found and mend:
        write_index(patient.sessions, patient.ports, patient.now)


def _templates(patient: Patient, mend: bool) -> Iterator[Finding]:  # noqa: FBT001 - the shape of checks
    after = ""
    while True:
        with patient.reading() as ctx:
            chosen = select(Template).where(Template.id > after).order_by(Template.id).limit(AT_ONCE)
            templates = ctx.session.scalars(chosen).all()
            differing = differing_templates(ctx, templates)
        if not templates:
            return
        for template in differing:
            if mend:
                with patient.writing() as ctx:
                    forget_number(ctx, template.id)
                    note_change(ctx, template.id)
            yield _differs(f"{template.publisher_code}/{template.slug}", mended=mend)
        after = templates[-1].id


def _files(patient: Patient, written: int, mend: bool) -> Iterator[Finding]:  # noqa: FBT001 - the shape of checks
    """Rows are read first: what they name as written is in every later list of the storage."""
    named = list(_named(patient, written))
    there = dict(patient.ports.public_files.walk())
    for file in named:
        if there.get(file.path) == file.size and (not patient.is_thorough or _is_sound(patient, file)):
            continue
        content = _content_of(patient, file)
        if content is None:
            continue  # Of a bundle that is lost altogether, the check of the files tells.
        if mend:
            patient.ports.public_files.put(file.path, content)
        yield _wrong(file.path, mended=mend)


def _named(patient: Patient, written: int) -> Iterator[NamedFile]:
    """Return each file that the head in the storage leads to, without the contents of bundles."""
    after, seen = 0, set[str]()
    while True:
        with patient.reading() as ctx:
            chosen = select(IndexedTemplate).where(IndexedTemplate.number > after, IndexedTemplate.number <= written)
            rows = ctx.session.scalars(chosen.order_by(IndexedTemplate.number).limit(AT_ONCE)).all()
            files = [file for file in named_files(rows) if file.path not in seen]
        if not rows:
            break
        yield from files
        seen |= {file.path for file in files}
        after = rows[-1].number or 0
    with patient.reading() as ctx:
        segments = list(segment_files(ctx, written))
    yield from segments


def _is_sound(patient: Patient, file: NamedFile) -> bool:
    data = patient.ports.public_files.get(file.path)
    return data is not None and hashlib.sha256(data).hexdigest() == file.sha256


def _content_of(patient: Patient, file: NamedFile) -> bytes | None:
    if file.content is not None:
        return file.content
    try:
        return patient.ports.blobs.get(file.sha256)
    except (BlobMissingError, BlobDamagedError):
        return None


def _head(patient: Patient, mend: bool) -> Iterator[Finding]:  # noqa: FBT001 - the shape of checks
    """Compare the head with the row that says what it is; nobody writes it meanwhile."""
    with patient.writing() as ctx:
        is_right = _is_right(ctx)
        if is_right or not mend:
            ctx.session.rollback()
        else:
            lock_state(ctx).signed_at = None
    if not is_right:
        yield _wrong(HEAD, mended=mend)


def _is_right(ctx: Context) -> bool:
    state = lock_state(ctx)
    data = ctx.ports.public_files.get(HEAD)
    own = {key.raw for key in ctx.ports.signer.public_keys()}
    try:
        head = None if data is None else open_head(data, lambda key: key.raw in own).head
    except DomainError:
        head = None
    if head is None or head.place != (state.history, state.written):
        return False
    if state.written == state.number and head.segment != state.segment:
        return False
    return ctx.now() - head.signed_at < UNSIGNED_FOR


def _differs(name: str, *, mended: bool) -> Finding:
    text = Text(f"索引のファイルの記述が、カタログと違います：{name}", f"The index of files tells {name} wrongly.")
    return _finding("index-differs", f"index:{name}", text, mended=mended)


def _wrong(path: str, *, mended: bool) -> Finding:
    text = Text(
        f"索引のファイル「{path}」が、ないか、壊れているか、古いままです。",
        f"The file {path} of the index is missing, damaged or out of date.",
    )
    return _finding("index-file-wrong", f"index:{path}", text, mended=mended)


def _finding(code: str, subject: str, text: Text, *, mended: bool) -> Finding:
    found = Finding(code, subject, text, MENDABLE, can_be_mended=True)
    return found.mended() if mended else found
