"""The municipalities as anybody may see them."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from marketplace.catalog.elsewhere import OTHER_KINDS, look_elsewhere
from marketplace.catalog.suggestible import index_municipalities
from marketplace.community import services
from marketplace.community.directory import DirectoryFilter, Sharing, list_directory
from marketplace.community.profile import REVIEWS, get_profile
from marketplace.kernel.actor import Actor
from marketplace.kernel.context import Context
from marketplace.kernel.pages import CursorInvalidError, write_cursor
from marketplace.municipalities.errors import MunicipalityNotFoundError
from marketplace.municipalities.master import POPULATION_DATE, read_master
from marketplace.municipalities.models import Municipality, MunicipalityType
from marketplace.search.finding import Question, find
from marketplace.search.services import Kind
from tests.catalog_domain.factories import make_actor, make_template, make_version
from tests.community.factories import make_installation

ContextOf = Callable[[Actor], Context]
TOWNS = {
    "082104": ("茨城県", "下妻市", "しもつまし", "S4", 42_000),
    "082015": ("茨城県", "水戸市", "みとし", "S7", 270_000),
    "092169": ("栃木県", "下野市", "しもつけし", "S5", 60_000),
    "012041": ("北海道", "旭川市", "あさひかわし", "S7", 330_000),
    "013030": ("北海道", "当別町", "とうべつちょう", "S3", 15_000),
}


@pytest.fixture
def towns(ctx: Context) -> Context:
    """Five towns: 下野市 publishes, 当別町 uses."""
    for code, (prefecture, name, kana, size, population) in TOWNS.items():
        row = Municipality(code=code, prefecture=prefecture, name=name, kana=kana, type=MunicipalityType.CITY)
        row.region, row.size_class, row.population = "", size, population
        ctx.session.add(row)
    ctx.session.flush()
    make_template(ctx, "a", publisher="092169")
    make_installation(ctx, make_version(ctx, publisher="092169", slug="b"), "013030")
    index_municipalities(ctx)
    return ctx


def names(ctx: Context, **wanted: object) -> list[str]:
    return [entry.municipality.name for entry in list_directory(ctx, DirectoryFilter(**wanted)).page.items]


def test_those_that_publish_come_first_then_those_that_use_then_the_others_by_code(towns: Context) -> None:
    assert names(towns) == ["下野市", "当別町", "旭川市", "水戸市", "下妻市"]
    first, second = list_directory(towns, DirectoryFilter()).page.items[:2]
    assert (first.template_count, first.use_count) == (2, 0)
    assert (second.template_count, second.use_count) == (0, 1)


@pytest.mark.parametrize(
    ("q", "expected"),
    [
        ("下妻", ["下妻市"]),
        ("しもつま", ["下妻市"]),
        ("shimotsuma", ["下妻市"]),
        ("shimotsu", ["下野市", "下妻市"]),
        ("ｼﾓﾂﾏ", ["下妻市"]),
        ("茨城県", ["水戸市", "下妻市"]),
        ("下", ["下野市", "下妻市"]),
        ("\x00'; DROP", []),
    ],
)
def test_a_municipality_is_found_by_name_kana_romaji_and_prefecture(
    towns: Context, q: str, expected: list[str]
) -> None:
    assert names(towns, q=q) == expected


def test_several_values_of_an_aspect_widen_it_and_the_counts_stay_those_of_the_other_aspects(towns: Context) -> None:
    chosen = DirectoryFilter(prefecture=("茨城県", "北海道"), size_class=("S7",))
    found = list_directory(towns, chosen)
    assert [entry.municipality.name for entry in found.page.items] == ["旭川市", "水戸市"]
    counts = {name: {value.value: value.count for value in values} for name, values in found.facets.items()}
    assert counts["prefecture"] == {"北海道": 1, "茨城県": 1}
    assert counts["size_class"] == {"S3": 1, "S4": 1, "S7": 2}
    assert names(towns, sharing=(Sharing.PUBLISHES, Sharing.USES)) == ["下野市", "当別町"]
    every = list_directory(towns, DirectoryFilter()).facets["sharing"]
    assert [(value.value, value.count) for value in every] == [("publishes", 1), ("uses", 1)]


def test_pages_together_are_the_whole_list(towns: Context) -> None:
    seen, cursor = [], None
    while True:
        page = list_directory(towns, DirectoryFilter(limit=2, cursor=cursor)).page
        seen += [entry.municipality.name for entry in page.items]
        cursor = page.next_cursor
        if cursor is None:
            break
    assert seen == names(towns)
    for wrong in ("x", write_cursor(("a", 1)), write_cursor((2**60, 1)), write_cursor((1, 2, 3))):
        with pytest.raises(CursorInvalidError):
            list_directory(towns, DirectoryFilter(cursor=wrong))


@pytest.mark.parametrize(
    "q", ["下妻", "下", "茨城県", "茨城県 水戸市役所", "下妻市役所", "補助金", "申請", "", "　", "x" * 9_000]
)
def test_other_kinds_are_counted_as_their_own_lists_count_them(towns: Context, q: str) -> None:
    counted = {each.path: each.count for each in look_elsewhere(towns, q)}
    expected = {each.path: find(towns, Question(each.kind, q)).total for each in OTHER_KINDS} if q.strip() else {}
    assert counted == {path: count for path, count in expected.items() if count}
    assert Kind.MUNICIPALITY in {each.kind for each in OTHER_KINDS}


def test_a_profile_tells_what_a_municipality_publishes_uses_and_thinks(towns: Context, context_of: ContextOf) -> None:
    publisher, user = get_profile(towns, "092169"), get_profile(towns, "013030")
    assert ([item.slug for item in publisher.templates], publisher.template_count) == (["a", "b"], 2)
    assert ([item.slug for item in user.uses], user.use_count, user.template_count) == (["b"], 1, 0)
    assert (user.population_date, user.reviews.items, user.review_count) == (POPULATION_DATE, [], 0)
    services.put_review(context_of(make_actor("013030")), "092169", "b", {"stars": 4, "text": "よい"})
    profile = get_profile(towns, "013030")
    assert [(each.slug, each.stars, each.text) for each in profile.reviews.items] == [("b", 4, "よい")]
    assert (profile.review_count, profile.reviews.next_cursor) == (1, None)


def test_reviews_are_read_page_by_page(towns: Context, context_of: ContextOf) -> None:
    reviewer = context_of(make_actor("082104"))
    for number in range(REVIEWS + 1):
        make_installation(towns, make_version(towns, publisher="092169", slug=f"more-{number}"), "082104")
        services.put_review(reviewer, "092169", f"more-{number}", {"stars": 4, "text": ""})
    first = get_profile(towns, "082104").reviews
    second = get_profile(towns, "082104", first.next_cursor).reviews
    assert len({each.slug for each in (*first.items, *second.items)}) == REVIEWS + 1


@pytest.mark.parametrize("code", ["082105", "tryout", "", "x" * 9_000, "\x00", "０８２１０４"])
def test_a_code_that_is_none_is_not_found(towns: Context, code: str) -> None:
    with pytest.raises(MunicipalityNotFoundError):
        get_profile(towns, code)


def test_all_populations_of_the_list_are_of_one_day() -> None:
    lines = read_master().decode("utf-8").splitlines()
    place = lines[0].split(",").index("population_date")
    assert {line.split(",")[place] for line in lines[1:]} == {"", POPULATION_DATE.isoformat()}
