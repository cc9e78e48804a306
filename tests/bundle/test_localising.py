"""A municipality's own options take the place of the template's wherever these are named."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from marketplace.bundle.checking import check
from marketplace.bundle.conditions import NothingLeftError, replace_in_formula, replace_strings
from marketplace.bundle.localising.lists import LocalList, localise
from marketplace.bundle.localising.options import OptionMap, carry_over
from marketplace.bundle.model import PartName
from marketplace.bundle.reading import read_folder
from tests.bundle.factories import make_app, make_bundle, make_field, make_joined_bundle, make_options
from tests.catalog.first_party import folder_id
from tests.sampling import sampled

CATALOG = Path(__file__).parents[2] / "templates_catalog"
QUICK_EVERY = 8
VERSIONS = sorted(path.parent for path in CATALOG.glob("*/*/template.json"))
LABELS = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Zs", "Zl", "Zp"]), min_size=1, max_size=9
)


def options_of(bundle, app, code):
    return list(bundle.app(app).fields[code]["options"])


def district(*options):
    return [LocalList("request", "地区", options)]


def errors(bundle):
    return [finding.as_dict() for finding in check(bundle) if finding.is_error]


@pytest.mark.parametrize(
    ("before", "after", "names", "gone"),
    [
        (["東", "西"], ["東", "西", "南"], {"東": "東", "西": "西"}, ()),
        (["東", "西"], ["西", "東"], {"東": "東", "西": "西"}, ()),
        (["東", "西"], ["本町", "西"], {"東": "本町", "西": "西"}, ()),
        (["東", "西", "南"], ["本町"], {"東": "本町"}, ("西", "南")),
        (["東", "西", "その他"], ["本町", "その他"], {"東": "本町", "その他": "その他"}, ("西",)),
        (["第１地区"], ["北", "第1地区"], {"第１地区": "第1地区"}, ()),
    ],
)
def test_an_option_stays_by_its_name_or_is_renamed_by_its_place(before, after, names, gone):
    made = OptionMap(tuple(before), tuple(after))
    assert (dict(made.names), made.gone) == (names, gone)


def test_a_record_gets_what_stands_at_the_place_of_an_option_that_is_gone_or_the_first():
    made = OptionMap(("東", "西", "その他", "南"), ("本町", "その他", "港"))
    assert [made.stand_in(one) for one in ("東", "西", "その他", "南", "知らない")] == [
        "本町",
        "その他",
        "その他",
        "本町",
        "知らない",
    ]


@given(st.lists(LABELS, min_size=1, unique=True), st.lists(LABELS, min_size=1, unique=True))
def test_whatever_is_given_each_old_option_has_one_of_the_new_in_its_place(before, after):
    made = OptionMap(tuple(before), tuple(after))
    assert {made.stand_in(one) for one in before} <= set(after)
    assert set(made.names) | set(made.gone) == set(before)


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ('地区 in ("東")', '地区 in ("本町")'),
        ('地区 not in ("東", "西") and 区分 in ("西")', '地区 not in ("本町") and 区分 in ("西")'),
        ('(地区 in ("") or 地区 in ("南"))', '(地区 in ("") or 地区 in ("南"))'),
        ("地区 is empty", "地区 is empty"),
    ],
)
def test_a_condition_names_the_new_options(condition, expected):
    assert replace_strings(condition, "地区", {"東": "本町", "西": None}) == expected


def test_a_condition_that_would_ask_for_nothing_is_not_guessed_at():
    with pytest.raises(NothingLeftError):
        replace_strings('地区 in ("西")', "地区", {"西": None})


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ('IF(地区 = "東", 1, 2)', 'IF(地区 = "本町", 1, 2)'),
        ('IF("東" != 地区, "東", "")', 'IF("本町" != 地区, "東", "")'),
        ('CONTAINS(地区, "東")', 'CONTAINS(地区, "本町")'),
        ('区分 & "東"', '区分 & "東"'),
    ],
)
def test_a_formula_that_compares_names_the_new_option(expression, expected):
    assert replace_in_formula(expression, "地区", {"東": "本町"}) == expected


def test_options_conditions_and_sample_records_are_rewritten():
    made = localise(make_joined_bundle(), district("本町", "駅前"))
    request = made.bundle.app("request")
    assert request.fields["地区"]["options"] == make_options("本町", "駅前")
    assert request.part(PartName.RECORDS)["records"][0]["地区"] == {"value": "本町"}
    assert request.part(PartName.VIEWS)["views"]["一覧"]["filterCond"].startswith('地区 in ("本町") and 担当者')
    assert [(one.app_key, one.part, one.pointer) for one in made.rewritten] == [
        ("request", PartName.VIEWS, "/views/一覧/filterCond")
    ]
    assert errors(made.bundle) == []


def test_an_option_that_a_condition_needs_can_not_just_go():
    made = localise(make_joined_bundle(), district("西地区"))
    assert [one.pointer for one in made.stuck] == ["/views/一覧/filterCond"]


def test_conditions_in_other_apps_follow_too():
    bundle = make_joined_bundle()
    made = localise(bundle, [LocalList("request", "申請区分", ("初めて", "継続"))])
    related = made.bundle.app("program").fields["申請一覧"]["referenceTable"]
    assert related["filterCond"] == '申請区分 in ("初めて")'
    assert made.bundle.app("request").fields["申請区分"]["defaultValue"] == "初めて"
    assert errors(made.bundle) == []


def make_copying_bundle(**register):
    """A register whose districts are copied into a request by a lookup, and from there by an action."""
    lookup = {
        "relatedApp": {"app": "register"},
        "relatedKeyField": "名称",
        "fieldMappings": [{"field": "地区", "relatedField": "地区"}],
        "lookupPickerFields": [],
        "filterCond": '地区 in ("東", "西")',
        "sort": "",
    }
    action = {
        "index": "0",
        "destApp": {"app": "report"},
        "mappings": [{"srcType": "FIELD", "srcField": "地区", "destField": "対象地区"}],
        "entities": [],
        "filterCond": "",
    }
    district_field = make_field("DROP_DOWN", "地区", options=make_options("東", "西"), defaultValue="")
    apps = {
        "register": make_app("台帳", make_field("SINGLE_LINE_TEXT", "名称", unique=True), district_field),
        "request": make_app(
            "申請",
            make_field("SINGLE_LINE_TEXT", "団体", lookup=lookup),
            make_field("RADIO_BUTTON", "地区", options=make_options("東", "西", "市外"), defaultValue="西"),
            actions={"actions": {"報告": action}},
        ),
        "report": make_app(
            "報告", make_field("CHECK_BOX", "対象地区", options=make_options("西", "東"), defaultValue=["東", "西"])
        ),
    }
    return make_bundle(apps)


def test_fields_into_which_it_is_copied_follow_with_their_own_options_last():
    made = localise(make_copying_bundle(), [LocalList("register", "地区", ("本町", "港"))])
    assert options_of(made.bundle, "request", "地区") == ["本町", "港", "市外"]
    assert made.bundle.app("request").fields["地区"]["defaultValue"] == "港"
    assert made.bundle.app("request").fields["団体"]["lookup"]["filterCond"] == '地区 in ("本町", "港")'
    assert made.bundle.app("report").fields["対象地区"]["defaultValue"] == ["本町", "港"]
    assert [(one.field, one.follows) for one in made.replacements] == [
        (("register", "地区"), None),
        (("request", "地区"), ("register", "地区")),
        (("report", "対象地区"), ("request", "地区")),
    ]
    assert errors(made.bundle) == []


def test_lists_of_both_sides_have_to_fit():
    lists = [LocalList("register", "地区", ("本町", "港")), LocalList("request", "地区", ("本町", "市外"))]
    [apart] = localise(make_copying_bundle(), lists).apart
    assert (apart.copy.target, apart.missing) == (("request", "地区"), ("港",))


def test_a_followed_list_drops_what_the_other_dropped():
    followed = carry_over(OptionMap(("東", "西"), ("東",)), ("市外", "西", "東"))
    assert (followed.after, followed.gone) == (("東", "市外"), ("西",))


def test_columns_of_tables_have_options_too():
    column = make_field("CHECK_BOX", "区分", options=make_options("甲", "乙"), defaultValue=["乙"])
    app = make_app(
        "申請",
        make_field("SUBTABLE", "明細", fields={"区分": column}),
        records={"records": [{"明細": {"value": [{"value": {"区分": {"value": ["甲", "乙"]}}}]}}]},
    )
    made = localise(make_bundle({"request": app}), [LocalList("request", "区分", ("丙",))])
    table = made.bundle.app("request").fields["明細"]["fields"]["区分"]
    assert (list(table["options"]), table["defaultValue"]) == (["丙"], [])
    [record] = made.bundle.app("request").part(PartName.RECORDS)["records"]
    assert record["明細"]["value"][0]["value"]["区分"]["value"] == ["丙"]
    assert errors(made.bundle) == []


def test_scripts_and_formulas_that_name_an_old_option_are_pointed_at():
    script = {"type": "FILE", "file": {"path": "files/a.js"}}
    expression = 'IF(地区 = "東地区", 1, IF(地区 & "" = "西地区", 2, 3))'
    app = make_app(
        "申請",
        make_field("DROP_DOWN", "地区", options=make_options("東地区", "西地区"), defaultValue=""),
        make_field(
            "CALC", "係数", expression='IF(地区 = "東地区", 1, IF(地区 & "" = "西地区", 2, 3))', format="NUMBER"
        ),
        customize={"scope": "ALL", "desktop": {"js": [script], "css": []}, "mobile": {"js": [], "css": []}},
    )
    bundle = make_bundle({"request": app}, files={"apps/request/files/a.js": "if (x === '東地区') {}"})
    made = localise(bundle, district("本町", "港"))
    assert [(one.part, one.pointer, one.text) for one in made.unsure] == [
        (PartName.FIELDS, "/properties/係数/expression", expression),
        (PartName.CUSTOMIZE, "", "files/a.js"),
    ]
    assert made.bundle.app("request").fields["係数"]["expression"].startswith('IF(地区 = "本町", 1')


def test_the_template_itself_is_left_alone():
    bundle = make_joined_bundle()
    localise(bundle, district("本町", "駅前"))
    assert bundle == make_joined_bundle()


@pytest.mark.parametrize("folder", sampled(VERSIONS, folder_id, slow_every=1, quick=VERSIONS[::QUICK_EVERY]))
@settings(max_examples=6, deadline=None)
@given(data=st.data())
def test_a_first_party_template_stays_sound_with_any_options(folder, data):
    bundle = read_folder(folder)
    lists = [
        LocalList(one.app_key, one.field_code, tuple(data.draw(st.lists(LABELS, min_size=1, max_size=6, unique=True))))
        for one in bundle.manifest.localise
    ]
    made = localise(bundle, lists)
    if not made.apart and not made.stuck:
        assert errors(made.bundle) == errors(bundle)
