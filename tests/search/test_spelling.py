from __future__ import annotations

import pytest

from marketplace.kernel.context import Context
from marketplace.search.finding import Question, find
from marketplace.search.services import Kind
from marketplace.search.spelling import did_you_mean
from tests.search.factories import make_entry


def suggested(ctx: Context, query: str) -> str | None:
    return did_you_mean(ctx, find(ctx, Question(Kind.TEMPLATE, query)).words)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("補助金申講", "補助金申請"),
        ("ほじよきん", "補助金"),
        ("helpdsek", "helpdesk"),
        ("住民 補助金申講", "住民 補助金申請"),
    ],
)
def test_a_slip_finds_what_was_meant(ctx: Context, typed: str, meant: str) -> None:
    make_entry(ctx, "補助金申請管理", keywords=["Helpdesk", "住民"])
    assert suggested(ctx, typed) == meant


@pytest.mark.parametrize("typed", ["補助金申請", "助成金", "まったく別の言葉", "備呂", "!!", ""])
def test_what_is_found_or_near_to_nothing_is_left_alone(ctx: Context, typed: str) -> None:
    make_entry(ctx, "補助金申請管理", keywords=["備品"])
    assert suggested(ctx, typed) is None
