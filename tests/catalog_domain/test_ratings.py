from __future__ import annotations

from marketplace.catalog.ratings import MAX_POPULARITY, Rating, popularity


def test_without_ratings_there_is_no_mean_but_a_middle_to_sort_by() -> None:
    assert Rating(0, 0).mean is None
    assert Rating(0, 0).bayesian == 3.0


def test_few_stars_move_the_average_little() -> None:
    assert Rating(1, 5).bayesian == 20 / 6
    assert Rating(1, 5).mean == 5.0


def test_many_good_ratings_beat_a_single_perfect_one() -> None:
    assert Rating(40, 180).thousandths > Rating(1, 5).thousandths


def test_popularity_stays_within_its_bounds() -> None:
    assert popularity(Rating(0, 0), 0) >= 0
    assert popularity(Rating(10**6, 5 * 10**6), 10**9) <= MAX_POPULARITY


def test_more_installs_make_more_popular() -> None:
    assert popularity(Rating(0, 0), 10) > popularity(Rating(0, 0), 1)
