"""Which API answers at which path: the name after /k/v1/, with the method."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from marketplace.sandbox.errors import PathNotFoundError

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

    from marketplace.kintone_api.calls import Body, Call

Answer = Callable[["Call"], "Body | Response"]

APIS: dict[tuple[str, str], Answer] = {}
WRITING_READS: set[tuple[str, str]] = set()
"""Calls that change something although their method is GET."""
OF_THE_SITE = frozenset(
    {
        "app/move.json",
        "apps/statistics.json",
        "guests.json",
        "plugin.json",
        "plugin/apps.json",
        "plugins.json",
        "plugins/required.json",
        "spaces/statistics.json",
        "template/space.json",
    }
)
"""The APIs that exist on the normal path only: what they name belongs to no guest space."""


def api(method: str, name: str, *, writes: bool = False) -> Callable[[Answer], Answer]:
    """Let a function answer a method at a path such as `app/settings`; `writes` marks a GET that changes something."""

    def enter(function: Answer) -> Answer:
        enter_api(method, name, function)
        if writes:
            WRITING_READS.add((method, f"{name}.json"))
        return function

    return enter


def enter_api(method: str, name: str, function: Answer) -> None:
    """Enter a function into the table; a path can't be taken twice."""
    key = (method, f"{name}.json")
    if key in APIS:
        message = f"{method} {name} is taken"
        raise ValueError(message)
    APIS[key] = function


def find_api(method: str, path: str) -> Answer:
    """Return the function that answers. Raises PathNotFoundError."""
    found = APIS.get((method, path))
    if found is None:
        raise PathNotFoundError
    return found
