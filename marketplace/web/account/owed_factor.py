"""The page that a member is led to whose municipality requires a second factor they do not have yet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import redirect, render_template

from marketplace.accounts.policy import require_self
from marketplace.edge.context import context
from marketplace.edge.signin import OWED_FACTOR
from marketplace.web.account.place import pages

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue


@pages.get(OWED_FACTOR)
def choose_factor() -> ResponseReturnValue:
    """Offer the two kinds of factors; whoever owes none finds them on the account's own page."""
    actor = context().actor
    require_self(actor)
    return render_template("account/owed_factor.html") if actor.owes_second_factor else redirect("/account", 303)
