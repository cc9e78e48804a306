"""After a storage was silent nobody waits for it, and one caller at a time finds out whether it is back."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError, ReadTimeoutError

from marketplace.storage.errors import StorageUnavailableError
from marketplace.storage.resting import ASKING_SECONDS, REST_SECONDS, Rest


class Clock:
    now = 100.0

    def __call__(self):
        return self.now


def be_silent(rest):
    with pytest.raises(ReadTimeoutError), rest.looking():
        raise ReadTimeoutError(endpoint_url="http://s3")


def is_let_in(rest):
    try:
        with rest.looking():
            return True
    except StorageUnavailableError:
        return False


def test_whoever_comes_while_it_rests_is_refused_at_once_and_later_let_in():
    rest = Rest(clock := Clock())
    assert is_let_in(rest)
    be_silent(rest)
    assert not is_let_in(rest)
    clock.now += REST_SECONDS
    assert is_let_in(rest)
    assert is_let_in(rest)


def test_one_alone_asks_whether_it_is_back():
    rest = Rest(clock := Clock())
    be_silent(rest)
    clock.now += REST_SECONDS
    with rest.looking():
        assert not is_let_in(rest)
    assert is_let_in(rest)


def test_who_never_comes_back_from_asking_is_followed_by_another():
    rest = Rest(clock := Clock())
    be_silent(rest)
    clock.now += REST_SECONDS
    asking = rest.looking()
    asking.__enter__()
    assert not is_let_in(rest)
    clock.now += ASKING_SECONDS
    assert is_let_in(rest)


def test_a_refusal_is_an_answer():
    rest = Rest(clock := Clock())
    be_silent(rest)
    clock.now += REST_SECONDS
    with pytest.raises(ClientError), rest.looking():
        raise ClientError({"Error": {"Code": "AccessDenied"}}, "GetObject")
    assert is_let_in(rest)
