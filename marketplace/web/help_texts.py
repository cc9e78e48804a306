"""The texts of help: Markdown files, one for each language, with what the settings and the code say filled in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import render_template
from markupsafe import Markup

from marketplace.accounts import letters, throttle
from marketplace.edge.context import language, marketplace_app
from marketplace.holdings.takeouts import services as takeouts
from marketplace.idempotency import services as idempotency
from marketplace.installs import calls
from marketplace.mail import outbox
from marketplace.municipalities import invitations
from marketplace.municipalities.letters import VALID_DAYS
from marketplace.sandbox import files
from marketplace.sandbox.spaces import erasing
from marketplace.sandbox.webhooks import outbox as deliveries
from marketplace.web.markdown import render_markdown
from marketplace.workspaces import closing
from marketplace.workspaces.domains import models as domains

if TYPE_CHECKING:
    from datetime import timedelta

HOUR = 3600


def text_of(name: str) -> Markup:
    """Return the text of a help page in the language of the reader."""
    source = render_template(f"help/texts/{name}.{language()}.md", **_facts())
    return render_markdown(source, lambda _name: None, top_level=2)


def _facts() -> dict[str, object]:
    """Return what the texts tell of this instance, from where it is decided."""
    ports = marketplace_app().ports
    return {
        "operator": ports.operator,
        "idle_hours": _hours(ports.session_rules.idle),
        "whole_hours": _hours(ports.session_rules.whole),
        "tryout_minutes": ports.tryouts.minutes,
        "tryouts_offered": ports.tryouts.most > 0,
        "suffixes": ports.domains.suffixes,
        "calls_days": calls.KEPT.days,
        "mails_days": outbox.KEPT_FOR.days,
        "deliveries_days": deliveries.KEPT_FOR.days,
        "closed_days": closing.KEPT_FOR.days,
        "deleted_days": erasing.KEPT.days,
        "uploads_days": files.UPLOADS_LIVE.days,
        "answers_hours": _hours(idempotency.KEPT_FOR),
        "failures_hours": _hours(throttle.COUNTED_FOR),
        "rotation_days": domains.ROTATE_AFTER.days,
        "reset_minutes": letters.RESET_MINUTES,
        "invitation_days": VALID_DAYS,
        "takeout_days": takeouts.KEPT_DAYS,
        "takeouts_most": takeouts.MOST_KEPT,
        "invitations_days": invitations.KEPT_FOR.days,
    }


def _hours(span: timedelta) -> str:
    return f"{span.total_seconds() / HOUR:g}"
