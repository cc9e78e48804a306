from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from marketplace.catalog.listing import list_templates
from marketplace.catalog.queries import TemplateFilter
from marketplace.catalog.suggestible import has_all_municipalities, index_categories, index_municipalities
from marketplace.catalog.suggesting import Suggestions, suggest
from marketplace.kernel.context import Context
from marketplace.municipalities.models import Municipality, MunicipalityType
from marketplace.search.following import columns_of
from marketplace.search.models import IndexedEntry
from marketplace.search.services import set_figures
from tests.catalog_domain.factories import ASAHIKAWA, make_template

EQUIPMENT = {"name": {"ja": "備品台帳", "en": "Equipment ledger"}, "keywords": ["備品", "びひん"]}
SUBSIDY = {"name": {"ja": "補助金交付管理", "en": "Subsidy grants"}, "keywords": ["補助金", "ほじょきん"]}
TOWNS = {
    "242012": ("三重県", "津市", "つし", MunicipalityType.CITY, 274_000),
    "332038": ("岡山県", "津山市", "つやまし", MunicipalityType.CITY, 99_000),
    "232084": ("愛知県", "津島市", "つしまし", MunicipalityType.CITY, 61_000),
    "010006": ("北海道", "北海道", "ほっかいどう", MunicipalityType.PREFECTURE, 5_183_000),
    "011011": ("北海道", "札幌市中央区", "さっぽろしちゅうおうく", MunicipalityType.WARD, None),
    "281000": ("兵庫県", "神戸市", "こうべし", MunicipalityType.DESIGNATED_CITY, 1_500_000),
    "242021": ("三重県", "四日市市", "よっかいちし", MunicipalityType.CITY, 311_000),
}


def make_towns(ctx: Context) -> None:
    """Put some municipalities into the index."""
    for code, (prefecture, name, kana, kind, population) in TOWNS.items():
        row = Municipality(code=code, prefecture=prefecture, name=name, kana=kana, type=kind, region="")
        row.population = population
        ctx.session.add(row)
    ctx.session.flush()
    index_categories(ctx)
    index_municipalities(ctx)


def slugs(found: Suggestions) -> list[str]:
    return [item.slug for item in found.templates]


def towns(ctx: Context, typed: str) -> list[str]:
    return [item.name for item in suggest(ctx, typed).municipalities]


@pytest.mark.parametrize(
    "typed",
    [
        *("備", "備品", "備品台", "台帳", "びh", "びひ", "びひn", "ビヒン", "ﾋﾞﾋﾝ", "bi", "bihi", "bihin"),
        *("ｂｉｈｉｎ", "Equ", "ledger", "備品 台", " 備品　", "bihin daicho"),
    ],
)
def test_a_template_is_suggested_by_the_beginning_of_a_name_typed_in_any_way(ctx: Context, typed: str) -> None:
    make_template(ctx, "equipment", **EQUIPMENT)
    make_template(ctx, "subsidy", **SUBSIDY)
    assert slugs(suggest(ctx, typed)) == ["equipment"]


@pytest.mark.parametrize("typed", ["補助", "ほじょk", "ほじょき", "hojokin", "ｈｏｊｏ", "助成金"])
def test_the_reading_of_a_word_suggests_what_is_written_in_kanji(ctx: Context, typed: str) -> None:
    make_template(ctx, "equipment", **EQUIPMENT)
    make_template(ctx, "subsidy", name=SUBSIDY["name"], keywords=[])
    assert slugs(suggest(ctx, typed)) == ["subsidy"]


def test_names_that_begin_so_come_before_names_that_hold_it(ctx: Context) -> None:
    make_template(ctx, "inside", name={"ja": "旧備品管理", "en": "x"}, keywords=[])
    make_template(ctx, "begins", name={"ja": "備品管理", "en": "y"}, keywords=[])
    assert slugs(suggest(ctx, "備品")) == ["begins", "inside"]


def test_no_more_than_five_templates_are_suggested(ctx: Context) -> None:
    for number in range(7):
        make_template(ctx, f"t{number}", **EQUIPMENT)
    assert len(suggest(ctx, "備品").templates) == 5


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("防", "bosai"),
        ("防災", "bosai"),
        ("ぼうさ", "bosai"),
        ("bousai", "bosai"),
        ("危機", "bosai"),
        ("Disas", "bosai"),
        ("福祉", "fukushi"),
        ("選管", "soumu"),
        ("びひん", None),
        ("人事", "jinji"),
    ],
)
def test_a_category_is_suggested_by_its_name_or_its_departments(ctx: Context, typed: str, first: str | None) -> None:
    make_towns(ctx)
    assert next((item.id for item in suggest(ctx, typed).categories), None) == first


