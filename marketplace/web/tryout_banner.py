"""What every page inside a try-out tells about it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask import g

WORKSPACES = "/workspaces"
Trail = list[tuple[str, str | None]]


@dataclass(frozen=True, slots=True)
class TryoutBanner:
    """The try-out that the page under way belongs to."""

    workspace_id: str
    address: str
    expires_at: datetime


def tryout() -> TryoutBanner | None:
    """Return the try-out of this page, if it is one."""
    found: TryoutBanner | None = g.get("tryout")
    return found


def trail_of(trail: Trail) -> Trail:
    """Return a breadcrumb as the reader can follow it: visitors of a try-out have no list of workspaces."""
    here = tryout()
    if here is None:
        return trail
    own = f"{WORKSPACES}/{here.workspace_id}"
    return [(label, here.address if address == own else address) for label, address in trail if address != WORKSPACES]
