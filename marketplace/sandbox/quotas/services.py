"""Asked before anything is added to a site; counters answer, so that no question costs more than one small statement.

Apps and bytes are counted exactly. The records of a site are the sum of its apps' counters: writers of
different apps do not wait for each other, so that at the very limit they may pass it together by a call's records.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from marketplace.kernel.limits import MEGABYTE, SiteLimits
from marketplace.sandbox.errors import SiteNotFoundError
from marketplace.sandbox.models import App, Record, Site, SiteUser, StoredFile
from marketplace.sandbox.quotas.errors import (
    AppFullError,
    FilesFullError,
    FileTooLargeError,
    SiteFullError,
    TooManyAppsError,
    TooManyUsersError,
)


@dataclass(frozen=True, slots=True)
class Usage:
    """What a site holds, and its limits."""

    apps: int
    records: int
    file_bytes: int
    users: int
    limits: SiteLimits


def require_room_for_app(session: Session, site: Site) -> None:
    """Refuse one more app; the caller has locked the site. Raises TooManyAppsError."""
    limits = SiteLimits.from_document(site.limits)
    there = session.scalar(select(func.count()).select_from(App).where(App.site_id == site.id)) or 0
    if there >= limits.apps:
        raise TooManyAppsError(most=limits.apps)


def require_room_for_records(session: Session, app: App, count: int) -> None:
    """Refuse an app or a site whose counters, the records about to be added among them, are over their limits.

    `count` is the app's counter. Raises AppFullError or SiteFullError.
    """
    total = select(func.coalesce(func.sum(App.record_count), 0)).where(App.site_id == app.site_id).scalar_subquery()
    document, records = session.execute(select(Site.limits, total).where(Site.id == app.site_id)).one()
    limits = SiteLimits.from_document(document)
    if count > limits.app_records:
        raise AppFullError(most=f"{limits.app_records:,}")
    if records > limits.records:
        raise SiteFullError(most=f"{limits.records:,}")


def require_room_for_user(session: Session, site_id: str) -> None:
    """Refuse one more user. Raises TooManyUsersError."""
    there = select(func.count()).select_from(SiteUser).where(SiteUser.site_id == site_id).scalar_subquery()
    row = session.execute(select(Site.limits, there).where(Site.id == site_id)).one_or_none()
    if row is None:
        raise SiteNotFoundError
    limits = SiteLimits.from_document(row[0])
    if row[1] >= limits.users:
        raise TooManyUsersError(most=limits.users)


def take_file_bytes(session: Session, site_id: str, size: int) -> None:
    """Count a file in before its bytes are stored; those who upload to one site at once wait for each other.

    Raises SiteNotFoundError, FileTooLargeError or FilesFullError.
    """
    row = session.execute(
        update(Site)
        .where(Site.id == site_id)
        .values(file_bytes=Site.file_bytes + size)
        .returning(Site.file_bytes, Site.limits)
        .execution_options(synchronize_session=False)
    ).one_or_none()
    if row is None:
        raise SiteNotFoundError
    taken, limits = row[0], SiteLimits.from_document(row[1])
    if size > limits.upload_bytes:
        raise FileTooLargeError(megabytes=limits.upload_bytes // MEGABYTE)
    if taken > limits.file_bytes:
        raise FilesFullError(megabytes=limits.file_bytes // MEGABYTE)


def give_file_bytes_back(session: Session, sizes: Mapping[str, int]) -> None:
    """Count bytes out again, by site."""
    for site_id in sorted(sizes):
        session.execute(
            update(Site)
            .where(Site.id == site_id)
            .values(file_bytes=Site.file_bytes - sizes[site_id])
            .execution_options(synchronize_session=False)
        )


def recount_file_bytes(session: Session, site_id: str) -> None:
    """Count what the files of a site take anew."""
    taken = select(func.coalesce(func.sum(StoredFile.size), 0)).where(StoredFile.site_id == site_id).scalar_subquery()
    session.execute(update(Site).where(Site.id == site_id).values(file_bytes=taken))


def recount_records(session: Session, app_pk: int) -> None:
    """Count the records of an app anew."""
    there = select(func.count()).select_from(Record).where(Record.app_pk == app_pk).scalar_subquery()
    session.execute(update(App).where(App.pk == app_pk).values(record_count=there))


def read_usage(session: Session, site_id: str) -> Usage:
    """Return what a site holds. Raises SiteNotFoundError."""
    apps = select(func.count()).select_from(App).where(App.site_id == site_id).scalar_subquery()
    records = select(func.coalesce(func.sum(App.record_count), 0)).where(App.site_id == site_id).scalar_subquery()
    users = select(func.count()).select_from(SiteUser).where(SiteUser.site_id == site_id).scalar_subquery()
    row = session.execute(
        select(apps, records, Site.file_bytes, users, Site.limits).where(Site.id == site_id)
    ).one_or_none()
    if row is None:
        raise SiteNotFoundError
    return Usage(int(row[0]), int(row[1]), row[2], int(row[3]), SiteLimits.from_document(row[4]))


def apply_standard_limits(session: Session, limits: SiteLimits) -> None:
    """Give every site these limits but the sealed ones, which keep those they were made with."""
    session.execute(
        update(Site)
        .where(Site.sealed.is_(False))
        .values(limits=limits.as_document())
        .execution_options(synchronize_session=False)
    )
