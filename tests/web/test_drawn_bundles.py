"""What the page of a template shows of its bundle is drawn once, and never shown where it does not belong."""

from __future__ import annotations

import pytest

from marketplace.catalog import queries
from marketplace.kernel.keeping import Keeping
from marketplace.web import drawn_bundle
from tests.bundle.factories import make_app, make_bundle, make_field
from tests.web.factories import PAGE

HOSTILE = '<script>alert(1)</script>"&'


@pytest.fixture(autouse=True)
def _kept_nothing(monkeypatch):
    monkeypatch.setattr(drawn_bundle, "kept", Keeping(drawn_bundle.MOST_BYTES, lambda drawn: len(drawn.packed)))


@pytest.fixture
def read(monkeypatch):
    """The numbers of the versions whose bundles were read."""
    numbers = []
    load = queries.load_bundle

    def note(ctx, version):
        numbers.append(version.number)
        return load(ctx, version)

    monkeypatch.setattr(drawn_bundle.queries, "load_bundle", note)
    return numbers


def test_a_bundle_is_read_once_for_each_language_and_shown_the_same(browser, world, read):
    world.release(make_bundle())
    first, again = (browser.get(PAGE).get_data(as_text=True) for _ in range(2))
    assert (read, first == again) == (["1.0.0"], True)
    english = browser.get(f"{PAGE}?lang=en").get_data(as_text=True)
    assert (read, english != first) == (["1.0.0", "1.0.0"], True)
    assert browser.get(PAGE).get_data(as_text=True) == first


def test_the_next_version_is_shown_at_once(browser, world, read):
    world.release(make_bundle())
    browser.get(PAGE)
    field = make_field("SINGLE_LINE_TEXT", "新しい項目")
    world.release(make_bundle({"request": make_app("申請", field)}, version="2.0.0"))
    assert "新しい項目" in browser.get(PAGE).get_data(as_text=True)
    assert read == ["1.0.0", "2.0.0"]


def test_what_is_kept_is_escaped(browser, world):
    world.release(make_bundle({"request": make_app(HOSTILE, make_field("SINGLE_LINE_TEXT", "題名", label=HOSTILE))}))
    for _ in range(2):
        text = browser.get(PAGE).get_data(as_text=True)
        assert "<script>alert" not in text
        assert "&lt;script&gt;alert(1)" in text
