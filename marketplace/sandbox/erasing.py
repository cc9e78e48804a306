"""Takes a whole site away, some rows at a time."""

from __future__ import annotations

from sqlalchemy import delete
from sqlalchemy.orm import Session

from marketplace.db.erasing import erase_below
from marketplace.sandbox.files import forget_files_of_site
from marketplace.sandbox.models import Site


def erase_some_of_site(session: Session, site_id: str, most: int) -> int:
    """Delete up to so many rows of a site, in the end the site itself; return how many, 0 when nothing is left.

    The bytes of its files are noted as abandoned, and go by the sweep of blobs.
    """
    erased = forget_files_of_site(session, site_id, most) or erase_below(session, Site.__tablename__, site_id, most)
    if erased:
        return erased
    gone = session.execute(delete(Site).where(Site.id == site_id).returning(Site.id))
    return len(gone.all())
