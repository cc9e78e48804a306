from __future__ import annotations

from marketplace.catalog.ratings import Rating, use_in_thousandths


def test_without_ratings_there_is_no_mean_but_a_middle_to_sort_by() -> None:
    assert Rating(0, 0).mean is None
    assert Rating(0, 0).bayesian == 3.0


def test_few_stars_move_the_average_little() -> None:
    assert Rating(1, 5).bayesian == 20 / 6
    assert Rating(1, 5).mean == 5.0


def test_many_good_ratings_beat_a_single_perfect_one() -> None:
    assert Rating(40, 180).thousandths > Rating(1, 5).thousandths


def test_use_stays_within_its_bounds() -> None:
    assert use_in_thousandths(0) == 0
    assert use_in_thousandths(10**9) == 1_000


def test_the_first_installs_count_most() -> None:
    assert use_in_thousandths(10) - use_in_thousandths(1) > use_in_thousandths(1_000) - use_in_thousandths(990)
