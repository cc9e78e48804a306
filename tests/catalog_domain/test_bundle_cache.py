from __future__ import annotations

from marketplace.bundle.writing import digest_of, write_zip
from marketplace.catalog.bundles import READ, BundleCache
from tests.bundle.factories import make_bundle


def test_a_bundle_at_hand_is_not_fetched_again() -> None:
    cache = BundleCache()
    data = write_zip(make_bundle())
    fetched: list[str] = []

    def fetch() -> bytes:
        fetched.append("once")
        return data

    first = cache.get(digest_of(data), fetch)
    assert cache.get(digest_of(data), fetch) is first
    assert fetched == ["once"]


def test_the_longest_unused_bundle_is_dropped_first() -> None:
    bundles = [write_zip(make_bundle(version=f"1.0.{number}")) for number in range(3)]
    cache = BundleCache(most_bytes=2 * READ * max(map(len, bundles)))
    fetched: list[str] = []

    def read(data: bytes) -> None:
        cache.get(digest_of(data), lambda: (fetched.append(digest_of(data)), data)[1])

    for data in (bundles[0], bundles[1], bundles[0], bundles[2], bundles[0], bundles[1]):
        read(data)
    assert fetched == [digest_of(bundles[number]) for number in (0, 1, 2, 1)]


def test_a_bundle_larger_than_the_cache_is_not_kept() -> None:
    cache = BundleCache(most_bytes=10)
    data = write_zip(make_bundle())
    assert cache.get(digest_of(data), lambda: data) is not cache.get(digest_of(data), lambda: data)
