from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from semantic_version import Version

from marketplace.catalog.errors import VersionNumberUnusableError
from marketplace.catalog.precedence import precedence_of

NUMBERS = st.integers(0, 10**6)
IDENTIFIERS = st.one_of(NUMBERS.map(str), st.from_regex(r"[0-9]{0,4}[A-Za-z-][0-9A-Za-z-]{0,4}", fullmatch=True))
PRERELEASES = st.lists(IDENTIFIERS, max_size=4).map(".".join)
VERSIONS = st.builds(
    lambda major, minor, patch, pre: f"{major}.{minor}.{patch}" + (f"-{pre}" if pre else ""),
    NUMBERS,
    NUMBERS,
    NUMBERS,
    PRERELEASES,
)


def test_numbers_sort_as_semver_orders_them() -> None:
    releases = ["0.9.9", "1.0.0", "1.0.2", "1.0.10", "1.2.0", "2.0.0", "10.0.0"]
    assert sorted(set(releases), key=precedence_of) == releases


def test_pre_releases_sort_as_semver_orders_them() -> None:
    suffixes = ["alpha", "alpha.1", "alpha.beta", "beta", "beta.2", "beta.11", "rc.1"]
    numbers = [*(f"1.0.0-{suffix}" for suffix in suffixes), "1.0.0"]
    assert sorted(set(numbers), key=precedence_of) == numbers


@given(VERSIONS, VERSIONS)
def test_any_two_numbers_compare_as_semver_compares_them(one: str, other: str) -> None:
    left, right = Version(one), Version(other)
    assert (precedence_of(one) < precedence_of(other)) == (left < right)
    assert (precedence_of(one) == precedence_of(other)) == (left == right)


def test_build_metadata_does_not_count() -> None:
    assert precedence_of("1.0.0+a") == precedence_of("1.0.0+b")


@pytest.mark.parametrize("number", ["", "1", "1.0", "v1.0.0", "1.0.0\x00", "1" * 100 + ".0.0", "1.0.0-" + "a" * 200])
def test_what_is_no_usable_number_is_refused(number: str) -> None:
    with pytest.raises(VersionNumberUnusableError):
        precedence_of(number)
