"""Plug-ins of an app: those installed in the site that the app names."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.sandbox.errors import InvalidInputError
from marketplace.sandbox.models import App, Part, Stage
from marketplace.sandbox.plugins.errors import PluginNotFoundError
from marketplace.sandbox.plugins.models import Plugin
from marketplace.sandbox.settings.shape_messages import size_between
from marketplace.sandbox.settings.shapes import ListOf, Txt, read_shape
from marketplace.sandbox.settings.store import Document, Preview, read_part

MOST_PLUGINS = 20
SHAPE = ListOf(Txt(shortest=1, longest=64), most=MOST_PLUGINS)
DEFAULT_LANGUAGE = "en"
"""The language that every manifest has a name in."""


def add_plugins(preview: Preview, given: object) -> None:
    """Add plug-ins by id; those the app has already stay as they are.

    Raises PluginNotFoundError, or InvalidInputError for too many.
    """
    ids = list(dict.fromkeys(read_shape(SHAPE, given, "ids")))
    installed = _installed(preview.session, preview.app, ids)
    for each in ids:
        if each not in installed:
            raise PluginNotFoundError(id=each)
    added = preview.read(Part.PLUGINS)["plugins"]
    present = {each["id"] for each in added}
    added += [{"id": each, "name": name_of(installed[each]), "enabled": True} for each in ids if each not in present]
    if len(added) > MOST_PLUGINS:
        raise InvalidInputError({"ids": [size_between(0, MOST_PLUGINS)]})
    if ids:
        preview.write(Part.PLUGINS, {"plugins": added})


def list_app_plugins(session: Session, app: App, stage: Stage, language: str | None) -> list[Document]:
    """Return the plug-ins of an app, named in a language; one that the site lost keeps the name it had."""
    added: list[Document] = read_part(session, app, stage, Part.PLUGINS)["plugins"]
    installed = _installed(session, app, [each["id"] for each in added])
    return [
        {**each, "name": name_of(installed[each["id"]], language) if each["id"] in installed else each["name"]}
        for each in added
    ]


def name_of(plugin: Plugin, language: str | None = None) -> str:
    """Return the name of a plug-in in a language, or its default one."""
    return str(plugin.names.get(language or DEFAULT_LANGUAGE, plugin.names[DEFAULT_LANGUAGE]))


def _installed(session: Session, app: App, ids: list[str]) -> dict[str, Plugin]:
    rows = session.scalars(select(Plugin).where(Plugin.site_id == app.site_id, Plugin.id.in_(ids)))
    return {plugin.id: plugin for plugin in rows}
