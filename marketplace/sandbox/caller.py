"""Who calls a site: a login of it, an API token, or the service itself on behalf of the owner."""

from __future__ import annotations

from dataclasses import dataclass

NORMAL_PATH = 0
"""What `Caller.path` says of a call to /k/v1/…; guest spaces are numbered from 1."""
EVERYONE = "everyone"
"""The group that holds every user; nobody is entered into it."""


@dataclass(frozen=True, slots=True)
class Standing:
    """The groups and organisations a user belongs to."""

    groups: frozenset[str] = frozenset()
    organizations: frozenset[str] = frozenset()
    with_above: frozenset[str] = frozenset()
    """The organisations of the user and all above them: a right that includes sub-organisations reaches down."""
    primary_organization: str | None = None

    def in_group(self, code: str) -> bool:
        """Tell whether a group holds the user."""
        return code == EVERYONE or code in self.groups

    def in_organization(self, code: str, *, include_subs: bool) -> bool:
        """Tell whether an organisation holds the user, itself or by one below it."""
        return code in (self.with_above if include_subs else self.organizations)


NO_STANDING = Standing()


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
    standing: Standing = NO_STANDING
    acts_for_owner: bool = False
    """The service itself on behalf of the workspace's owner: no right of any kind limits it."""

    @property
    def is_unlimited(self) -> bool:
        """Tell whether rights on records and fields don't concern the caller; a token has permissions of its own."""
        return self.acts_for_owner or self.token_permissions is not None
