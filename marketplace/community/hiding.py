"""What the operator hides from everybody but those who wrote it, and shows again; the caller has checked who asks."""

from __future__ import annotations

from dataclasses import dataclass

from marketplace.catalog.services import lock_template
from marketplace.community.models import Hideable, Review, Story
from marketplace.community.services import count_again
from marketplace.community.stories_entries import index_story
from marketplace.community.wanted.models import WantedAnswer, WantedApp
from marketplace.community.wanted.searchable import index_wanted
from marketplace.kernel.context import Context
from marketplace.municipalities.queries import get_municipality


@dataclass(frozen=True, slots=True)
class Hiding:
    """Why something is hidden; None shows it again."""

    reason: str | None

    def mark(self, ctx: Context, row: Hideable) -> bool:
        """Note it on a locked row, and tell whether that changed anything: hiding twice keeps the first reason."""
        if row.is_hidden == (self.reason is not None):
            return False
        row.hidden_at = None if self.reason is None else ctx.now()
        row.hidden_reason = self.reason
        ctx.session.flush()  # what is counted and found is read from the database
        return True


def hide_review(ctx: Context, review: Review, hiding: Hiding) -> bool:
    """Hide a review, or show it again; its stars count as long as it is shown."""
    template = lock_template(ctx, review.template_id)
    changed = _is_there(ctx, review) and hiding.mark(ctx, review)
    if changed:
        count_again(ctx, template)
    return changed


def hide_story(ctx: Context, story: Story, hiding: Hiding) -> bool:
    """Hide a story, or show it again; it is found as long as it is shown."""
    template = lock_template(ctx, story.template_id)
    changed = _is_there(ctx, story) and hiding.mark(ctx, story)
    if changed:
        index_story(ctx, story, template, get_municipality(ctx, story.municipality_code))
    return changed


def hide_wanted(ctx: Context, wanted: WantedApp, hiding: Hiding) -> bool:
    """Hide a wanted app, or show it again, with its answers."""
    changed = _is_there(ctx, wanted) and hiding.mark(ctx, wanted)
    if changed:
        index_wanted(ctx, wanted)
    return changed


def hide_answer(ctx: Context, answer: WantedAnswer, hiding: Hiding) -> bool:
    """Hide an answer to a wanted app, or show it again."""
    return _is_there(ctx, answer) and hiding.mark(ctx, answer)


def _is_there(ctx: Context, row: Review | Story | WantedApp | WantedAnswer) -> bool:
    """Lock the row and read it as it is now; tell whether it is still there, as its owner may delete it meanwhile."""
    found = ctx.session.get(type(row), row.id, with_for_update=True, populate_existing=True)
    return found is not None
