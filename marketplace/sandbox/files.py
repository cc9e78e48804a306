"""Files of a site: first under an upload key, which serves once, then under the key that records and settings show."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, insert, select
from sqlalchemy.orm import Session

from marketplace.kernel.ids import new_secret
from marketplace.kernel.ports import BlobStore
from marketplace.sandbox.form import FieldType, Form
from marketplace.sandbox.models import StoredFile
from marketplace.sandbox.quotas.services import give_file_bytes_back, take_file_bytes
from marketplace.sandbox.records.drafts import Draft
from marketplace.sandbox.records.errors import StoredFileNotFoundError
from marketplace.storage.keeping import abandon_blobs, keep_blob

MAX_NAME = 255
UPLOADS_LIVE = timedelta(days=3)
"""As long as kintone keeps an upload that nothing was attached of."""
DEFAULT_NAME = "file"
DEFAULT_TYPE = "application/octet-stream"


def store_upload(  # noqa: PLR0913 - the facts of one upload
    session: Session, blobs: BlobStore, site_id: str, *, name: str, content_type: str, data: bytes, now: datetime
) -> str:
    """Keep the bytes and return an upload key: good for attaching once, not for reading.

    Raises FileTooLargeError or FilesFullError.
    """
    take_file_bytes(session, site_id, len(data))
    key = str(uuid.uuid4())
    row = StoredFile(
        key=key,
        site_id=site_id,
        attached=False,
        digest=keep_blob(session, blobs, data),
        name=_clean(name.replace("\\", "/").rsplit("/", 1)[-1]) or DEFAULT_NAME,
        content_type=_clean(content_type) or DEFAULT_TYPE,
        size=len(data),
        created_at=now,
    )
    session.add(row)
    session.flush()  # the next call may attach it by a plain query
    return key


def read_file(session: Session, blobs: BlobStore, site_id: str, key: str) -> tuple[StoredFile, bytes]:
    """Return an attached file and its bytes. Raises StoredFileNotFoundError, also for upload keys and other sites."""
    found = get_attached(session, site_id, key)
    return found, blobs.get(found.digest)


def get_attached(session: Session, site_id: str, key: str) -> StoredFile:
    """Return an attached file. Raises StoredFileNotFoundError, also for upload keys and other sites."""
    found = find_files(session, site_id, [key]).get(key)
    if found is None:
        raise StoredFileNotFoundError(id=key)
    return found


def read_upload(session: Session, blobs: BlobStore, site_id: str, key: str, *, most: int) -> bytes | None:
    """Return the bytes of an upload that nothing holds yet; None if there are more than `most`.

    Raises StoredFileNotFoundError.
    """
    found = session.get(StoredFile, key) if _is_key(key) else None
    if found is None or found.site_id != site_id or found.attached:
        raise StoredFileNotFoundError(id=key)
    return blobs.get(found.digest) if found.size <= most else None


def forget_file(session: Session, key: str) -> None:
    """Forget a file that nothing shows any more."""
    session.execute(delete(StoredFile).where(StoredFile.key == key))


def forget_upload(session: Session, site_id: str, key: str) -> None:
    """Forget an upload that has served; a sweep deletes its bytes later."""
    _delete_rows(session, StoredFile.site_id == site_id, StoredFile.attached.is_(False), StoredFile.key == key)


def find_files(session: Session, site_id: str, keys: Iterable[str]) -> Mapping[str, StoredFile]:
    """Return the attached files of a site by key, in one query; unknown keys are missing from the answer."""
    wanted = {key for key in keys if _is_key(key)}
    if not wanted:
        return {}
    rows = session.scalars(
        select(StoredFile).where(
            StoredFile.site_id == site_id, StoredFile.attached.is_(True), StoredFile.key.in_(wanted)
        )
    )
    return {row.key: row for row in rows}


def find_uploads(session: Session, site_id: str, keys: Iterable[str]) -> Mapping[str, StoredFile]:
    """Return the uploads of a site that wait to be attached, by their upload keys; others are missing."""
    wanted = {key for key in keys if _is_key(key)}
    if not wanted:
        return {}
    rows = session.scalars(
        select(StoredFile).where(
            StoredFile.site_id == site_id, StoredFile.attached.is_(False), StoredFile.key.in_(wanted)
        )
    )
    return {row.key: row for row in rows}


def attach_files(session: Session, site_id: str, upload_keys: Iterable[str], now: datetime) -> Mapping[str, str]:
    """Give each upload its lasting key and use the upload key up; return the new keys by the old.

    Raises StoredFileNotFoundError for a key that is no upload of the site, or was used before.
    """
    wanted = list(dict.fromkeys(upload_keys))
    if not wanted:
        return {}
    # In one statement: of two who attach an upload at once, one finds nothing to take.
    uploads = session.execute(
        delete(StoredFile)
        .where(
            StoredFile.site_id == site_id,
            StoredFile.attached.is_(False),
            StoredFile.key.in_([key for key in wanted if _is_key(key)]),
        )
        .returning(*StoredFile.__table__.columns)
        .execution_options(synchronize_session=False)
    ).mappings()
    found = {row["key"]: dict(row) for row in uploads}
    for key in wanted:
        if key not in found:
            raise StoredFileNotFoundError(id=key)
    lasting = {key: new_secret() for key in wanted}
    session.execute(
        insert(StoredFile),
        [found[key] | {"key": lasting[key], "attached": True, "created_at": now} for key in wanted],
    )
    return lasting


def attach_sent_files(session: Session, form: Form, drafts: Sequence[Draft], now: datetime) -> None:
    """Attach the uploads that records name; a record may also name files it holds already."""
    places = [
        (draft, each, row, keys)
        for draft in drafts
        for each, row in draft.sent
        if each.type is FieldType.FILE
        and isinstance(keys := (draft.content.values if row is None else row.values)[each.id], list)
    ]
    uploads = (key for draft, _, _, keys in places for key in keys if key not in draft.kept_files)
    lasting = attach_files(session, form.site_id, uploads, now)
    for draft, each, row, keys in places:
        draft.content.put(each, row, [key if key in draft.kept_files else lasting[key] for key in keys])


def free_files(session: Session, site_id: str, keys: Iterable[str]) -> None:
    """Delete the rows of attached files that nothing shows any more; a sweep deletes their bytes later."""
    wanted = set(keys)
    if wanted:
        _delete_rows(
            session, StoredFile.site_id == site_id, StoredFile.attached.is_(True), StoredFile.key.in_(sorted(wanted))
        )


def forget_unused_uploads(session: Session, now: datetime, most: int = 500) -> int:
    """Delete some uploads that nothing was done with for three days, and return how many they were."""
    unused = (StoredFile.attached.is_(False), StoredFile.created_at <= now - UPLOADS_LIVE)
    keys = session.scalars(select(StoredFile.key).where(*unused).limit(most)).all()
    return _delete_rows(session, *unused, StoredFile.key.in_(keys)) if keys else 0


def forget_files_of_site(session: Session, site_id: str, most: int) -> int:
    """Delete some files of a site that is being taken away, and return how many they were."""
    keys = session.scalars(select(StoredFile.key).where(StoredFile.site_id == site_id).limit(most)).all()
    return _delete_rows(session, StoredFile.site_id == site_id, StoredFile.key.in_(keys)) if keys else 0


def _delete_rows(session: Session, *condition: ColumnElement[bool]) -> int:
    rows = session.execute(
        delete(StoredFile)
        .where(*condition)
        .returning(StoredFile.site_id, StoredFile.digest, StoredFile.size)
        .execution_options(synchronize_session=False)
    ).all()
    sizes: Counter[str] = Counter()
    for site_id, _, size in rows:
        sizes[site_id] += size
    give_file_bytes_back(session, sizes)
    abandon_blobs(session, {digest for _, digest, _ in rows})
    return len(rows)


def _is_key(key: str) -> bool:
    """Tell whether a text may be asked for at all: PostgreSQL refuses some characters outright."""
    return key.isascii() and key.isprintable()


def _clean(text: str) -> str:
    """Return a text without control characters and halves of characters, cut to a length every system can store."""
    shown = text.encode("utf-8", "replace").decode("utf-8")
    return "".join(letter for letter in shown if letter.isprintable())[:MAX_NAME]
