from __future__ import annotations

from marketplace.kernel.keeping import Keeping


def test_the_longest_unused_goes_when_there_is_no_room() -> None:
    kept: Keeping[str, bytes] = Keeping(10, len)
    for key in ("first", "second"):
        kept.keep(key, b"12345")
    kept.find("first")
    kept.keep("third", b"1")
    assert [kept.find(key) for key in ("first", "second", "third")] == [b"12345", None, b"1"]
    assert (kept.bytes_held, len(kept)) == (6, 2)


def test_what_is_larger_than_all_there_may_be_is_let_go() -> None:
    kept: Keeping[str, bytes] = Keeping(10, len)
    kept.keep("small", b"1")
    kept.keep("large", b"12345678901")
    assert kept.find("large") is None
    assert kept.find("small") == b"1"
