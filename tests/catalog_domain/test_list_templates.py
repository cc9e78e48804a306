from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from sqlalchemy import event

from marketplace.catalog import services
from marketplace.catalog.listing import list_templates
from marketplace.catalog.queries import SortOrder, TemplateFilter, get_version
from marketplace.catalog.services import mark_withdrawn
from marketplace.kernel.context import Context
from marketplace.kernel.pages import CursorInvalidError, write_cursor
from tests.bundle.factories import make_app, make_bundle, make_field, make_options
from tests.catalog_domain.factories import ASAHIKAWA, OSAKA, SHIMOTSUMA, make_template, make_version
from tests.fakes import FixedClock

PERSONAL = {"handles": True, "kinds": ["氏名"]}


def slugs(ctx: Context, wanted: TemplateFilter) -> list[str]:
    return [item.slug for item in list_templates(ctx, wanted).page.items]


def make_three(ctx: Context) -> None:
    """Release three templates of two publishers in two categories."""
    make_template(ctx, "a", category="sangyo", departments=["産業振興課", "全課"])
    make_template(ctx, "b", category="zaisei", departments=["財政課", "全課"], personal_data=PERSONAL)
    make_template(ctx, "c", publisher=SHIMOTSUMA, category="zaisei", departments=["財政課"])


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (TemplateFilter(), {"a", "b", "c"}),
        (TemplateFilter(category=("zaisei",)), {"b", "c"}),
        (TemplateFilter(publisher=(SHIMOTSUMA,)), {"c"}),
        (TemplateFilter(department=("全課",)), {"a", "b"}),
        (TemplateFilter(personal_data=(True,)), {"b"}),
        (TemplateFilter(personal_data=(False,)), {"a", "c"}),
        (TemplateFilter(category=("zaisei",), department=("全課",)), {"b"}),
        (TemplateFilter(category=("nothing",)), set()),
        (TemplateFilter(department=("\x00",)), set()),
        (TemplateFilter(publisher=("\ud800",)), set()),
    ],
)
def test_a_filter_leaves_what_fits_it(ctx: Context, wanted: TemplateFilter, expected: set[str]) -> None:
    make_three(ctx)
    found = list_templates(ctx, wanted)
    assert {item.slug for item in found.page.items} == expected
    assert found.total == len(expected)


def test_facets_count_under_the_other_filters(ctx: Context) -> None:
    make_three(ctx)
    facets = list_templates(ctx, TemplateFilter(category=("zaisei",), personal_data=(False,))).facets
    assert {(value.value, value.count) for value in facets["category"]} == {("sangyo", 1), ("zaisei", 1)}
    assert {(value.value, value.count) for value in facets["publisher"]} == {(SHIMOTSUMA, 1)}
    assert {(value.value, value.count) for value in facets["department"]} == {("財政課", 1)}
    assert {(value.value, value.count) for value in facets["personal_data"]} == {("true", 1), ("false", 1)}


def test_facets_count_under_the_query(ctx: Context) -> None:
    make_three(ctx)
    make_template(ctx, "d", name={"ja": "備品台帳", "en": "Equipment"}, category="joho")
    facets = list_templates(ctx, TemplateFilter(q="備品")).facets
    assert [(value.value, value.count) for value in facets["category"]] == [("joho", 1)]


def test_publishers_are_named_with_their_prefecture(ctx: Context) -> None:
    make_template(ctx)
    [value] = list_templates(ctx, TemplateFilter()).facets["publisher"]
    assert value.label.ja == "北海道旭川市"


@pytest.mark.parametrize(
    "query",
    [
        "補助金",
        "ほじょきん",
        "ﾎｼﾞｮｷﾝ",
        "助成金",
        "地区",
        "西",
        "subsidy",
        "申請 地区",
        "産業振興課",
        "旭川市",
        "産業・観光",
    ],
)
def test_a_template_is_found_by_its_words_and_those_of_its_apps(ctx: Context, query: str) -> None:
    make_template(ctx, keywords=["補助金", "ほじょきん"])
    assert slugs(ctx, TemplateFilter(q=query)) == ["subsidy-grant-management"]


