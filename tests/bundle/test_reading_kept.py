"""What was written once is read with nothing looked for again, and is the same."""

from __future__ import annotations

import pytest

from catalog_tools.expanding import CATALOG
from marketplace.bundle.decoding import DecodingError, decode_json
from marketplace.bundle.reading import read_folder, read_kept, read_zip
from marketplace.bundle.writing import write_zip
from tests.bundle.factories import make_bundle, make_joined_bundle

FOLDERS = sorted(manifest.parent for manifest in CATALOG.glob("*/*/template.json"))


@pytest.mark.parametrize("folder", FOLDERS[::8], ids=lambda folder: f"{folder.parent.name}-{folder.name}")
def test_a_first_party_template_is_read_the_same(folder):
    data = write_zip(read_folder(folder))
    assert read_kept(data) == read_zip(data)
    assert write_zip(read_kept(data)) == data


@pytest.mark.parametrize("make", [make_bundle, make_joined_bundle])
def test_a_bundle_is_read_the_same(make):
    data = write_zip(make())
    assert read_kept(data) == read_zip(data) == make()


def test_numbers_that_would_be_read_otherwise_were_refused_before():
    """The quicker reader makes floats of numbers with more than 64 bits."""
    assert decode_json(b'{"a": 999999999999999999}', "x.json") == {"a": 10**18 - 1}
    for number in (b"1000000000000000000", b"1e999", b"NaN"):
        with pytest.raises(DecodingError):
            decode_json(b'{"a": ' + number + b"}", "x.json")
