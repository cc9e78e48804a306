"""The HTML of a custom list: its author's, so it is shown without anything that could run, load or act."""

from __future__ import annotations

import nh3
from markupsafe import Markup

TAGS = {
    *("p", "br", "hr", "div", "span", "strong", "b", "em", "i", "u", "s", "code", "pre", "blockquote"),
    *("ul", "ol", "li", "dl", "dt", "dd", "a", "table", "thead", "tbody", "tr", "th", "td"),
}
ATTRIBUTES = {"a": {"href", "title"}, "ol": {"start"}, "th": {"colspan", "rowspan"}, "td": {"colspan", "rowspan"}}
LONGEST = 200_000


def clean_html(html: str) -> Markup:
    """Return the words and tables of a custom list; scripts, styles, forms, pictures and headings are left out."""
    cleaned = nh3.clean(
        html[:LONGEST],
        tags=TAGS,
        attributes=ATTRIBUTES,
        url_schemes={"https", "http", "mailto", "tel"},
        link_rel="noopener nofollow",
    )
    return Markup(cleaned)  # noqa: S704 - cleaned above
