"""Who else writes something in the transaction in which another version comes to speak for a template, or none does.

The catalog does not know them: they stand above it, and enter themselves when they are imported.
"""

from __future__ import annotations

from collections.abc import Callable

from marketplace.catalog.models import Template
from marketplace.kernel.context import Context

Follow = Callable[[Context, Template], None]
_FOLLOWERS: list[Follow] = []


def follows_templates(act: Follow) -> Follow:
    """Have a function called with each template whose latest version has just become another."""
    _FOLLOWERS.append(act)
    return act


def tell_followers(ctx: Context, template: Template) -> None:
    """Call them all; the template is locked."""
    for act in _FOLLOWERS:
        act(ctx, template)
