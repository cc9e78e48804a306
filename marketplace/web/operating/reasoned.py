"""Acts of the operator that take a reason: done and told on the page of what they concern, or refused there."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from flask import redirect, request

from marketplace.edge.attempt import attempt
from marketplace.kernel.text import Text
from marketplace.web.forms import FormState, refused

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue


def act_with_reason(
    act: Callable[[Mapping[str, object]], object], place: str, done: str, render: Callable[[FormState], str]
) -> ResponseReturnValue:
    """Act with the reason that was sent and go to the page at its place, or show the page with the refusal."""
    with attempt() as tried:
        act({"reason": request.form.get("reason", "")})
        return redirect(f"{place}?done={done}", 303)
    form = refused(tried.error, request.form)
    return render(form), form.status


def told_of(done: Mapping[str, Text]) -> Text | None:
    """Return what the page tells of the act that led to it, if one did."""
    return done.get(request.args.get("done", ""))
