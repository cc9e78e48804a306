"""What a municipality wants otherwise is read forgivingly and refused in words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from marshmallow import ValidationError

from marketplace.bundle.localising.options import fold
from marketplace.installs.inputs import ImportInput
from marketplace.installs.target import Target
from marketplace.installs.wishes import read_options
from tests.installs.factories import make_order


def load(**changes):
    return ImportInput().load(make_order(**changes))


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ({"space": "12"}, Target("12")),
        ({"space": 12, "thread": "３"}, Target("12", "3")),
        ({"space": " １２ "}, Target("12")),
        ({"space": ""}, None),
        ({"space": None, "thread": None}, None),
        (None, None),
    ],
)
def test_a_space_is_a_number_however_wide(written, read):
    assert load(target=written).target == read


@pytest.mark.parametrize(
    "written",
    [{"space": "第1"}, {"space": "0"}, {"space": -1}, {"space": True}, {"space": "1" * 10}, {"thread": "3"}, "12", []],
)
def test_what_is_no_number_of_a_space_is_refused(written):
    with pytest.raises(ValidationError) as refused:
        load(target=written)
    assert list(refused.value.messages) == ["target"]


def test_blanks_spaces_and_repetitions_in_lists_are_mended():
    options = read_options(["本町地区", "", "　駅前地区　", "本町地区\r", "北\n\n東  西"])
    assert options == ("本町地区", "駅前地区", "北", "東 西")


@pytest.mark.parametrize(
    ("written", "word"),
    [
        (["", "　"], "1つ以上"),
        (["第1地区", "第１地区"], "全角・半角"),
        (["あ" * 129], "長すぎます"),
        ([str(number) for number in range(1001)], "1000個以内"),
    ],
)
def test_lists_that_can_not_be_mended_are_refused_in_words(written, word):
    with pytest.raises(ValidationError) as refused:
        load(localise=[{"app": "request", "field": "地区", "options": written}])
    [sentence] = refused.value.messages["localise"][0]["options"]
    assert word in sentence.ja
    assert sentence.en


def test_one_field_gets_one_list():
    one = {"app": "request", "field": "地区", "options": ["東"]}
    with pytest.raises(ValidationError) as refused:
        load(localise=[one, one])
    assert list(refused.value.messages["localise"]) == [1]


@pytest.mark.parametrize("name", ["あ" * 65, "申請\n台帳", 5])
def test_a_name_no_app_can_have_is_refused(name):
    with pytest.raises(ValidationError) as refused:
        load(app_names={"request": name})
    assert list(refused.value.messages["app_names"]) == ["request"]


def test_an_empty_name_stands_for_the_templates():
    assert load(app_names={"request": " ", "report": None, "program": "制度（試行）"}).app_names == {
        "program": "制度（試行）"
    }


@given(st.lists(st.text(max_size=20), max_size=8))
def test_whatever_is_typed_the_options_are_lines_that_can_be_told_apart(lines):
    try:
        options = read_options(lines)
    except ValidationError:
        return
    assert all(option == option.strip() != "" and "\n" not in option for option in options)
    assert len({fold(option) for option in options}) == len(options)
