"""Tables of templates, their versions, and where the first-party ones came from."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, false
from sqlalchemy.orm import Mapped, defer, mapped_column

from marketplace.db.base import Base
from marketplace.db.types import Json, UtcDateTime
from marketplace.kernel.ids import new_id

CodePointText = String().with_variant(String(collation="C"), "postgresql")
"""Text that sorts by code point on PostgreSQL too, whatever the locale of its database."""


class Template(Base):
    """What the newest version says of itself, and what the community made of it, on one row for lists."""

    __tablename__ = "templates"
    __table_args__ = (
        UniqueConstraint("publisher_code", "slug"),
        Index("ix_templates_category", "category"),
        Index("ix_templates_updated_at", "updated_at", "id"),
    )
    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    publisher_code: Mapped[str] = mapped_column(ForeignKey("municipalities.code"))
    slug: Mapped[str]
    name_ja: Mapped[str]
    name_en: Mapped[str]
    summary_ja: Mapped[str]
    summary_en: Mapped[str]
    category: Mapped[str]
    departments: Mapped[list[str]] = mapped_column(Json)
    keywords: Mapped[list[str]] = mapped_column(Json)
    license: Mapped[str]
    icon: Mapped[str | None]
    """Path inside the bundle of the latest version."""
    handles_personal_data: Mapped[bool]
    app_count: Mapped[int]
    is_set: Mapped[bool] = mapped_column(default=False, server_default=false())
    needs_plugins: Mapped[bool] = mapped_column(default=False, server_default=false())
    has_script: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Whether the latest version is a set of other templates."""
    latest_version_id: Mapped[str | None]
    """The newest version that is neither withdrawn nor a pre-release; None hides the template from lists.

    No foreign key: versions refer to templates already, and SQLite can't make two tables that refer to each other.
    """
    install_count: Mapped[int] = mapped_column(default=0)
    rating_count: Mapped[int] = mapped_column(default=0)
    rating_sum: Mapped[int] = mapped_column(default=0)
    rating_score: Mapped[int]
    """Thousandths of the Bayesian average: whole numbers sort and compare alike on both databases."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)
    """When the latest version was released."""


class TemplateVersion(Base):
    """One immutable version; all that ever changes is that it is withdrawn."""

    __tablename__ = "template_versions"
    __table_args__ = (UniqueConstraint("template_id", "number"), UniqueConstraint("template_id", "precedence"))
    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    template_id: Mapped[str] = mapped_column(ForeignKey("templates.id"))
    number: Mapped[str]
    precedence: Mapped[str] = mapped_column(CodePointText)
    """The number in a form that sorts as SemVer orders it; build metadata does not count."""
    is_prerelease: Mapped[bool]
    digest: Mapped[str] = mapped_column(index=True)
    size: Mapped[int]
    manifest: Mapped[dict[str, Any]] = mapped_column(Json)
    changes: Mapped[dict[str, Any]] = mapped_column(Json)
    """What differs from the version before it (catalog/changes.py)."""
    released_at: Mapped[datetime] = mapped_column(UtcDateTime)
    released_by: Mapped[str | None]
    """The person who released it; None for the service itself."""
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    withdrawal_reason: Mapped[str | None]
    withdrawn_by_operator: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Whether the operator of the service did it, and not the publisher."""

    @property
    def is_withdrawn(self) -> bool:
        """Tell whether it is hidden from new installs."""
        return self.withdrawn_at is not None


WITHOUT_DOCUMENTS = (defer(TemplateVersion.manifest), defer(TemplateVersion.changes))
"""For queries of many versions: manifests and changes may be large, and lists don't show them."""


class IncludedTemplate(Base):
    """A template that a version of a set brings, by the slug it has under the same publisher."""

    __tablename__ = "included_templates"
    version_id: Mapped[str] = mapped_column(ForeignKey("template_versions.id"), primary_key=True)
    slug: Mapped[str] = mapped_column(primary_key=True, index=True)
    number: Mapped[str]
    position: Mapped[int]
    apps: Mapped[list[str]] = mapped_column(Json)
    """The keys of the apps it brings."""


class SimilarTemplate(Base):
    """A template like another one, and what they share; computed ahead (catalog/similar.py).

    No foreign keys here and below: they would lock the rows of other templates, whose owners wait for the search index
    while we hold it.
    """

    __tablename__ = "similar_templates"
    template_id: Mapped[str] = mapped_column(primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    similar_id: Mapped[str] = mapped_column(index=True)
    score: Mapped[int]
    """Thousandths of what two templates could have in common."""
    reason: Mapped[dict[str, list[str]]] = mapped_column(Json)
    """Shared `fields` and `keywords`, at most five in all."""


class TemplateComparison(Base):
    """When a template was last compared with all others; without a row it is to be compared soon."""

    __tablename__ = "template_comparisons"
    template_id: Mapped[str] = mapped_column(primary_key=True)
    compared_at: Mapped[datetime] = mapped_column(UtcDateTime)


class CatalogSource(Base):
    """A folder of templates_catalog/ as it was when its version was loaded; an unchanged one is not read again."""

    __tablename__ = "catalog_sources"
    path: Mapped[str] = mapped_column(primary_key=True)
    fingerprint: Mapped[str]
    digest: Mapped[str]
