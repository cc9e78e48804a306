"""What several ask for at the same moment is made once."""

from __future__ import annotations

import time
from threading import Event

import pytest

from marketplace.edge import under_way
from marketplace.edge.under_way import UnderWay
from tests.own_database import at_once
from tests.web.factories import PAGE

THREADS = 4


@pytest.fixture
def view(served, monkeypatch):
    """The view of a template, whose makings are counted, and which waits until all threads have asked."""
    views, inner = served.app.view_functions, served.app.view_functions["web_catalog.show"]
    monkeypatch.setattr(under_way, "MOST_SECONDS", 60)  # The machine may be busy.
    served.made, served.arrived = [], []

    def show(**path):
        served.made.append(path)
        deadline = time.monotonic() + 5
        while len(served.arrived) < THREADS and time.monotonic() < deadline:
            time.sleep(0.01)
        time.sleep(0.2)
        return served.answer() if served.answer else inner(**path)

    show.is_public = True
    served.answer = None
    views["web_catalog.show"] = show
    return served


def ask(served):
    def get(_number):
        served.arrived.append(1)
        return served.client().get(PAGE)

    answers = at_once(get, THREADS)
    return [(each.status_code, each.data) for each in answers]


def test_many_who_miss_the_same_answer_get_it_from_the_one_who_makes_it(view):
    answers = ask(view)
    assert len(view.made) == 1
    assert {status for status, _ in answers} == {200}
    assert len(set(answers)) == 1
    assert (view.cache.counts.miss, view.cache.counts.hit) == (1, THREADS - 1)


def test_what_fails_is_tried_by_each(view):
    def fail():
        raise ZeroDivisionError

    view.answer = fail
    assert {status for status, _ in ask(view)} == {500}
    assert len(view.made) == THREADS


def test_nobody_waits_for_ever(view, monkeypatch):
    monkeypatch.setattr(under_way, "MOST_SECONDS", 0.01)
    assert {status for status, _ in ask(view)} == {200}
    assert len(view.made) == THREADS


def test_who_asks_after_a_change_does_not_get_what_was_begun_before():
    making, first, second = UnderWay[str](), Event(), Event()

    def make(number):
        with making.turn(("page", number)) as turn:
            assert turn.made is None
            (first, second)[number].set()
            assert (second, first)[number].wait(5)
            turn.made = str(number)
        return turn.made

    assert at_once(make, 2) == ["0", "1"]


def test_nothing_is_remembered_of_what_was_made():
    making = UnderWay[str]()
    with making.turn("page") as turn:
        turn.made = "first"
    with making.turn("page") as turn:
        assert turn.made is None
    assert not making._turns
