"""How fast a publisher may release."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.kernel.pacing import Pace, PublishingPace
from marketplace.publishing import services
from marketplace.publishing.errors import ReleasedTooFastError
from marketplace.publishing.pace import wait_of
from tests.catalog_domain.factories import SHIMOTSUMA, make_actor, make_municipality
from tests.publishing.factories import make_draft, make_upload, verify

MINUTE = timedelta(minutes=1)
START = datetime(2026, 4, 1, tzinfo=UTC)
TEN = Pace(5, 10 * MINUTE)


def test_a_burst_may_come_at_once_and_then_one_in_each_interval():
    assert wait_of(TEN, [START] * 4, START) <= timedelta(0)
    assert wait_of(TEN, [START] * 5, START) == 10 * MINUTE
    assert wait_of(TEN, [START] * 5, START + 10 * MINUTE) == timedelta(0)
    assert wait_of(TEN, [START + 10 * MINUTE, *[START] * 5], START + 10 * MINUTE) == 10 * MINUTE


def test_a_burst_is_there_again_after_a_rest():
    assert wait_of(TEN, [START] * 5, START + 50 * MINUTE) <= timedelta(0)
    assert wait_of(TEN, [START + 50 * MINUTE] * 4 + [START] * 5, START + 50 * MINUTE) == timedelta(0)


@given(gaps=st.lists(st.integers(0, 30), max_size=60))
def test_it_agrees_with_a_bucket_that_fills_up(gaps):
    now, level, before = START, 5.0, []
    for gap in gaps:
        now += gap * MINUTE
        level = min(5.0, level + gap / 10)
        may = wait_of(TEN, before, now) <= timedelta(0)
        assert may == (level >= 1 - 1e-9)
        if may:
            level -= 1
            before.insert(0, now)


@pytest.mark.parametrize("moment", [START + MINUTE])
def test_what_is_to_come_by_a_clock_that_was_ahead_counts_not(moment):
    assert wait_of(Pace(1, MINUTE), [moment], START) == timedelta(0)


@pytest.fixture
def author(context_of):
    """Somebody who publishes for a municipality whose pace is two new templates, or one further version, at once."""
    ctx = context_of(make_actor())
    verify(ctx, make_municipality(ctx.session))
    paces = PublishingPace(new_templates=Pace(2, 10 * MINUTE), versions=Pace(1, MINUTE))
    return replace(ctx, ports=replace(ctx.ports, publishing_pace=paces))


def release(ctx, slug, number="1.0.0"):
    changes = {"CHANGELOG.md": f"# 変更の記録\n\n## {number}\n"}
    return services.release_draft(ctx, make_draft(ctx, slug=slug, version=number, files=changes).id)


def test_new_templates_and_further_versions_have_a_pace_each(author, clock):
    for slug in ("first", "second"):
        assert release(author, slug).number == "1.0.0"
        clock.advance(seconds=1)
    with pytest.raises(ReleasedTooFastError) as refused:
        release(author, "third")
    assert refused.value.params == {"retry_after": 599 - 1}
    assert release(author, "first", "1.0.1").number == "1.0.1"
    with pytest.raises(ReleasedTooFastError):
        release(author, "second", "1.0.1")
    clock.advance(seconds=60)
    assert release(author, "second", "1.0.1").number == "1.0.1"
    clock.advance(minutes=10)
    assert release(author, "third").number == "1.0.0"


def test_a_publisher_does_not_wait_for_another(author, context_of):
    release(author, "first")
    release(author, "second")
    other = replace(context_of(make_actor(SHIMOTSUMA)), ports=author.ports)
    verify(other, make_municipality(other.session, SHIMOTSUMA))
    assert release(other, "third").number == "1.0.0"


def test_what_is_published_in_one_act_too_soon_leaves_no_draft(author):
    for slug in ("first", "second"):
        assert services.publish_bundle(author, make_upload(slug=slug)).version
    with pytest.raises(ReleasedTooFastError):
        services.publish_bundle(author, make_upload(slug="third"))
