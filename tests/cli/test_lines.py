"""The line of a value is where a reader of the file finds it."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from marketplace.bundle.walking import walk
from marketplace.cli.lines import lines_by_pointer

KEYS = st.text(st.characters(blacklist_categories=["Cs"]), max_size=4)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | KEYS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=12,
)


def put_marker(value, pointer, at=""):
    """Return the value with a marker in place of what stands at a pointer."""
    if at == pointer:
        return "the place"
    if isinstance(value, dict):
        steps = {key: key.replace("~", "~0").replace("/", "~1") for key in value}
        return {key: put_marker(inner, pointer, f"{at}/{steps[key]}") for key, inner in value.items()}
    if isinstance(value, list):
        return [put_marker(inner, pointer, f"{at}/{position}") for position, inner in enumerate(value)]
    return value


@given(st.dictionaries(KEYS, VALUES, max_size=5), st.integers(0, 3), st.booleans())
def test_every_value_is_found_on_its_line(document, indent, ascii_only):
    text = json.dumps(document, indent=indent, ensure_ascii=ascii_only)
    lines = lines_by_pointer(text)
    pointers = [pointer for pointer, _ in walk(document)]
    assert set(lines) == set(pointers)
    for pointer in pointers[:20]:
        marked = json.dumps(put_marker(document, pointer), indent=indent, ensure_ascii=ascii_only).split("\n")
        assert next(number for number, line in enumerate(marked, 1) if '"the place"' in line) == lines[pointer]


@given(st.text(max_size=30))
def test_what_is_no_json_has_no_lines(text):
    assert isinstance(lines_by_pointer("{" + text), dict)
