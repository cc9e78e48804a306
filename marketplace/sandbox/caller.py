"""Who calls a site: a login of it, an API token, or the service itself on behalf of the owner."""

from __future__ import annotations

from dataclasses import dataclass

NORMAL_PATH = 0
"""What `Caller.path` says of a call to /k/v1/…; guest spaces are numbered from 1."""


@dataclass(frozen=True, slots=True)
class Caller:
    """The user a call runs as; token calls run as Administrator and reach only their apps."""

    site_id: str
    code: str
    name: str
    is_admin: bool = False
    token_permissions: dict[int, frozenset[str]] | None = None
    """App number to permissions when the call came with API tokens; None for a login."""
    is_silent: bool = False
    """Whether webhooks hear nothing of what the call does, as of a bulk request."""
    path: int | None = None
    """The guest space whose path was called, NORMAL_PATH, or None where there are no paths, as on the pages."""
