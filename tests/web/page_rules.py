"""What every page must keep to: valid and short HTML, names for controls, nothing inline or from elsewhere."""

from __future__ import annotations

import gzip
import re
from collections import Counter

import html5lib
from bs4 import BeautifulSoup, Tag
from bs4.builder import HTML5TreeBuilder

UNNAMED_INPUTS = {"hidden", "submit"}
MOST_BYTES = 30_000
"""Of a page, compressed: what a slow line of a branch office still brings at once."""
HEADINGS = ["h1", "h2", "h3", "h4", "h5", "h6"]


class StrictTreeBuilder(HTML5TreeBuilder):
    """Builds the same soup, but refuses what a browser would mend: parsing costs more than all other rules together."""

    def feed(self, markup: str) -> None:
        parser = html5lib.HTMLParser(tree=self.create_treebuilder, strict=True)
        self.underlying_builder.parser = parser
        parser.parse(markup).original_encoding = None
        self.underlying_builder.parser = None


def check_page(html: str) -> BeautifulSoup:
    """Check a page, or a part of one that a script fetches, and return it parsed."""
    whole = html.lstrip().lower().startswith("<!doctype")
    if whole:
        soup = BeautifulSoup(html, builder=StrictTreeBuilder())
    else:
        html5lib.HTMLParser(strict=True).parseFragment(html)
        soup = BeautifulSoup(html, "html5lib")
    _check_names(soup)
    _check_inline(soup)
    _check_addresses(soup)
    _check_ids(soup)
    if whole:
        _check_frame(soup)
        assert len(gzip.compress(html.encode(), compresslevel=6)) <= MOST_BYTES
    return soup


def _check_frame(soup: BeautifulSoup) -> None:
    root, title = soup.html, soup.title
    assert root is not None
    assert title is not None
    assert root["lang"] in {"ja", "en"}
    headings = [int(tag.name[1]) for tag in soup.find_all(HEADINGS)]
    assert headings.count(1) == 1, "one h1"
    main = soup.find("main")
    assert isinstance(main, Tag)
    heading = _words(main.find("h1"))
    assert _words(title).startswith(heading), f"{heading} in {_words(title)}"
    start = headings.index(1)
    for before, after in zip(headings[start:], headings[start + 1 :], strict=False):
        assert after <= before + 1, f"a heading level is skipped: {headings}"
    assert soup.find("a", href="#main"), "a link over the navigation"
    assert [tag for tag in ("header", "nav", "main", "footer") if soup.find(tag) is None] == []


def _check_names(soup: BeautifulSoup) -> None:
    labelled = {label.get("for") for label in soup.find_all("label")}
    for control in soup.find_all(["input", "select", "textarea"]):
        if control.get("type") in UNNAMED_INPUTS:
            continue
        assert control.get("id") in labelled or control.get("aria-label"), f"no label: {control}"
    _check_described(soup)
    for link in soup.find_all(["a", "button"]):
        assert _words(link) or link.find("img", alt=True), f"no name: {link}"


def _check_described(soup: BeautifulSoup) -> None:
    for control in soup.find_all(attrs={"aria-describedby": True}):
        for target in str(control["aria-describedby"]).split():
            assert soup.find(id=target), f"{target} is missing"
    for image in soup.find_all("img"):
        assert image.has_attr("alt"), f"no alternative: {image}"
    for table in soup.find_all("table"):
        if table.find_parent(class_="prose") is None:
            assert table.find("caption"), "a table without a caption"


def _check_inline(soup: BeautifulSoup) -> None:
    assert soup.find("style") is None
    for tag in soup.find_all(True):
        assert "style" not in tag.attrs, f"inline style: {tag}"
        assert not [name for name in tag.attrs if name.startswith("on")], f"inline handler: {tag.name}"
    for script in soup.find_all("script"):
        assert script.get("src"), "inline script"


def _check_addresses(soup: BeautifulSoup) -> None:
    for tag in soup.find_all(["script", "link", "img", "source", "iframe"]):
        address = str(tag.get("src") or tag.get("href"))
        assert address.startswith("/"), f"loaded from elsewhere: {address}"
    for form in soup.find_all("form"):
        assert str(form["action"]).startswith("/"), f"sent elsewhere: {form['action']}"


def _check_ids(soup: BeautifulSoup) -> None:
    counted = Counter(tag["id"] for tag in soup.find_all(id=True))
    assert [name for name, count in counted.items() if count > 1] == []
    for link in soup.find_all("a", href=re.compile("^#.")):
        assert str(link["href"])[1:] in counted, f"leads nowhere: {link['href']}"


def _words(tag: object) -> str:
    return " ".join(tag.get_text(" ", strip=True).split()) if isinstance(tag, Tag) else ""
