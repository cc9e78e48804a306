"""Reports say what a plain evaluation of every record says, on both databases."""

from __future__ import annotations

import itertools
import random
from datetime import timedelta
from decimal import Decimal

import pytest

from marketplace.sandbox.errors import PlatformError
from marketplace.sandbox.query.errors import QueryFieldNotFoundError
from marketplace.sandbox.records.reading import stream_records
from marketplace.sandbox.records.writing import add_records
from marketplace.sandbox.reports import aggregating
from marketplace.sandbox.reports.errors import TooManyGroupsError
from marketplace.sandbox.reports.reading import Aggregation, Group
from tests.sandbox_records.factories import (
    NOW,
    calc,
    caller,
    choice,
    field,
    make_app,
    make_process,
    number,
    row,
    table,
    text,
    values,
)
from tests.sandbox_records.test_cost import counting
from tests.sandbox_reports.factories import leaves, make_report, order, run
from tests.sandbox_reports.plain import aggregate_plainly

FIGURES = [("COUNT", ""), ("SUM", "額"), ("AVERAGE", "額"), ("MAX", "額"), ("MIN", "額"), ("SUM", "倍額")]


@pytest.fixture
def app(session):
    return make_app(
        session,
        make_process("受付", "完了", actions=[]),
        区分=choice("DROP_DOWN", "丙", "甲", "乙"), 対象=choice("CHECK_BOX", "東", "西", "南"),
        担当=field("USER_SELECT"), 受付日=field("DATE"), 来庁=field("DATETIME"), 時刻=field("TIME"), 件名=text(),
        額=number(), 倍額=calc("額*2"), 長さ=calc("時刻", format="TIME"), 明細=table(品名=text(), 単価=number()),
    )  # fmt: skip


@pytest.fixture
def records(session, app):
    """300 records with values drawn by lot, many of them empty."""
    lot = random.Random(7)  # noqa: S311 - reproducible data, nothing secret
    bodies = []
    for _ in range(300):
        moment = NOW + timedelta(minutes=lot.randrange(-800_000, 800_000))
        bodies.append(
            values(
                区分=lot.choice(["甲", "乙", "丙", None]),
                対象=lot.choice([[], ["東"], ["西", "東"], ["東", "西", "南"]]),
                担当=lot.choice([[], [{"code": "sato"}], [{"code": "suzuki"}, {"code": "sato"}]]),
                受付日=lot.choice([None, f"{moment:%Y-%m-%d}"]),
                来庁=lot.choice(["", f"{moment:%Y-%m-%dT%H:%M:00Z}"]),
                件名=lot.choice(["", "a", "B", "あ", "ア"]),
                額=lot.choice(["", "0.1", "0.2", "-3", "10000000000000000.01", str(lot.randrange(100_000))]),
            )
        )
    for start in range(0, 300, 100):
        add_records(session, caller(), app, bodies[start : start + 100], NOW)
    return list(stream_records(session, caller(), app, now=NOW))


GROUPS = [
    ("区分", ""), ("対象", ""), ("担当", ""), ("件名", ""), ("ステータス", ""), ("作成者", ""), ("作成日時", "DAY"),
    *(("受付日", per) for per in ("YEAR", "QUARTER", "MONTH", "WEEK", "DAY", "")),
    *(("来庁", per) for per in ("YEAR", "QUARTER", "MONTH", "WEEK", "DAY", "HOUR", "MINUTE")),
]  # fmt: skip


@pytest.mark.parametrize("group", GROUPS, ids=str)
def test_one_group_says_what_plain_evaluation_says(session, app, records, group):
    aggregations = tuple(Aggregation(*each) for each in FIGURES)
    found = run(session, app, make_report(group, aggregations=aggregations))
    assert leaves(found) == aggregate_plainly(records, [group], FIGURES)


@pytest.mark.parametrize("count", [2, 3])
def test_groups_inside_groups_say_what_plain_evaluation_says(session, app, records, count):
    chosen = [("区分", ""), ("対象", ""), ("受付日", "MONTH"), ("ステータス", "")]
    for groups in itertools.permutations(chosen, count):
        found = run(session, app, make_report(*groups, aggregations=tuple(Aggregation(*each) for each in FIGURES)))
        assert leaves(found) == aggregate_plainly(records, list(groups), FIGURES), groups


def test_totals_are_those_of_all_records_below(session, app, records):
    groups = [("区分", ""), ("受付日", "YEAR")]
    found = run(session, app, make_report(*groups, aggregations=(Aggregation("AVERAGE", "額"),)))
    first = {(node.key,): (found.figure(node, 0),) for node in found.root.children}
    assert first == aggregate_plainly(records, groups[:1], [("AVERAGE", "額")])
    assert {(): (found.figure(found.root, 0),)} == aggregate_plainly(records, [], [("AVERAGE", "額")])


def test_without_groups_there_is_one_figure(session, app, records):
    assert run(session, app, make_report()).root.tallies[0].count == 300


