"""The file of a template: what everybody may know of it and its versions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from marketplace.catalog.models import Template, TemplateVersion
from marketplace.mirror.feed import TEMPLATE_FORMAT
from marketplace.municipalities.models import Municipality

Asks = Mapping[str, dict[str, Any] | None]
"""What versions ask of a workspace, by the digests of their bundles; None where the bundle can't be read."""


def template_document(
    template: Template, publisher: Municipality, versions: Sequence[TemplateVersion], asks: Asks
) -> dict[str, Any]:
    """Return the file of a template; the same state always gives the same file."""
    latest = next((version.number for version in versions if version.id == template.latest_version_id), None)
    return {
        "format": TEMPLATE_FORMAT,
        "publisher": {"code": publisher.code, "name": publisher.full_name, "is_verified": publisher.is_verified},
        "slug": template.slug,
        "name": {"ja": template.name_ja, "en": template.name_en},
        "summary": {"ja": template.summary_ja, "en": template.summary_en},
        "category": template.category,
        "departments": list(template.departments),
        "keywords": list(template.keywords),
        "license": template.license,
        "is_set": template.is_set,
        "handles_personal_data": template.handles_personal_data,
        "latest": latest,
        "versions": [_version(version, asks[version.digest]) for version in versions],
    }


def _version(version: TemplateVersion, asks: dict[str, Any] | None) -> dict[str, Any]:
    return {
        "version": version.number,
        "is_prerelease": version.is_prerelease,
        "sha256": version.digest,
        "size": version.size,
        "released_at": version.released_at.isoformat(),
        "is_available": asks is not None,
        "withdrawn": _withdrawal(version),
        "handles_personal_data": None if asks is None else asks["personal_data"],
        "requirements": None if asks is None else {"plugins": asks["plugins"], "scripts": asks["scripts"]},
    }


def _withdrawal(version: TemplateVersion) -> dict[str, Any] | None:
    if version.withdrawn_at is None:
        return None
    return {
        "at": version.withdrawn_at.isoformat(),
        "reason": version.withdrawal_reason or "",
        "by_operator": version.withdrawn_by_operator,
    }
