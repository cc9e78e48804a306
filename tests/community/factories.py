"""Installations that let a municipality review, and reviews."""

from __future__ import annotations

from typing import Any

from marketplace.catalog.models import TemplateVersion
from marketplace.community import services, stories
from marketplace.community.models import Review, Story
from marketplace.installs.models import Installation
from marketplace.kernel.context import Context
from marketplace.kernel.ids import new_id
from marketplace.workspaces.models import Workspace
from tests.catalog_domain.factories import ASAHIKAWA, SHIMOTSUMA, SLUG, make_municipality


def make_installation(ctx: Context, version: TemplateVersion, municipality_code: str = SHIMOTSUMA) -> Installation:
    """Record that a municipality installed a version."""
    make_municipality(ctx.session, municipality_code)
    workspace = Workspace(
        id=new_id(), municipality_code=municipality_code, name="検証", kind="builtin", created_at=ctx.now()
    )
    ctx.session.add(workspace)
    ctx.session.flush()
    made = Installation(
        workspace_id=workspace.id,
        municipality_code=municipality_code,
        template_id=version.template_id,
        version_id=version.id,
        app_ids={},
        app_names={},
        installed_at=ctx.now(),
    )
    ctx.session.add(made)
    ctx.session.flush()
    return made


def make_review(ctx: Context, stars: int = 4, **data: Any) -> Review:
    """Write the review of the caller's municipality."""
    return services.put_review(ctx, ASAHIKAWA, SLUG, {"stars": stars, **data})


def story_data(**data: Any) -> dict[str, Any]:
    """What a municipality might tell."""
    told = {
        "title": "補助金の受付を一日で締める",
        "problem": "紙の申請書を電卓で集計していました。",
        "solution": "受付の画面だけを窓口に出しました。",
        "effect": "締めの作業がその日のうちに終わります。",
        "department": "農政課",
    }
    return {**told, **data}


def make_story(ctx: Context, **data: Any) -> Story:
    """Tell a story of the caller's municipality."""
    return stories.create_story(ctx, story_data(**{"template": f"{ASAHIKAWA}/{SLUG}", **data}))