def test_a_condition_chooses_the_records(session, app, records):
    found = run(session, app, make_report("区分", condition='区分 in ("甲") and 額 > 0'))
    wanted = [each for each in records if each["区分"]["value"] == "甲" and Decimal(each["額"]["value"] or 0) > 0]
    assert leaves(found) == {("甲",): (len(wanted),)}


def test_options_keep_the_order_of_the_form_and_nothing_comes_first(session, app, records):
    assert list(leaves(run(session, app, make_report("区分")))) == [(None,), ("丙",), ("甲",), ("乙",)]


@pytest.mark.parametrize("direction", ["ASC", "DESC"])
def test_totals_and_groups_can_be_turned_round(session, app, records, direction):
    by_total = run(session, app, make_report("件名", orders=order(("TOTAL", direction))))
    counts = [by_total.figure(node, 0) for node in by_total.root.children]
    assert counts == sorted(counts, reverse=direction == "DESC")
    by_group = run(session, app, make_report("区分", ("受付日", "DAY"), orders=order(("GROUP2", direction))))
    days = [node.key or "" for node in by_group.root.children[1].children]
    assert days == sorted(days, reverse=direction == "DESC")


def test_people_are_shown_by_their_names(session, app, records):
    found = run(session, app, make_report("担当"))
    assert {node.key: node.name for node in found.root.children} == {None: "", "sato": "佐藤", "suzuki": "鈴木"}


def test_a_group_in_a_table_counts_rows_and_adds_up_their_own_values(session, app):
    rows = [row(品名="紙", 単価=10), row(品名="墨", 単価=5), row(品名="紙", 単価=1), row(単価=2)]
    add_records(
        session, caller(), app, [values(明細=rows), values(明細=[]), values(明細=[row(品名="墨", 単価=7)])], NOW
    )
    report = make_report("品名", aggregations=(Aggregation("COUNT"), Aggregation("SUM", "単価")))
    assert leaves(run(session, app, report)) == {(None,): (2, 2), ("墨",): (2, 12), ("紙",): (2, 11)}


def test_values_in_a_table_add_up_over_all_rows(session, app):
    bodies = [values(区分="甲", 明細=[row(単価=10), row(単価=5)]), values(区分="甲")]
    add_records(session, caller(), app, bodies, NOW)
    report = make_report("区分", aggregations=(Aggregation("SUM", "単価"), Aggregation("COUNT")))
    assert leaves(run(session, app, report)) == {("甲",): (15, 2)}


def test_durations_and_dates_have_figures_of_their_own(session, app):
    bodies = [
        values(区分="甲", 時刻="09:30", 受付日="2026-01-31"),
        values(区分="甲", 時刻="01:00", 受付日="2025-12-01"),
    ]
    add_records(session, caller(), app, bodies, NOW)
    wanted = [("SUM", "長さ"), ("MAX", "長さ"), ("MIN", "受付日"), ("SUM", "受付日"), ("MAX", "件名")]
    report = make_report("区分", aggregations=tuple(Aggregation(*each) for each in wanted))
    assert leaves(run(session, app, report)) == {("甲",): (630, 570, "2025-12-01", None, None)}


def test_times_of_day_go_into_hours(session, app):
    add_records(session, caller(), app, [values(時刻="09:30"), values(時刻="09:05"), values(時刻="23:59")], NOW)
    assert leaves(run(session, app, make_report(("時刻", "HOUR")))) == {("09",): (2,), ("23",): (1,)}


@pytest.mark.parametrize("changes", [{"groups": (Group("ない"),)}, {"aggregations": (Aggregation("SUM", "ない"),)}])
def test_a_field_that_is_gone_is_told(session, app, changes):
    with pytest.raises(QueryFieldNotFoundError):
        run(session, app, make_report(**changes))


def test_nothing_gives_no_groups(session, app):
    found = run(session, app, make_report("区分", aggregations=(Aggregation("SUM", "額"),)))
    assert (leaves(found), found.figure(found.root, 0)) == ({}, 0)


def test_more_groups_than_anybody_reads_are_refused(session, app, records, monkeypatch):
    monkeypatch.setattr(aggregating, "MOST_GROUPS", 10)
    with pytest.raises(TooManyGroupsError):
        run(session, app, make_report(("来庁", "MINUTE")))


def test_a_filter_that_no_longer_fits_is_refused(session, app):
    with pytest.raises(PlatformError):
        run(session, app, make_report("区分", condition='区分 in ("丁")'))


def test_a_report_costs_one_statement_for_each_field_it_adds_up(session, app, records):
    aggregations = tuple(Aggregation(*each) for each in FIGURES)
    report = make_report("担当", ("受付日", "MONTH"), aggregations=aggregations)
    with counting(session) as statements:
        run(session, app, report)
    assert len(statements) <= 5, statements  # the form, three fields (none counts records), the people
