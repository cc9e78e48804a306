"""What lists and the template page show of templates, as values apart from the tables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from marketplace.catalog.categories import Category
from marketplace.catalog.changes import VersionChanges
from marketplace.catalog.ratings import Rating
from marketplace.catalog.visits.queries import UNKNOWN, Popularity
from marketplace.kernel.text import Text
from marketplace.municipalities.models import Municipality


@dataclass(frozen=True, slots=True)
class Publisher:
    """The municipality that a template belongs to."""

    code: str
    name: str
    prefecture: str
    is_verified: bool = False
    """Whether the operator made sure who acts for it."""


@dataclass(frozen=True, slots=True)
class VersionSummary:
    """One version in a list of versions."""

    id: str
    number: str
    is_prerelease: bool
    digest: str
    size: int
    released_at: datetime
    withdrawn_at: datetime | None
    withdrawal_reason: str | None
    withdrawn_by_operator: bool

    @property
    def is_withdrawn(self) -> bool:
        """Tell whether it is hidden from new installs."""
        return self.withdrawn_at is not None


@dataclass(frozen=True, slots=True)
class StoredBundle:
    """The file of a version."""

    template_id: str
    number: str
    digest: str
    size: int


@dataclass(frozen=True, slots=True)
class TemplateSummary:
    """One template in a list."""

    id: str
    publisher: Publisher
    slug: str
    name: Text
    summary: Text
    category: Category
    departments: tuple[str, ...]
    keywords: tuple[str, ...]
    license: str
    icon: str | None
    """Path inside the bundle of the latest version."""
    handles_personal_data: bool
    app_count: int
    is_set: bool
    """Whether it is a set of other templates."""
    needs_plugins: bool
    has_script: bool
    latest: VersionSummary | None
    """None when every version is withdrawn or a pre-release; lists leave such a template out."""
    install_count: int
    rating: Rating
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class Member:
    """A template that a set brings, in the version it takes its apps from."""

    slug: str
    number: str
    apps: tuple[str, ...]
    """The keys of its apps in the bundle of the set."""
    name: Text | None
    """None when the publisher has no such template (any more)."""


@dataclass(frozen=True, slots=True)
class SetOf:
    """A set that brings a template."""

    slug: str
    number: str
    """The latest version of the set."""
    name: Text
    member_number: str
    """The version of the template in it."""


@dataclass(frozen=True, slots=True)
class VersionDetail(VersionSummary):
    """One version with what it holds and brings, and what changed since the one before."""

    manifest: Mapping[str, Any]
    changes: VersionChanges
    includes: tuple[Member, ...]


@dataclass(frozen=True, slots=True)
class TemplateDetail(TemplateSummary):
    """One template with all its versions, newest first, the withdrawn ones included."""

    versions: tuple[VersionSummary, ...] = ()
    includes: tuple[Member, ...] = ()
    """What the version shown brings, if it is a set."""
    sets: tuple[SetOf, ...] = ()
    popularity: Popularity = UNKNOWN

    @property
    def shown(self) -> VersionSummary:
        """The version whose content the template page tells of: the latest, else the newest of any kind."""
        return self.latest or self.versions[0]


def publisher_of(municipality: Municipality) -> Publisher:
    """Return what is shown of a publisher."""
    return Publisher(municipality.code, municipality.name, municipality.prefecture, municipality.is_verified)