def test_words_inside_tables_are_found(ctx: Context) -> None:
    column = make_field("DROP_DOWN", "獣種", options=make_options("ヒグマ", "シカ"))
    table = make_field("SUBTABLE", "目撃情報", fields={"獣種": column})
    make_version(ctx, bundle=make_bundle({"request": make_app("鳥獣", table)}, slug="wildlife"))
    assert slugs(ctx, TemplateFilter(q="ひぐま 目撃")) == ["wildlife"]


def test_a_title_hit_comes_first(ctx: Context) -> None:
    make_template(ctx, "a", summary={"ja": "備品の補助金", "en": "x"})
    make_template(ctx, "b", name={"ja": "備品台帳", "en": "Equipment"})
    assert slugs(ctx, TemplateFilter(q="備品")) == ["b", "a"]


def test_a_withdrawn_template_is_in_no_list(ctx: Context) -> None:
    services.mark_withdrawn(ctx, make_version(ctx), "誤り")
    assert slugs(ctx, TemplateFilter()) == []
    assert slugs(ctx, TemplateFilter(q="補助金")) == []


def test_a_template_with_only_pre_releases_is_in_no_list(ctx: Context) -> None:
    make_version(ctx, "0.1.0-beta.1")
    assert slugs(ctx, TemplateFilter()) == []


@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        (SortOrder.NEWEST, ["c", "b", "a"]),
        (SortOrder.INSTALLS, ["b", "c", "a"]),
        (SortOrder.RATING, ["a", "c", "b"]),
    ],
)
def test_lists_are_sorted_as_asked(ctx: Context, clock: FixedClock, sort: SortOrder, expected: list[str]) -> None:
    figures = {"a": (0, 10, 50), "b": (9, 10, 10), "c": (3, 0, 0)}
    for slug, (installs, count, total) in figures.items():
        template = make_template(ctx, slug)
        services.count_install(ctx, template.id, ASAHIKAWA, installs)
        services.set_rating(ctx, template.id, count, total)
        clock.advance(days=1)
    assert slugs(ctx, TemplateFilter(sort=sort)) == expected


def test_use_orders_a_list_without_a_query(ctx: Context) -> None:
    for slug, installs in (("a", 1), ("b", 30), ("c", 5)):
        services.count_install(ctx, make_template(ctx, slug).id, ASAHIKAWA, installs)
    assert slugs(ctx, TemplateFilter()) == ["b", "c", "a"]
    assert slugs(ctx, TemplateFilter(q="補助金")) == ["b", "c", "a"]


@pytest.mark.parametrize("sort", list(SortOrder))
@pytest.mark.parametrize("query", ["", "補助金"])
def test_pages_together_are_the_whole_list(ctx: Context, clock: FixedClock, sort: SortOrder, query: str) -> None:
    for number in range(7):
        make_template(ctx, f"t{number}")
        clock.advance(hours=number % 2)
    wanted = TemplateFilter(q=query, sort=sort, limit=3)
    whole = slugs(ctx, replace(wanted, limit=100))
    seen: list[str] = []
    cursor: str | None = None
    for _ in range(3):
        page = list_templates(ctx, replace(wanted, cursor=cursor)).page
        seen += [item.slug for item in page.items]
        cursor = page.next_cursor
    assert cursor is None
    assert seen == whole


def test_a_list_begun_just_after_midnight_goes_on_where_it_is_still_the_day_before(
    ctx: Context, clock: FixedClock
) -> None:
    for slug in ("a", "b", "c"):
        make_template(ctx, slug)
        clock.advance(hours=1)
    clock.moment = datetime(2027, 1, 1, 0, 0, 1, tzinfo=UTC)
    wanted = TemplateFilter(sort=SortOrder.NEWEST, limit=2)
    first = list_templates(ctx, wanted).page
    clock.advance(seconds=-2)
    assert slugs(ctx, replace(wanted, cursor=first.next_cursor)) == ["a"]


