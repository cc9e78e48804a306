"""Whether every blob that a row names is there and sound, and whether every blob that is there is named."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from sqlalchemy import select, union
from sqlalchemy.orm import Session

from marketplace.catalog.models import CatalogSource, Template, TemplateVersion
from marketplace.db.base import Base
from marketplace.doctor.findings import AT_ONCE, FROM_BACKUP, MENDABLE, Finding, Patient
from marketplace.kernel.text import Text
from marketplace.mirror.names import bundle_path
from marketplace.publishing.models import Draft
from marketplace.sandbox.models import StoredFile
from marketplace.storage.digests import digest_of
from marketplace.storage.errors import BlobDamagedError, BlobMissingError
from marketplace.storage.keeping import GRACE, abandon_blobs, blob_columns, named_among
from marketplace.storage.mending import keep_sound
from marketplace.storage.models import AbandonedBlob

MOST_OWNERS = 5
"""Named for one blob."""


def check(patient: Patient, mend: bool) -> Iterator[Finding]:  # noqa: FBT001 - the shape of checks
    """Go through what is named, then through what is there."""
    for digest in _named(patient):
        state = _state_of(patient, digest)
        if state is not None:
            with patient.reading() as ctx:
                owners = list(islice(_owners(ctx.session, digest), MOST_OWNERS))
            if owners:  # otherwise whoever named it is gone since
                spare = _spare_of(patient, digest)
                found = _lost(digest, state, owners, can_be_mended=spare is not None)
                is_back = mend and spare is not None and keep_sound(patient.ports.blobs, digest, spare)
                yield found.mended() if is_back else found
    yield from _unnamed(patient, mend)


def _named(patient: Patient) -> Iterator[str]:
    columns, after = blob_columns(Base.metadata.sorted_tables), ""
    while True:
        parts = [select(column).where(column > after).distinct().order_by(column).limit(AT_ONCE) for column in columns]
        some = union(*(select(part.subquery()) for part in parts)).subquery()
        (digest,) = some.columns
        with patient.reading() as ctx:
            found = ctx.session.scalars(select(digest).order_by(digest).limit(AT_ONCE)).all()
        if not found:
            return
        yield from found
        after = found[-1]


def _state_of(patient: Patient, digest: str) -> Text | None:
    """Return what is wrong with a blob; None if nothing is."""
    blobs, missing = patient.ports.blobs, Text("失われています", "is missing")
    if not patient.is_thorough:
        return None if blobs.exists(digest) else missing
    try:
        for _chunk in blobs.open(digest):
            pass
    except BlobMissingError:
        return missing
    except BlobDamagedError:
        return Text("壊れています", "is damaged")
    return None


def _spare_of(patient: Patient, digest: str) -> bytes | None:
    """Return a blob as the backup at hand or the index of files holds it: the bundles of versions stand there, too."""
    data = None if patient.spare is None else patient.spare(digest)
    if data is None:
        data = patient.ports.public_files.get(bundle_path(digest))
    return data if data is not None and digest_of(data) == digest else None


def _lost(digest: str, state: Text, owners: list[Text], *, can_be_mended: bool) -> Finding:
    whose_ja, whose_en = "、".join(owner.ja for owner in owners), ", ".join(owner.en for owner in owners)
    code = "blob-missing" if state.en == "is missing" else "blob-damaged"
    return Finding(
        code,
        f"blob:{digest}",
        Text(f"ファイル {digest} が{state.ja}（{whose_ja}）。", f"The file {digest} {state.en} ({whose_en})."),
        MENDABLE if can_be_mended else FROM_BACKUP,
        can_be_mended=can_be_mended,
    )


def _owners(session: Session, digest: str) -> Iterator[Text]:
    """Return who names a blob."""
    versions = select(Template.publisher_code, Template.slug, TemplateVersion.number).join(
        Template, Template.id == TemplateVersion.template_id
    )
    for code, slug, number in session.execute(versions.where(TemplateVersion.digest == digest)):
        yield Text(f"テンプレート {code}/{slug}@{number}", f"template {code}/{slug}@{number}")
    drafts = select(Draft.municipality_code, Draft.slug, Draft.number, Draft.id).where(Draft.digest == digest)
    for code, slug, number, key in session.execute(drafts):
        yield Text(f"下書き {code}/{slug}@{number}（{key}）", f"draft {code}/{slug}@{number} ({key})")
    files = select(StoredFile.site_id, StoredFile.name).where(StoredFile.digest == digest)
    for site, name in session.execute(files):
        yield Text(f"ワークスペース {site} の添付「{name}」", f"“{name}” in workspace {site}")
    for path in session.scalars(select(CatalogSource.path).where(CatalogSource.digest == digest)):
        yield Text(f"公式テンプレート {path}", f"first-party template {path}")


def _unnamed(patient: Patient, mend: bool) -> Iterator[Finding]:  # noqa: FBT001 - the shape of checks
    """Find what nobody names and no sweep knows of; the sweep deletes it an hour after it was told."""
    oldest = patient.now() - GRACE
    old = (digest for digest, since in patient.ports.blobs.walk() if since < oldest)
    while batch := list(islice(old, AT_ONCE)):
        with patient.reading() as ctx:
            known = select(AbandonedBlob.digest).where(AbandonedBlob.digest.in_(batch))
            unnamed = sorted({*batch} - named_among(ctx.session, batch) - {*ctx.session.scalars(known)})
        if mend and unnamed:
            with patient.writing() as ctx:
                abandon_blobs(ctx.session, unnamed)
        for digest in unnamed:
            found = Finding(
                "blob-unnamed",
                f"blob:{digest}",
                Text(f"ファイル {digest} は、どこからも使われていません。", f"Nothing names the file {digest}."),
                MENDABLE,
                can_be_mended=True,
            )
            yield found.mended() if mend else found
