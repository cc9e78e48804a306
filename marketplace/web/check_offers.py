"""What the page of a workspace offers beside each installation: to have it checked, and what the last check showed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from marketplace.installs.checks.queries import CheckView, list_checks
from marketplace.installs.checks.subject import is_in_reach
from marketplace.installs.queries import InstallationView
from marketplace.kernel.text import Language
from marketplace.web.check_page import STATES, may_check
from marketplace.web.receipt_page import RESULTS

if TYPE_CHECKING:
    from marketplace.kernel.context import Context
    from marketplace.workspaces.models import Workspace


@dataclass(frozen=True, slots=True)
class CheckOffer:
    """The latest check of an installation, in a line."""

    may_check: bool
    address: str
    name: str
    """How it stands, or what it showed; empty before the first."""
    at: datetime | None


def offer_checks(
    ctx: Context, workspace: Workspace, installations: list[InstallationView], language: Language
) -> Mapping[str, CheckOffer]:
    """Return the offers by the ids of the installations; none where this service can't read them."""
    if not is_in_reach(workspace):
        return {}
    latest, may = list_checks(ctx, installations), may_check(ctx.actor, workspace)
    ids = [view.installation.id for view in installations]
    return {each: _offer(each, latest.get(each), language, may_check=may) for each in ids}


def _offer(installation_id: str, found: CheckView | None, language: Language, *, may_check: bool) -> CheckOffer:
    address = f"/installations/{installation_id}/check"
    if found is None:
        return CheckOffer(may_check, address, "", None)
    state, verification = found.check.state.value, found.verification
    told = RESULTS[verification.result] if state == "done" and verification is not None else STATES[state]
    return CheckOffer(may_check, address, told.in_language(language), found.check.checked_at)
