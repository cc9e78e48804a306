"""The page on which apps are chosen: what was found, what is chosen already, which template they are for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from werkzeug.datastructures import MultiDict

from marketplace.catalog.queries import TemplateFilter, list_templates
from marketplace.exports.choosing import Choices
from marketplace.kernel.text import Language, Text

if TYPE_CHECKING:
    from marketplace.kernel.context import Context
    from marketplace.workspaces.models import Workspace

SEPARATOR = ":"
MOST_TEMPLATES = 100
NEW_TEMPLATE = Text("新しいテンプレート", "A new template")
NEXT_VERSION = Text("「{name}」の次の版", "The next version of “{name}”")
NO_ROOM = Text("ゲストスペース以外のアプリ", "Apps outside guest spaces")
APP_NUMBER = Text("アプリ番号 {id}", "App {id}")


@dataclass(frozen=True, slots=True)
class Choice:
    """An app as a box to tick; its value carries the name, so that it is shown when another search hides it."""

    id: str
    name: str
    is_chosen: bool

    @property
    def value(self) -> str:
        """What the form sends."""
        return f"{self.id}{SEPARATOR}{self.name}"


@dataclass(frozen=True, slots=True)
class ChoicePage:
    """Everything the page shows."""

    workspace_id: str
    workspace_name: str
    chosen: tuple[Choice, ...]
    found: tuple[Choice, ...]
    is_more: bool
    name: str
    """What was searched for."""
    guest_space: str
    rooms: tuple[tuple[str, str], ...]
    asks_for_room: bool
    """Whether the number of a guest space can be typed."""
    templates: tuple[tuple[str, str], ...]
    trouble: tuple[str, ...]
    """Why the apps could not be listed, and what helps."""


def read_chosen(given: MultiDict[str, str]) -> dict[str, str]:
    """Return the names of the apps that are ticked, by their numbers."""
    pairs = (value.partition(SEPARATOR) for value in given.getlist("app"))
    return {app_id: name for app_id, _, name in pairs if app_id}


def show_choice(
    workspace: Workspace,
    found: Choices | None,
    given: MultiDict[str, str],
    templates: tuple[tuple[str, str], ...],
    language: Language,
    trouble: tuple[str, ...] = (),
) -> ChoicePage:
    """Return the page; what is chosen stays so, whatever is searched for."""
    chosen = read_chosen(given)
    rooms = found.rooms if found is not None and found.rooms else ()
    return ChoicePage(
        workspace_id=workspace.id,
        workspace_name=workspace.name,
        chosen=tuple(_choice(app_id, name, language, is_chosen=True) for app_id, name in chosen.items()),
        found=tuple(
            _choice(app.app_id, app.name, language, is_chosen=False)
            for app in (found.apps if found else ())
            if app.app_id not in chosen
        ),
        is_more=found.is_more if found else False,
        name=given.get("name", ""),
        guest_space=given.get("guest_space", ""),
        rooms=(("", NO_ROOM.in_language(language)), *rooms) if rooms else (),
        asks_for_room=workspace.connection is not None and workspace.connection.guest_space is None,
        templates=templates,
        trouble=trouble,
    )


def own_templates(ctx: Context, municipality_code: str, language: Language) -> tuple[tuple[str, str], ...]:
    """Return what the apps may be for: a new template, or the next version of one the municipality has."""
    page = list_templates(ctx, TemplateFilter(publisher=(municipality_code,), limit=MOST_TEMPLATES)).page
    known = (
        (item.slug, NEXT_VERSION.in_language(language, name=item.name.in_language(language))) for item in page.items
    )
    return (("", NEW_TEMPLATE.in_language(language)), *known)


def _choice(app_id: str, name: str, language: Language, *, is_chosen: bool) -> Choice:
    return Choice(app_id, name or APP_NUMBER.in_language(language, id=app_id), is_chosen)
