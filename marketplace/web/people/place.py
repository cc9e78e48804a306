"""Where the pages about the people of a workspace stand, and the names and roles they show."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import Blueprint

from marketplace.kernel.text import Language, Text
from marketplace.sandbox.models import PrincipalKind
from marketplace.web.listing import Option

if TYPE_CHECKING:
    from marketplace.workspaces.models import Workspace

pages = Blueprint("web_people", __name__)
"""The routes of the modules beside this one; `mounting` imports them all."""

USERS = Text("ユーザー", "Users")
KINDS: dict[str, PrincipalKind] = {"groups": PrincipalKind.GROUP, "organizations": PrincipalKind.ORGANIZATION}
"""The kinds of principals by their word in addresses."""
KIND_NAMES: dict[str, Text] = {"groups": Text("グループ", "Groups"), "organizations": Text("組織", "Organizations")}


@dataclass(frozen=True, slots=True)
class Place:
    """A workspace as these pages stand below it."""

    workspace_id: str
    workspace_name: str
    address: str
    tabs: tuple[Option, ...]


def place_of(workspace: Workspace, chosen: str, language: Language) -> Place:
    """Return the place of a page; `chosen` is the tab it belongs to."""
    address = f"/workspaces/{workspace.id}/people"
    users = Option(USERS.in_language(language), address, chosen=chosen == "users")
    others = (
        Option(name.in_language(language), f"{address}/{word}", chosen=chosen == word)
        for word, name in KIND_NAMES.items()
    )
    return Place(workspace.id, workspace.name, address, (users, *others))
