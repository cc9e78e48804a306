"""Places at which requests are worked at."""

from __future__ import annotations

import time
from threading import Event, Thread

import pytest

from marketplace.edge import desk as desk_module
from marketplace.edge.desk import Desk


def test_whoever_has_a_place_may_enter_again():
    desk = Desk(1)
    with desk, desk:
        pass
    with desk:
        pass


def test_nobody_else_enters_before_a_place_is_left():
    desk, entered = Desk(1), Event()

    def enter() -> None:
        with desk:
            entered.set()

    other = Thread(target=enter)
    with desk:
        other.start()
        assert not entered.wait(0.05)
    assert entered.wait(30)
    other.join()


def test_a_place_is_left_when_something_goes_wrong():
    desk = Desk(1)
    for _ in range(2):
        with pytest.raises(ZeroDivisionError), desk:
            _ = 1 // 0


def test_it_is_crowded_while_many_wait(monkeypatch):
    monkeypatch.setattr(desk_module, "CROWD", 2)
    desk, held = Desk(1), Event()

    def stay() -> None:
        with desk:
            held.wait(30)

    others = [Thread(target=stay) for _ in range(3)]
    others[0].start()
    others[1].start()
    assert not desk.is_crowded
    others[2].start()
    end = time.monotonic() + 30
    while not desk.is_crowded:
        assert time.monotonic() < end
    held.set()
    for other in others:
        other.join()
    assert not desk.is_crowded