@pytest.mark.parametrize(
    ("typed", "names"),
    [
        ("津", ["津市", "津山市", "津島市"]),
        ("つ", ["津市", "津山市", "津島市"]),
        ("tsuya", ["津山市"]),
        ("つやm", ["津山市"]),
        ("四日市", ["四日市市"]),
        ("三重県四", ["四日市市"]),
        ("三重県 津", ["津市"]),
        ("北海道", ["北海道"]),
        ("kobe", ["神戸市"]),
        ("koube", ["神戸市"]),
        ("hokkaido", ["北海道"]),
        ("よっかい", ["四日市市"]),
        ("さっぽろ", []),
        ("しま", []),
    ],
)
def test_a_municipality_is_suggested_by_its_name_and_its_reading(ctx: Context, typed: str, names: list[str]) -> None:
    make_towns(ctx)
    assert towns(ctx, typed) == names


def test_of_two_alike_the_municipality_with_templates_comes_first(ctx: Context) -> None:
    make_towns(ctx)
    make_template(ctx, publisher="232084")
    found = suggest(ctx, "津").municipalities
    assert [(item.name, item.template_count) for item in found] == [("津市", 0), ("津島市", 1), ("津山市", 0)]


def test_municipalities_indexed_before_they_had_prefectures_are_indexed_again(ctx: Context) -> None:
    make_towns(ctx)
    for row in ctx.session.scalars(select(IndexedEntry).where(IndexedEntry.kind == "municipality")):
        row.facets = {}
    set_figures(ctx, "332038", {})
    assert not has_all_municipalities(ctx)
    index_municipalities(ctx)
    assert has_all_municipalities(ctx)


def test_a_municipality_that_is_gone_is_suggested_no_longer(ctx: Context) -> None:
    make_towns(ctx)
    ctx.session.get_one(Municipality, "332038").active = False
    ctx.session.flush()
    assert not has_all_municipalities(ctx)
    assert index_municipalities(ctx) == 1
    assert has_all_municipalities(ctx)
    assert towns(ctx, "津山") == []
    ctx.session.get_one(Municipality, "332038").active = True
    ctx.session.flush()
    assert index_municipalities(ctx) == 1
    assert towns(ctx, "津山") == ["津山市"]


def test_indexing_again_changes_nothing(ctx: Context) -> None:
    before = columns_of(ctx).revision
    make_towns(ctx)
    assert columns_of(ctx).revision == before + 2, "one change for each kind, however many entries"
    before = columns_of(ctx).revision
    assert index_categories(ctx) == index_municipalities(ctx) == 0
    assert columns_of(ctx).revision == before


def test_lists_of_templates_are_the_same_with_and_without_municipalities(ctx: Context) -> None:
    make_template(ctx, "equipment", **EQUIPMENT)
    make_template(ctx, "subsidy", **SUBSIDY)
    queries = ("", "備品", "津市", "びひん 補助金", "台帳 ほじょきん 津")

    def lists() -> list[object]:
        answers = [list_templates(ctx, TemplateFilter(q=query)) for query in queries]
        return [(found.page, found.facets, found.total, found.explanations) for found in answers]

    before = lists()
    make_towns(ctx)
    assert lists() == before


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(typed=st.one_of(st.text(max_size=12), st.text(alphabet="備品びひん津bihints'\"*%\\ 　ー-", max_size=8)))
def test_nothing_typed_is_an_error(ctx: Context, typed: str) -> None:
    if ctx.session.get(Municipality, "242012") is None:
        make_towns(ctx)
        make_template(ctx, "equipment", publisher=ASAHIKAWA, **EQUIPMENT)
    found = suggest(ctx, typed)
    assert len(found.templates) <= 5
    assert len(found.categories) <= 2
    assert len(found.municipalities) <= 3


@pytest.mark.parametrize("typed", ["", " ", "。", "\x00", "\ud800", "備" * 10_000, "備 " * 5_000, "' | '':* & !"])
def test_what_holds_no_name_suggests_nothing(ctx: Context, typed: str) -> None:
    make_towns(ctx)
    found = suggest(ctx, typed)
    assert (found.templates, found.categories, found.municipalities) == ([], [], [])
