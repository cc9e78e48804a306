"""Keys of apps: asked for, known, or readable; never twice, never another app's."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.exports.inputs import KEY
from marketplace.exports.keys import KnownKeys, choose_app_keys, words_of
from marketplace.kintone.client import AppSummary

KNOWN = KnownKeys(by_id={"1": "request"}, by_name={"申請": "request", "台帳": "register"}, elsewhere={"9": "menu"})


def keys(*apps, wanted=None, known=KNOWN):
    return list(choose_app_keys([AppSummary(*app) for app in apps], wanted or {}, known).values())


@pytest.mark.parametrize(
    ("app", "key"),
    [
        (("1", "何か", "CODE"), "request"),
        (("2", "台帳", "CODE"), "register"),
        (("9", "メニュー", "CODE"), "menu"),
        (("3", "予約", "PARK_2024"), "park-2024"),
        (("3", "Park 予約 2024", ""), "park-2024"),
        (("3", "公園予約", ""), "app-1"),
        (("3", "２０２４", ""), "app-1"),
    ],
    ids=str,
)
def test_an_app_keeps_the_key_it_had_and_otherwise_gets_one_that_people_can_read(app, key):
    assert keys(app) == [key]


def test_what_the_author_asks_for_goes_before_everything():
    assert keys(("1", "申請", "CODE"), wanted={"1": "grant"}) == ["grant"]


def test_of_two_apps_the_one_known_by_its_number_gets_the_key_of_the_name():
    assert keys(("5", "申請", ""), ("1", "別名", "")) == ["app-1", "request"]


def test_a_key_that_the_template_knows_is_not_given_to_an_app_without_a_claim():
    assert keys(("3", "予約", "REGISTER")) == ["register-2"]


@given(
    st.lists(st.tuples(st.text(max_size=20), st.text(max_size=20)), min_size=1, max_size=30),
    st.dictionaries(st.sampled_from("123"), st.sampled_from(["app-1", "app-2", "a"]), max_size=3),
)
def test_keys_are_always_valid_and_all_different(names, past):
    apps = [AppSummary(str(number), name, code) for number, (name, code) in enumerate(names)]
    chosen = choose_app_keys(apps, {}, KnownKeys(by_id=past))
    assert len(set(chosen.values())) == len(apps)
    assert all(KEY.fullmatch(key) and len(key) <= 64 for key in chosen.values())


@given(st.text(max_size=200))
def test_words_are_a_key_or_nothing(text):
    words = words_of(text)
    assert words == "" or (KEY.fullmatch(words) and len(words) <= 64)
