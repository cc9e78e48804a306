"""Names the fields in a summary of what is wrong: it stands above them, so it is filled in once they are written."""

from __future__ import annotations

import re
from html import unescape

from flask import g
from markupsafe import Markup, escape

from marketplace.edge.context import language
from marketplace.kernel.text import Text

NAMED = Text("{label}：", "{label}: ")
# A comment, since no text of anybody's can become one: it would be escaped.
SLOT = Markup("<!--label of {anchor}-->")
SLOTS = re.compile("<!--label of (.*?)-->")


def note_label(anchor: str, label: str) -> str:
    """Keep the label of the control with this id; writes nothing."""
    if "field_labels" not in g:
        g.field_labels = {}
    g.field_labels[anchor] = label
    return ""


def label_slot(anchor: str) -> Markup:
    """Leave room for a label that is written further down."""
    return SLOT.format(anchor=anchor)


def with_labels(written: Markup) -> Markup:
    """Fill the labels in; a control without one is not named."""
    labels: dict[str, str] = g.get("field_labels", {})

    def name(slot: re.Match[str]) -> str:
        label = labels.get(unescape(slot[1]))
        return str(escape(NAMED.in_language(language(), label=label))) if label else ""

    return Markup(SLOTS.sub(name, written))  # noqa: S704 - what is put in is escaped
