"""What holds for any bundle and any bytes."""

from __future__ import annotations

import json
import tempfile
from contextlib import suppress
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from marketplace.bundle.checking import check
from marketplace.bundle.comparing import Bump, compare
from marketplace.bundle.decoding import DecodingError, decode_json
from marketplace.bundle.errors import BundleRefusedError
from marketplace.bundle.model import PartName
from marketplace.bundle.reading import read_folder, read_zip
from marketplace.bundle.writing import digest_of, write_folder, write_zip
from tests.bundle.factories import make_app, make_bundle, make_field, make_files, make_joined_bundle, make_options, pack

CODES = st.text(st.characters(codec="utf-8", categories=["Lo", "Ll"]), min_size=1, max_size=8)
LABELS = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), min_size=1, max_size=10)
TYPES = st.sampled_from(["SINGLE_LINE_TEXT", "NUMBER", "DATE", "DROP_DOWN", "USER_SELECT"])


@st.composite
def bundles(draw):
    fields = []
    for code in draw(st.lists(CODES, min_size=1, max_size=4, unique=True)):
        type_ = draw(TYPES)
        extra = {"options": make_options(*draw(st.lists(LABELS, min_size=1, max_size=3, unique=True)))}
        attributes = extra if type_ == "DROP_DOWN" else {}
        fields.append(make_field(type_, code, required=draw(st.booleans()), **attributes))
    readme = draw(st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=50))
    return make_bundle({"request": make_app(draw(LABELS), *fields)}, files={"README.md": readme})


@settings(deadline=None, max_examples=30)
@given(bundles())
def test_any_bundle_survives_folder_and_zip_unchanged(bundle):
    with tempfile.TemporaryDirectory() as folder:
        write_folder(bundle, Path(folder))
        assert read_folder(folder) == bundle
    data = write_zip(bundle)
    again = read_zip(data)
    assert again == bundle
    assert write_zip(again) == data


@settings(deadline=None, max_examples=30)
@given(st.randoms(use_true_random=False), st.sampled_from([None, 1, 4]))
def test_the_digest_depends_neither_on_order_nor_on_indentation(random, indent):
    def shuffled(value):
        if isinstance(value, dict):
            items = [(key, shuffled(inner)) for key, inner in value.items()]
            random.shuffle(items)
            return dict(items)
        return [shuffled(inner) for inner in value] if isinstance(value, list) else value

    files = make_files()
    paths = list(files)
    random.shuffle(paths)
    rewritten = {
        path: json.dumps(shuffled(json.loads(files[path])), indent=indent).encode()
        if path.endswith(".json")
        else files[path]
        for path in paths
    }
    assert digest_of(write_zip(read_zip(pack(rewritten)))) == digest_of(write_zip(make_bundle()))


def read_or_refuse(data: bytes) -> None:
    refused: list[BundleRefusedError] = []
    try:
        check(read_zip(data))
    except BundleRefusedError as error:
        refused.append(error)
    assert all(error.findings and json.dumps(error.details) for error in refused)


@settings(deadline=None)
@given(st.binary(max_size=300), st.sampled_from([b"", b"PK\3\4", b"PK\5\6"]))
def test_no_bytes_make_the_reader_fail_in_another_way(data, start):
    read_or_refuse(start + data)


@settings(deadline=None, max_examples=200)
@given(st.data())
def test_no_damage_to_a_zip_makes_the_reader_fail_in_another_way(data):
    original = data.draw(st.sampled_from([pack(make_files()), write_zip(make_joined_bundle())]))
    damaged = bytearray(original)
    for _ in range(data.draw(st.integers(1, 4))):
        damaged[data.draw(st.integers(0, len(original) - 1))] = data.draw(st.integers(0, 255))
    read_or_refuse(bytes(damaged[data.draw(st.sampled_from([0, 0, 0, 1])) :]))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=15,
)
PARTS = st.sampled_from([part.value for part in PartName])


@settings(deadline=None, max_examples=150)
@given(PARTS, st.dictionaries(st.sampled_from(["properties", "layout", "views", "records", "enable", "name"]), JSON))
def test_no_json_in_a_part_makes_the_reader_fail_in_another_way(part, value):
    read_or_refuse(pack(make_files(files={f"apps/request/{part}.json": json.dumps(value)})))


NAMES = st.sampled_from(["code", "type", "fields", "options", "lookup", "expression", "filterCond", "value", "entity"])


@settings(deadline=None, max_examples=150)
@given(st.data())
def test_no_value_put_anywhere_into_a_part_makes_the_reader_or_the_checks_fail(data):
    def change(apps):
        app = apps[data.draw(st.sampled_from(sorted(apps)))]
        target = app[data.draw(st.sampled_from(sorted(app)))]
        while True:
            key = data.draw(st.sampled_from(sorted(target) if isinstance(target, dict) else range(len(target))))
            if isinstance(target, dict) and data.draw(st.integers(0, 9)) == 0:
                target[data.draw(NAMES)] = data.draw(JSON)
                return
            inner = target[key]
            if not inner or not isinstance(inner, dict | list) or data.draw(st.booleans()):
                target[key] = data.draw(JSON | st.sampled_from(["", "制度コード", [], {}]))
                return
            target = inner

    try:
        bundle = make_joined_bundle(change)
    except BundleRefusedError:
        return
    check(bundle)
    compare(make_joined_bundle(), bundle)
    compare(bundle, make_joined_bundle())


@settings(deadline=None)
@given(st.text(alphabet='[]{}",:\\a1 ', max_size=80))
def test_any_text_is_json_or_gets_a_finding(text):
    with suppress(DecodingError):
        assert isinstance(decode_json(text.encode(), "x.json"), dict)


@settings(deadline=None, max_examples=30)
@given(bundles(), bundles())
def test_two_bundles_differ_exactly_when_something_is_owed(old, new):
    assert (compare(old, new).bump is Bump.NONE) == (write_zip(old) == write_zip(new))
    assert compare(old, old).changes == ()
