from __future__ import annotations

import re
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.search import readings
from marketplace.search.analysis import key, normalise

ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=120)
KEYS = st.text("abcdefghijklmnopqrstuvwxyz'-", max_size=30)
KANA = st.text("かきくなにんがっゃゅょー", max_size=12)
KNOWN = st.sampled_from([reading for reading, _ in readings._readings()])

_HEPBURN = {
    "し": "shi",
    "ち": "chi",
    "つ": "tsu",
    "ふ": "fu",
    "じ": "ji",
    "しゃ": "sha",
    "しゅ": "shu",
    "しょ": "sho",
    "ちゃ": "cha",
    "ちゅ": "chu",
    "ちょ": "cho",
    "じゃ": "ja",
    "じゅ": "ju",
    "じょ": "jo",
}


def romaji(kana: str, *, hepburn: bool) -> str:
    """Write kana as somebody types them: ん as n' before vowels, っ as the next consonant doubled."""
    spellings = {syllable: spelling for spelling, syllable in reversed(readings._syllables().items())}
    spellings |= _HEPBURN if hepburn else {}
    keys, position = "", 0
    while position < len(kana):
        size = 2 if kana[position : position + 2] in spellings else 1
        keys += {"ん": "n'", "っ": "Q"}.get(kana[position], "") or spellings[kana[position : position + size]]
        position += size
    keys = re.sub("Q([a-z])", r"\1\1", keys)
    return re.sub("n'(?![aiueoyn])", "n", keys)


@pytest.mark.parametrize(
    ("kana", "word"),
    [
        ("ほじょきん", "補助金"),
        ("ホジョキン", "補助金"),
        ("ﾎｼﾞｮｷﾝ", "補助金"),
        ("りさいしょうめい", "り災証明"),
        ("りさいしょうめい", "罹災証明"),
        ("あきや", "空家"),
        ("あきや", "空き家"),
        ("せいほ", "生保"),
        ("ひなんじょ", "避難所"),
        ("ひなんしょ", "避難所"),
        ("しちょうそん", "市町村"),
        ("ぎかい", "議会"),
        ("かいけいねんどにんようしょくいん", "会計年度任用職員"),
        ("でんししんせい", "電子申請"),
    ],
)
def test_words_are_found_by_their_reading(kana: str, word: str) -> None:
    assert key(word) in readings.words_read(kana)


def test_words_that_sound_the_same_are_all_found() -> None:
    assert {"健診", "検診", "検針"} <= set(readings.words_read("けんしん"))


@pytest.mark.parametrize("kana", ["", " ", "ほじ", "ぬぬぬ", "補助金", "hojokin", "\x00"])
def test_what_is_no_reading_finds_no_words(kana: str) -> None:
    assert readings.words_read(kana) == ()


def test_words_are_offered_from_three_kana_on_the_shortest_first() -> None:
    assert readings.words_read_from("ほじ", 5) == ()
    assert readings.words_read_from("ほじょ", 2) == ("補助", "補助金")
    assert readings.words_read_from("ほじょ", 0) == readings.words_read_from("ほじょ", -1) == ()


@given(KNOWN, st.integers(3, 12), st.integers(1, 8))
def test_offered_words_are_read_so_and_each_is_offered_once(reading: str, size: int, limit: int) -> None:
    found = readings.words_read_from(reading[:size], limit)
    assert len(found) == len(set(found)) <= limit
    known = {word for known, word in readings._readings() if known.startswith(reading[:size])}
    assert set(found) <= known
    assert len(reading[:size]) < readings.MIN_PREFIX or found


@pytest.mark.parametrize(
    ("typed", "kana"),
    [
        ("hojokin", "ほじょきん"),
        ("ｈｏｊｏｋｉｎ", "ほじょきん"),
        ("HOJOKIN", "ほじょきん"),
        ("hojokinn", "ほじょきん"),
        ("sinsei", "しんせい"),
        ("shinsei", "しんせい"),
        ("zyuuminnhyou", "じゅうみんひょう"),
        ("juuminhyou", "じゅうみんひょう"),
        ("gappei", "がっぺい"),
        ("matcha", "まっちゃ"),
        ("shimbun", "しんぶん"),
        ("annai", "あんない"),
        ("an'nai", "あんない"),
        ("annnai", "あんない"),
        ("konninn", "こんいん"),
        ("kon’in", "こんいん"),
        ("hojok", "ほじょ"),
        ("hojoky", "ほじょ"),
        ("ほじょk", "ほじょ"),
        ("ほじょｋ", "ほじょ"),
        ("ホジョky", "ほじょ"),
        ("ひなんじょn", "ひなんじょ"),
        ("ほじょkin", "ほじょきん"),
        ("補助金しんs", "補助金しん"),
        ("がっk", "がっ"),
    ],
)
def test_keys_typed_with_the_ime_off_or_left_half_way_become_kana(typed: str, kana: str) -> None:
    assert readings.kana_of(typed) == kana


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "k",
        "'",
        "-a",
        "pdf",
        "csv",
        "DX",
        "mail",
        "excel",
        "ほじょ",
        "補助金",
        "補助金s",
        "児童DX",
        "会議DX",
        "a" * 101,
        "12",
    ],
)
def test_what_is_no_romaji_is_left_alone(typed: str) -> None:
    assert readings.kana_of(typed) is None


@given(st.one_of(ANY_TEXT, KEYS, st.tuples(KANA, KEYS).map("".join)))
def test_no_text_is_too_strange(text: str) -> None:
    assert isinstance(readings.words_read(text), tuple)
    assert isinstance(readings.words_read_from(text, 5), tuple)
    kana = readings.kana_of(text)
    assert kana is None or (kana and not re.search("[a-z]", kana))


@given(KNOWN, st.booleans())
def test_every_reading_can_be_typed_with_the_ime_off(reading: str, hepburn: bool) -> None:  # noqa: FBT001
    assert readings.kana_of(romaji(reading, hepburn=hepburn)) == reading


@given(
    KNOWN, st.integers(1, 10), st.sampled_from(["k", "s", "sh", "t", "ts", "n", "ny", "h", "m", "ry", "z", "j", "b"])
)
def test_the_syllable_being_typed_is_left_out(reading: str, size: int, keys: str) -> None:
    assert readings.kana_of(reading[:size] + keys) == reading[:size]


def test_the_file_is_in_order_and_holds_words_with_kanji_and_their_reading_in_hiragana() -> None:
    text = files("marketplace.search").joinpath("readings.txt").read_text(encoding="utf-8")
    lines = [line.split(" ") for line in text.splitlines() if line[:1] not in {"", "#"}]
    pairs = [(reading, word) for word, reading in lines]
    assert pairs == sorted(set(pairs))
    for reading, word in pairs:
        assert re.fullmatch("[ぁ-ゖー]+", reading)
        assert len(word) >= 2
        assert re.search("[一-鿿〆]", word)


def test_kana_in_a_word_stand_in_its_reading_in_the_same_order() -> None:
    for reading, word in readings._readings():
        kana = re.sub("[^ぁ-ゖー]+", ".+", normalise(word))
        assert re.fullmatch(kana, reading), (word, reading)


def test_comments_and_empty_lines_of_readings_are_skipped() -> None:
    assert readings.read_readings("# 注釈\n\n補助金 ほじょきん\n") == [("ほじょきん", "補助金")]
