from __future__ import annotations

import pytest

from marketplace.kernel.context import Context
from marketplace.search import services
from marketplace.search.finding import Question, find
from marketplace.search.services import Kind, Place, SearchEntry
from marketplace.search.value_pairs import MOST_COUNTED
from tests.search.factories import found_by as found
from tests.search.factories import make_entry


def test_a_hit_ranks_by_where_it_stands(ctx: Context) -> None:
    body = make_entry(ctx, "甲", body=["備品"])
    summary = make_entry(ctx, "乙", summary="備品を数えます")
    in_keyword = make_entry(ctx, "丙", keywords=["消耗備品"])
    keyword = make_entry(ctx, "丁", keywords=["備品"])
    inside = make_entry(ctx, "学校備品の一覧")
    prefix = make_entry(ctx, "備品台帳")
    exact = make_entry(ctx, "備品")
    assert found(ctx, "備品") == [exact, prefix, inside, keyword, in_keyword, summary, body]


def test_what_was_typed_ranks_above_its_synonym(ctx: Context) -> None:
    synonym = make_entry(ctx, "助成金の受付")
    typed = make_entry(ctx, "補助金の受付")
    assert found(ctx, "補助金") == [typed, synonym]


def test_the_merit_orders_what_the_text_can_not_tell_apart(ctx: Context) -> None:
    low = make_entry(ctx, "備品台帳", merit=100)
    high = make_entry(ctx, "備品台帳", merit=900)
    assert found(ctx, "備品") == [high, low]


def test_the_merit_never_lifts_a_text_hit_over_a_title_hit(ctx: Context) -> None:
    body = make_entry(ctx, "甲", body=["備品"], merit=999)
    title = make_entry(ctx, "備品台帳", merit=0)
    assert found(ctx, "備品") == [title, body]


def test_a_changed_merit_changes_the_order(ctx: Context) -> None:
    first = make_entry(ctx, merit=200)
    second = make_entry(ctx, merit=100)
    services.set_figures(ctx, second, {"merit": 300})
    assert found(ctx, "備品") == [second, first]


def test_equals_stand_in_the_order_they_came(ctx: Context) -> None:
    subjects = [make_entry(ctx) for _ in range(5)]
    assert found(ctx, "備品") == subjects


def test_a_rare_value_that_is_chosen_is_counted_beside_the_commonest(ctx: Context) -> None:
    values = [f"v{number:03d}" for number in range(MOST_COUNTED) for _ in range(2)] + ["rare"]
    entries = [
        SearchEntry(Kind.TEMPLATE, f"s{place}", {Place.TITLE: ["備品"]}, {"place": [value], "other": ["yes"]})
        for place, value in enumerate(values)
    ]
    services.index_kind(ctx, Kind.TEMPLATE, entries)
    for chosen in ({"place": ["rare"]}, {"place": ["rare", "v001", "nowhere"], "other": ["yes"]}):
        counts = find(ctx, Question(Kind.TEMPLATE, "", chosen), ["place"]).counts["place"]
        assert (counts["rare"], counts["v001"], len(counts)) == (1, 2, MOST_COUNTED + 1)
    assert "rare" not in find(ctx, Question(Kind.TEMPLATE, ""), ["place"]).counts["place"]


def test_where_few_hold_all_words_those_with_some_follow(ctx: Context) -> None:
    one = make_entry(ctx, "備品シール")
    both = make_entry(ctx, "備品シール", body=["現物照合"])
    assert found(ctx, "備品 現物") == [both, one]


def test_where_enough_hold_all_words_the_others_are_left_out(ctx: Context) -> None:
    make_entry(ctx, "備品シール")
    enough = [make_entry(ctx, "備品シール", body=["現物照合"]) for _ in range(5)]
    assert found(ctx, "備品 現物") == enough


@pytest.mark.parametrize(
    "query",
    [
        "車を借りたい",
        "車 借りる 方法",
        "公用車の予約をしたい",
        "こうようしゃよやく",
        "koyoushayoyaku",
        "校用車予約",
    ],
)
def test_what_is_meant_is_found_in_a_sentence_in_kana_and_behind_a_wrong_kanji(ctx: Context, query: str) -> None:
    make_entry(ctx, "議会答弁", keywords=["通告"])
    meant = make_entry(ctx, "公用車予約", keywords=["貸出"])
    assert found(ctx, query)[:1] == [meant]


def test_what_holds_the_word_comes_before_what_holds_its_parts(ctx: Context) -> None:
    parts = make_entry(ctx, "保育所の申込", keywords=["募集"])
    whole = make_entry(ctx, "採用試験", keywords=["保育士", "募集"])
    assert found(ctx, "保育士 募集") == [whole, parts]


@pytest.mark.parametrize("query", ["品", "帳"])
def test_one_character_finds_every_entry_that_contains_it(ctx: Context, query: str) -> None:
    subject = make_entry(ctx, "備品台帳")
    assert found(ctx, query) == [subject]


@pytest.mark.parametrize("query", ["!?", "\x00", "・"])
def test_a_query_without_letters_matches_nothing(ctx: Context, query: str) -> None:
    make_entry(ctx)
    assert found(ctx, query) == []


def test_a_new_text_replaces_the_old_one(ctx: Context) -> None:
    subject = make_entry(ctx, "備品台帳")
    make_entry(ctx, "公用車予約", subject_id=subject)
    assert found(ctx, "備品") == []
    assert found(ctx, "庁用車") == [subject]


def test_a_removed_entry_is_not_found(ctx: Context) -> None:
    subject = make_entry(ctx)
    services.remove_entry(ctx, subject)
    services.remove_entry(ctx, subject)
    assert found(ctx, "備品") == []


def test_what_was_rolled_back_is_not_found(ctx: Context) -> None:
    savepoint = ctx.session.begin_nested()
    make_entry(ctx)
    savepoint.rollback()
    assert found(ctx, "備品") == []


def test_words_of_different_runs_do_not_make_a_phrase(ctx: Context) -> None:
    make_entry(ctx, "備品・台帳", keywords=["品台"])
    other = make_entry(ctx, "備品・台帳")
    assert other not in found(ctx, "品台")


def test_when_no_entry_holds_all_words_those_with_most_pieces_are_found(ctx: Context) -> None:
    some = make_entry(ctx, "公用車", body=["鍵の管理"])
    most = make_entry(ctx, "備品台帳", body=["現物照合"])
    make_entry(ctx, "議会答弁")
    assert found(ctx, "備品台帳 現物照合 貸出") == [most]
    assert found(ctx, "公用車の鍵管理簿") == [some]


def test_a_wrong_character_in_a_word_is_forgiven(ctx: Context) -> None:
    subject = make_entry(ctx, "補助金申請管理")
    assert found(ctx, "補助金申講") == [subject]


def test_pieces_are_only_tried_when_few_hold_the_word(ctx: Context) -> None:
    exact = make_entry(ctx, "備品台帳")
    pieces = make_entry(ctx, "備品と台帳")
    assert found(ctx, "備品台帳") == [exact, pieces]
    exacts = [exact, *(make_entry(ctx, "備品台帳") for _ in range(4))]
    assert found(ctx, "備品台帳") == exacts


def test_a_kana_word_counts_by_its_pieces(ctx: Context) -> None:
    vaccination = make_entry(ctx, "ワクチン接種の予約")
    make_entry(ctx, "会議室の予約")
    assert found(ctx, "ワクチン予約")[0] == vaccination
