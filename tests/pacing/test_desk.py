"""Places at which requests are worked at."""

from __future__ import annotations

from threading import Event, Thread

import pytest

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
