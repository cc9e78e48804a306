from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from marketplace.search.highlighting import mark, snippet
from marketplace.search.phrases import read_query

TEXT = st.text(alphabet="備品ﾋﾞﾋﾟｶﾞびんヶケ々 ・髙Ａa1\u3099", max_size=12)


def hits(text: str, query: str) -> list[str]:
    return [piece.text for piece in mark(text, read_query(query)) if piece.is_hit]


def test_what_was_typed_is_marked_as_it_is_written() -> None:
    assert hits("ｺﾞﾐの収集とゴミの分別", "ごみ") == ["ｺﾞﾐ", "ゴミ"]
    assert hits("髙橋さんのKPI", "高橋 ｋｐｉ") == ["髙橋", "KPI"]


def test_a_synonym_is_marked_as_well() -> None:
    assert hits("助成金の申請", "補助金") == ["助成金"]


@given(TEXT, TEXT)
def test_the_pieces_are_the_text(text: str, query: str) -> None:
    assert "".join(piece.text for piece in mark(text, read_query(query))) == text


def test_a_snippet_shows_what_stands_around_the_first_hit() -> None:
    long = "あ" * 100 + "備品シール" + "い" * 100
    shown = snippet(["関係のない文", long], read_query("備品シール"))
    assert "".join(piece.text for piece in shown) == "…" + "あ" * 24 + "備品シール" + "い" * 24 + "…"
    assert snippet(["関係のない文"], read_query("備品シール")) == ()
