"""Plug-ins of an app; a built-in workspace has none installed, so none can be added."""

from __future__ import annotations

from marketplace.kernel.text import Text
from marketplace.sandbox.errors import InvalidInputError
from marketplace.sandbox.settings.shapes import ListOf, Txt, read_shape
from marketplace.sandbox.settings.store import Preview

SHAPE = ListOf(Txt(shortest=1), most=20)
PLUGIN_UNKNOWN = Text(
    "指定したプラグインは、このワークスペースにインストールされていません。",
    "The specified plug-in is not installed in this workspace.",
)


def add_plugins(_draft: Preview, given: object) -> None:
    """Add plug-ins by id; an empty list changes nothing. Raises InvalidInputError for any other."""
    ids = read_shape(SHAPE, given, "ids")
    if ids:
        raise InvalidInputError({f"ids[{index}]": [PLUGIN_UNKNOWN] for index in range(len(ids))})
