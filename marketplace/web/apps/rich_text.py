"""Rich text and labels of forms: what may stand in them, whoever wrote it."""

from __future__ import annotations

import html
import re

import nh3
from markupsafe import Markup

TAGS = {
    *("p", "div", "span", "br", "hr", "b", "strong", "i", "em", "u", "s", "strike", "sub", "sup"),
    *("ul", "ol", "li", "blockquote", "pre", "code", "a"),
}
"""No headings, which would break the order of the page's own, and no pictures, which could call other hosts."""
ATTRIBUTES = {"a": {"href", "title"}}
SCHEMES = {"https", "http", "mailto", "tel"}
_TAG = re.compile(r"<\s*+/?\s*+[a-zA-Z]")
_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)


def clean_rich_text(text: str) -> str:
    """Return HTML of which nothing can run and nothing is loaded from elsewhere."""
    return nh3.clean(
        text, tags=TAGS, attributes=ATTRIBUTES, url_schemes=SCHEMES, link_rel="noopener noreferrer nofollow"
    )


def show_rich_text(text: str) -> Markup:
    """Return HTML of a record or a label for a page."""
    return Markup(clean_rich_text(text))  # noqa: S704 - cleaned above


def rich_text_of_lines(text: str) -> str:
    """Return plain lines as HTML; a text with tags is HTML already."""
    if _TAG.search(text):
        return text
    return html.escape(text, quote=False).replace("\n", "<br>")


def lines_of_rich_text(text: str) -> str:
    """Return HTML that holds nothing but lines as plain lines, for people to edit; other HTML as it is."""
    bare = _BREAK.sub("\n", text)
    return text if _TAG.search(bare) else html.unescape(bare)
