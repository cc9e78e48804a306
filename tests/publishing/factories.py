"""Uploads and drafts for tests."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from marketplace.bundle.writing import write_zip
from marketplace.catalog.changes import NOTHING
from marketplace.kernel.context import Context
from marketplace.municipalities.models import Municipality
from marketplace.publishing import services
from marketplace.publishing.models import Draft, DraftState
from tests.bundle.factories import make_bundle


def make_upload(**manifest: Any) -> bytes:
    """Make the zip of a bundle; keywords change the manifest."""
    return write_zip(make_bundle(**manifest))


def make_draft(ctx: Context, **manifest: Any) -> Draft:
    """Upload a bundle; keywords change the manifest."""
    return services.upload_draft(ctx, make_upload(**manifest))


def verify(ctx: Context, municipality: Municipality) -> None:
    """Let a municipality count as verified, so that its first release need not wait for the operator."""
    municipality.verified_at, municipality.verified_by = ctx.now(), "運営"
    ctx.session.flush()


def make_waiting_draft(ctx: Context) -> Draft:
    """Make the row of an open draft, without any file."""
    draft = new_draft(ctx.actor.municipality_code or "")
    ctx.session.add(draft)
    ctx.session.flush()
    return draft


def new_draft(municipality_code: str) -> Draft:
    """Make an open draft that no session has yet."""
    return Draft(
        municipality_code=municipality_code,
        slug="waiting",
        number="1.0.0",
        name_ja="下書き",
        name_en="Draft",
        state=DraftState.OPEN,
        digest="0" * 64,
        size=0,
        findings=[],
        changes_document=NOTHING.as_document(),
        least_version=None,
        created_at=datetime(2026, 4, 1, tzinfo=UTC),
    )