def test_a_template_added_meanwhile_moves_nothing_on_the_next_page(ctx: Context, clock: FixedClock) -> None:
    for slug in ("a", "b", "c"):
        make_template(ctx, slug)
        clock.advance(hours=1)
    wanted = TemplateFilter(sort=SortOrder.NEWEST, limit=2)
    first = list_templates(ctx, wanted).page
    make_template(ctx, "d")
    assert slugs(ctx, replace(wanted, cursor=first.next_cursor)) == ["a"]


@pytest.mark.parametrize("query", ["", "備品 貸出 申請"])
def test_what_is_released_withdrawn_and_rated_between_pages_is_read_once_at_most_and_the_rest_exactly_once(
    ctx: Context, clock: FixedClock, query: str
) -> None:
    names = ["備品の貸出申請", "備品の貸出", "申請と備品", "備品台帳", "貸出申請と備品"]
    for number in range(8):
        make_template(ctx, f"t{number}", name={"ja": f"{names[number % 5]}{number}", "en": f"t{number}"})
        clock.advance(days=40)
    wanted, seen, gone = TemplateFilter(q=query, limit=2), [], set()
    whole = slugs(ctx, replace(wanted, limit=100))
    for turn in range(30):
        page = list_templates(ctx, wanted).page
        seen += [item.slug for item in page.items]
        if page.next_cursor is None:
            break
        for at in range(2):
            make_template(ctx, f"new{turn}-{at}", name={"ja": "申請の一覧" if at else "備品の貸出申請", "en": "new"})
        clock.advance(days=20)
        left = [slug for slug in whole if slug not in {*seen, *gone}]
        if left and turn % 2:
            gone.add(left[-1])
            mark_withdrawn(ctx, get_version(ctx, ASAHIKAWA, left[-1], "1.0.0"), "誤りがありました")
        wanted = replace(wanted, cursor=page.next_cursor)
    assert len(seen) == len(set(seen))
    assert [slug for slug in seen if slug in whole] == [slug for slug in whole if slug not in gone]


@pytest.mark.parametrize(
    "cursor",
    [
        "x",
        "",
        "💥",
        write_cursor(("newest", 1, "abc")),
        write_cursor(("relevance", "x", "abc")),
        write_cursor(("relevance", 1, None)),
        write_cursor(("relevance", 1, "\x00")),
        write_cursor(("relevance", 10**30, "abc")),
        write_cursor(("relevance", 1)),
        write_cursor(("relevance", 1, 1, 10**15, "")),
        write_cursor(("relevance", 1, 1, -1, "")),
        write_cursor(("relevance", 1, 1, 0, "0")),
        write_cursor(("relevance", 1, 1, 0, "1 -1")),
        write_cursor(("relevance", 1, 1, 0, None)),
    ],
)
def test_a_strange_cursor_is_refused(ctx: Context, cursor: str) -> None:
    with pytest.raises(CursorInvalidError):
        list_templates(ctx, TemplateFilter(cursor=cursor))


def test_a_list_takes_a_constant_number_of_queries(ctx: Context) -> None:
    def queries_for(wanted: TemplateFilter) -> int:
        ran: list[str] = []
        connection = ctx.session.connection()

        def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
            ran.append(statement)

        event.listen(connection, "before_cursor_execute", note)
        ctx.session.expunge_all()
        list_templates(ctx, wanted)
        event.remove(connection, "before_cursor_execute", note)
        return len(ran)

    make_template(ctx, "a")
    list_templates(ctx, TemplateFilter())
    few = queries_for(TemplateFilter(q="補助金"))
    for number in range(10):
        make_template(ctx, f"t{number}", publisher=OSAKA if number % 2 else ASAHIKAWA)
    list_templates(ctx, TemplateFilter())
    assert queries_for(TemplateFilter(q="補助金")) <= few <= 6


@pytest.mark.parametrize("query", ["!!!", "\x00", "'", '"', "%", "補" * 10_000])
def test_no_query_is_an_error(ctx: Context, query: str) -> None:
    make_template(ctx)
    assert list_templates(ctx, TemplateFilter(q=query)).total == 0


def test_blank_queries_list_everything(ctx: Context) -> None:
    make_template(ctx)
    assert list_templates(ctx, TemplateFilter(q=" \u3000")).total == 1
