"""Who acts, for which municipality, and what they may do."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from marketplace.kernel.errors import ForbiddenError, NotFoundError, SecondFactorOwedError, UnauthenticatedError


class ActorKind(StrEnum):
    """The kinds of caller."""

    ANONYMOUS = "anonymous"
    PERSON = "person"
    TOKEN = "token"  # noqa: S105 - a kind of caller, not a secret
    SYSTEM = "system"


class Permission(StrEnum):
    """What a caller may be allowed to do; a token's scopes are these same words."""

    TEMPLATES_PUBLISH = "templates:publish"
    WORKSPACES_READ = "workspaces:read"
    WORKSPACES_MANAGE = "workspaces:manage"
    INSTALLS_WRITE = "installs:write"
    REVIEWS_WRITE = "reviews:write"
    MEMBERS_MANAGE = "members:manage"
    TOKENS_MANAGE = "tokens:manage"
    SERVICE_OPERATE = "service:operate"
    """Of the administrators of the operator alone, in person: no token carries it."""


SCOPES = frozenset(Permission) - {Permission.SERVICE_OPERATE}
"""What a token may carry."""


@dataclass(frozen=True, slots=True)
class Actor:
    """A caller as the door recognised it; rights are computed anew for each request."""

    kind: ActorKind
    person_id: str | None = None
    token_id: str | None = None
    municipality_code: str | None = None
    workspace_id: str | None = None
    """Set when a token is bound to a single workspace."""
    permissions: frozenset[Permission] = field(default_factory=frozenset)
    address: str = ""
    name: str = ""
    owes_second_factor: bool = False
    """Whether the municipality requires one of its members and this member has none: they act for nobody until then."""

    @property
    def is_signed_in(self) -> bool:
        """Tell whether somebody answers for this request."""
        return self.kind is not ActorKind.ANONYMOUS

    def may(self, permission: Permission, municipality_code: str) -> bool:
        """Tell whether the caller holds a permission for a municipality."""
        if self.kind is ActorKind.SYSTEM:
            return True
        return self.municipality_code == municipality_code and permission in self.permissions

    def require(self, permission: Permission, municipality_code: str) -> None:
        """Refuse a caller who lacks a permission; a stranger learns nothing of what exists.

        Raises UnauthenticatedError, SecondFactorOwedError, NotFoundError (another municipality) or ForbiddenError.
        """
        if self.kind is ActorKind.SYSTEM:
            return
        self._require_known()
        if self.municipality_code != municipality_code:
            raise NotFoundError
        if permission not in self.permissions:
            raise ForbiddenError(needs=permission.value)

    def own_municipality(self, permission: Permission) -> str:
        """Return the code of the municipality the caller acts for, if it holds the permission there.

        Raises UnauthenticatedError, SecondFactorOwedError or ForbiddenError.
        """
        self._require_known()
        if self.municipality_code is None or permission not in self.permissions:
            raise ForbiddenError(needs=permission.value)
        return self.municipality_code

    def whole_municipality(self, permission: Permission) -> str:
        """Return the same for an act on the whole municipality, which a token bound to one workspace can't do.

        Raises UnauthenticatedError or ForbiddenError.
        """
        code = self.own_municipality(permission)
        if self.workspace_id is not None:
            raise ForbiddenError(needs=permission.value)
        return code

    def _require_known(self) -> None:
        if not self.is_signed_in:
            raise UnauthenticatedError
        if self.owes_second_factor:
            raise SecondFactorOwedError


ANONYMOUS = Actor(kind=ActorKind.ANONYMOUS)
SYSTEM = Actor(kind=ActorKind.SYSTEM, name="system")
