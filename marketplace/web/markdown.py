"""Markdown of strangers, turned into harmless HTML that fits under a page's own headings."""

from __future__ import annotations

import re
from collections.abc import Callable
from threading import Lock
from urllib.parse import urlsplit

import nh3
from cachetools import LRUCache, cached
from markdown_it import MarkdownIt
from markupsafe import Markup, escape

TAGS = {
    *("p", "br", "hr", "h2", "h3", "h4", "h5", "h6", "strong", "em", "s", "code", "pre", "blockquote"),
    *("ul", "ol", "li", "a", "img", "table", "thead", "tbody", "tr", "th", "td"),
}
ATTRIBUTES = {"a": {"href", "title"}, "img": {"src", "alt", "title"}, "ol": {"start"}}
HEADING = re.compile(r"<(/?)h([1-6])>")
DEEPEST_HEADING = 6
MOST_CHARACTERS = 4_000_000
"""Kept of what was parsed."""
LONGEST = 100_000
"""A longer text is shown as it was written: one made for it takes the parser time by the square of its length."""

_parser = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])


@cached(LRUCache(MOST_CHARACTERS, getsizeof=len), lock=Lock())
def _parse(text: str) -> str:
    """Return what the parser makes of a text; those of versions never change, and some are read again and again."""
    html: str = _parser.render(text) if len(text) <= LONGEST else f"<pre>{escape(text)}</pre>"
    return html


def render_markdown(text: str, image_address: Callable[[str], str | None], *, top_level: int = 3) -> Markup:
    """Return safe HTML whose highest heading has the given level.

    `image_address` gives the address of a picture named by its path in the bundle, None for one that isn't there;
    pictures of other hosts are left out, because pages load nothing from elsewhere.
    """
    html = _lower_headings(_parse(text), top_level)

    def attribute(tag: str, name: str, value: str) -> str | None:
        if (tag, name) == ("img", "src"):
            return None if urlsplit(value).scheme or value.startswith("/") else image_address(value)
        return value

    cleaned = nh3.clean(
        html,
        tags=TAGS,
        attributes=ATTRIBUTES,
        attribute_filter=attribute,
        url_schemes={"https", "http", "mailto"},
        link_rel="noopener nofollow",
    )
    # A picture that was left out still tells what it showed.
    return Markup(re.sub(r'<img(?![^>]* src=)[^>]*?alt="([^"]*)"[^>]*>', r"<em>\1</em>", cleaned))  # noqa: S704 - cleaned above


def _lower_headings(html: str, top_level: int) -> str:
    """Shift the headings so that the highest one used becomes the wanted level."""
    levels = [int(level) for _, level in HEADING.findall(html)]
    shift = top_level - min(levels, default=1)
    return HEADING.sub(lambda found: f"<{found[1]}h{min(int(found[2]) + shift, DEEPEST_HEADING)}>", html)
