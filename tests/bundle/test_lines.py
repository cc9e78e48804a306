from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.bundle.lines import line_of
from marketplace.bundle.walking import walk

TEXT = """{
  "layout": [
    {"type": "ROW", "fields": []},
    {
      "type": "GROUP",
      "code": "受/付~",
      "a/b": {"c~": 1}
    }
  ]
}
"""


@pytest.mark.parametrize(
    ("pointer", "line"),
    [
        ("", 1),
        ("/layout", 2),
        ("/layout/0/fields", 3),
        ("/layout/1", 4),
        ("/layout/1/code", 6),
        ("/layout/1/a~1b/c~0", 7),
        ("/layout/1/missing", 4),
        ("/nowhere", 1),
    ],
)
def test_a_pointer_leads_to_its_line(pointer: str, line: int) -> None:
    assert line_of(TEXT, pointer) == line


@pytest.mark.parametrize("text", ["", "}", "]]", '{"a', "{,", '"\\'])
def test_what_is_no_json_does_no_harm(text: str) -> None:
    assert line_of(text, "/a") in {1, None}


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=20,
)


@given(values)
def test_every_value_stands_on_a_line_of_its_own_when_indented(value: object) -> None:
    text = json.dumps(value, ensure_ascii=False, indent=0)
    plain = text.split("\n")
    for pointer, found in walk(value):
        line = line_of(text, pointer)
        assert line is not None
        if not isinstance(found, dict | list):
            assert plain[line - 1].rstrip(",").endswith(json.dumps(found, ensure_ascii=False))
