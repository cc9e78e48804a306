"""What stays in the memory of a process when there is not room for everything."""

from __future__ import annotations

import pytest

from marketplace.edge import kept_answers
from marketplace.edge.kept_answers import OLDEST_ELSE, OVERHEAD, Answer, Asked, KeptAnswers, headers_to_keep

ROOM = 100_000


def asked(path, query=""):
    return Asked(f"http://localhost{path}", query, "ja", "br")


def answer(size=1_000, *, seconds=0.01, made_at=0.0):
    return Answer("1", made_at, seconds, '"name"', (), (), b"x" * size, "/", "page")


@pytest.fixture
def kept(monkeypatch):
    monkeypatch.setattr(kept_answers, "LARGEST_SHARE", 1)
    return KeptAnswers(ROOM)


def fill(kept, count, of=answer, begin=0):
    for number in range(begin, begin + count):
        kept.keep(asked(f"/{number:02}"), of())


def test_no_more_is_held_than_there_may_be(kept):
    fill(kept, 1_000)
    assert ROOM - 3_000 < kept.bytes_held <= ROOM
    assert len(kept) * (OVERHEAD + 1_000) <= kept.bytes_held


def test_of_equals_the_one_asked_for_longest_ago_goes(kept):
    fill(kept, 30)
    kept.find(asked("/00"))
    fill(kept, 30, begin=30)
    assert kept.find(asked("/00")) is not None
    assert kept.find(asked("/01")) is None
    assert kept.find(asked("/59")) is not None


def test_large_answers_do_not_drive_out_small_ones(kept):
    kept.keep(asked("/small"), answer())
    for number in range(100):
        kept.keep(asked(f"/large/{number}"), answer(ROOM // 3))
        if number % 10 == 0:
            assert kept.find(asked("/small")) is not None


def test_what_costs_more_to_make_stays_longer(kept):
    kept.keep(asked("/costly"), answer(seconds=0.1))
    fill(kept, 100)
    assert kept.find(asked("/costly")) is not None


def test_what_was_asked_for_often_long_ago_does_not_stay_for_ever(kept):
    kept.keep(asked("/once-dear"), answer())
    for _ in range(20):
        kept.find(asked("/once-dear"))
    fill(kept, 1_000)
    assert kept.find(asked("/once-dear")) is None


def test_what_has_grown_old_goes_first_whatever_it_is_worth(kept):
    kept.keep(asked("/old"), answer(seconds=9))
    for _ in range(20):
        kept.find(asked("/old"))
    fill(kept, 40, of=lambda: answer(made_at=OLDEST_ELSE + 1))
    assert kept.find(asked("/old")) is None


def test_one_that_is_made_anew_takes_the_place_of_the_former(kept):
    kept.keep(asked("/"), answer(5_000))
    kept.keep(asked("/"), answer(1_000, made_at=1))
    assert len(kept) == 1
    assert kept.bytes_held == OVERHEAD + 1_000 + len("http://localhost/")
    assert kept.find(asked("/")).made_at == 1


def test_a_path_has_few_answers_and_those_asked_for_again_stay(kept, monkeypatch):
    monkeypatch.setattr(kept_answers, "MOST_OF_PATH", 5)
    kept.keep(asked("/list"), answer())
    kept.find(asked("/list"))
    for number in range(2_000):
        kept.keep(asked("/list", f"n={number}"), answer())
    assert len(kept) == 5
    assert kept.find(asked("/list")) is not None
    assert kept.find(asked("/list", "n=1999")) is not None
    assert len(kept._by_worth) < 20  # What was dropped is not remembered either.


def test_what_of_a_path_is_asked_for_now_finds_room_beside_what_once_was(kept, monkeypatch):
    monkeypatch.setattr(kept_answers, "MOST_OF_PATH", 10)
    then = [asked("/list", f"then={number}") for number in range(10)]
    now = [asked("/list", f"now={number}") for number in range(5)]
    for each in then * 9:
        kept.find(each) or kept.keep(each, answer())
    assert all(map(kept.find, then))
    for each in now * 2:
        kept.find(each) or kept.keep(each, answer())
    assert all(map(kept.find, now))


def test_what_is_larger_than_the_share_of_one_never_comes_in():
    kept = KeptAnswers(ROOM)
    kept.keep(asked("/"), answer(ROOM // kept_answers.LARGEST_SHARE))
    assert (len(kept), kept.bytes_held) == (0, 0)


def test_headers_that_many_answers_have_are_in_memory_once():
    first, second = (headers_to_keep([("Content-Language", f"{'ja'}"), ("ETag", str(number))]) for number in range(2))
    assert first[0] is second[0]
    assert first[1] != second[1]
