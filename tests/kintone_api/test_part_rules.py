"""The rules of views, processes, graphs, notifications and actions that kintone's own description states."""

from __future__ import annotations

import pytest
from sqlalchemy import event

from tests.kintone_api.conftest import Kintone

EVERYONE = {"entity": {"type": "GROUP", "code": "everyone"}, "includeSubs": False}
REQUIRED = ["必須です。"]
NOT_IN_ENUM = ["Enum値のいずれかでなければなりません。"]


@pytest.fixture
def app(kintone: Kintone) -> int:
    """An app with a field of each kind that graphs tell apart."""
    made = kintone.make_app()
    kintone.add_fields(
        made,
        名前={"type": "SINGLE_LINE_TEXT"},
        額={"type": "NUMBER"},
        日={"type": "DATE"},
        時={"type": "TIME"},
        日時={"type": "DATETIME"},
        時間={"type": "CALC", "expression": "額", "format": "HOUR_MINUTE"},
        締切={"type": "CALC", "expression": "額", "format": "DATE"},
        明細={"type": "SUBTABLE", "fields": {"単価": {"type": "NUMBER", "code": "単価", "label": "単価"}}},
    )
    return made


def read(kintone: Kintone, app: int, name: str) -> dict:
    return kintone.get(f"preview/app/{name}", app=app)


def report(**changes: object) -> dict:
    return {
        "chartType": "TABLE",
        "index": 0,
        "groups": [{"code": "名前"}],
        "aggregations": [{"type": "COUNT"}],
        "sorts": [],
        **changes,
    }


def test_a_known_view_keeps_what_is_left_out(kintone: Kintone, app):
    view = {"type": "LIST", "index": 0, "fields": ["名前", "額"], "filterCond": "額 > 1", "sort": "額 asc"}
    kintone.put("preview/app/views", app=app, views={"一覧": view})
    kintone.put("preview/app/views", app=app, views={"一覧": {"type": "LIST", "index": 3, "sort": "名前 desc"}})
    found = read(kintone, app, "views")["views"]["一覧"]
    assert (found["fields"], found["filterCond"], found["sort"]) == (["名前", "額"], "額 > 1", "名前 desc")
    assert found["index"] == "0"


def test_a_view_may_become_one_of_another_type(kintone: Kintone, app):
    kintone.put("preview/app/views", app=app, views={"一覧": {"type": "LIST", "index": 0, "fields": ["名前"]}})
    kintone.put("preview/app/views", app=app, views={"一覧": {"type": "CALENDAR", "index": 0, "date": "日"}})
    found = read(kintone, app, "views")["views"]["一覧"]
    assert (found["type"], found["date"], found["title"]) == ("CALENDAR", "日", "レコード番号")
    assert "fields" not in found


def test_a_custom_view_is_shown_on_desktops_unless_told_otherwise(kintone: Kintone, app):
    views = {"自作": {"type": "CUSTOM", "index": 0, "html": "<p></p>"}}
    kintone.put("preview/app/views", app=app, views=views)
    found = read(kintone, app, "views")["views"]["自作"]
    assert (found["device"], found["pager"]) == ("DESKTOP", True)


def test_views_are_put_in_order_by_their_index(kintone: Kintone, app):
    views = {name: {"type": "LIST", "index": index, "fields": []} for name, index in (("三", 9), ("一", 0), ("二", 4))}
    kintone.put("preview/app/views", app=app, views=views)
    found = read(kintone, app, "views")["views"]
    assert {name: view["index"] for name, view in found.items()} == {"一": "0", "二": "1", "三": "2"}


@pytest.mark.parametrize("count", [1000, 1001])
def test_an_app_has_at_most_a_thousand_views(kintone: Kintone, app, count):
    views = {f"v{number}": {"type": "LIST", "index": number, "fields": []} for number in range(count)}
    response = kintone.send("PUT", "preview/app/views", {"app": app, "views": views})
    assert response.status_code == (200 if count == 1000 else 400)


NEW_ITEMS = [
    ("views", {"type": "LIST", "index": 0, "fields": []}),
    ("reports", report()),
    ("actions", {"index": 0, "destApp": {"app": 1}, "mappings": [], "entities": []}),
]


@pytest.mark.parametrize(("part", "item"), NEW_ITEMS)
def test_a_new_item_is_named_as_its_key(kintone: Kintone, app, part, item):
    errors = kintone.errors("PUT", f"preview/app/{part}", app=app, **{part: {"鍵": {**item, "name": "名"}}})
    assert errors == {f"{part}[鍵].name": ["キーと名前が一致していません。"]}


@pytest.mark.parametrize(("part", "item"), NEW_ITEMS)
def test_two_items_can_t_have_one_name(kintone: Kintone, app, part, item):
    items = {"甲": item, "乙": {**item, "index": 1}}
    kintone.put(f"preview/app/{part}", app=app, **{part: items})
    items["甲"] = {**item, "name": "乙"}
    errors = kintone.errors("PUT", f"preview/app/{part}", app=app, **{part: items})
    assert errors == {f"{part}[乙].name": ["名前が重複しています。"]}


@pytest.mark.parametrize(("part", "item"), NEW_ITEMS[1:])
def test_graphs_and_actions_don_t_share_a_place(kintone: Kintone, app, part, item):
    errors = kintone.errors("PUT", f"preview/app/{part}", app=app, **{part: {"甲": item, "乙": item}})
    assert errors == {f"{part}[乙].index": ["表示順が重複しています。"]}


def test_a_known_graph_keeps_what_is_left_out(kintone: Kintone, app):
    kintone.put("preview/app/reports", app=app, reports={"図": report(filterCond="額 > 1")})
    change = {"図": {"name": "表", "chartType": "BAR", "chartMode": "STACKED", "index": 0}}
    kintone.put("preview/app/reports", app=app, reports=change)
    found = read(kintone, app, "reports")["reports"]["表"]
    assert (found["groups"], found["filterCond"], found["chartMode"]) == ([{"code": "名前"}], "額 > 1", "STACKED")


def test_a_known_action_keeps_what_is_left_out(kintone: Kintone, app):
    action = {"index": 0, "destApp": {"app": app}, "mappings": [], "entities": [EVERYONE["entity"]]}
    kintone.put("preview/app/actions", app=app, actions={"写し": action})
    kintone.put("preview/app/actions", app=app, actions={"写し": {"index": 0, "name": "写す"}})
    found = read(kintone, app, "actions")["actions"]["写す"]
    assert (found["destApp"]["app"], found["entities"]) == (str(app), [EVERYONE["entity"]])


GOOD_REPORTS = {
    **{kind: report(chartType=kind) for kind in ("PIE", "LINE", "SPLINE", "TABLE", "PIVOT_TABLE")},
    **{
        f"{kind}-{mode}": report(chartType=kind, chartMode=mode)
        for kind in ("BAR", "COLUMN", "AREA", "SPLINE_AREA")
        for mode in ("NORMAL", "STACKED", "PERCENTAGE")
    },
    "month": report(groups=[{"code": "日", "per": "MONTH"}]),
    "hour": report(groups=[{"code": "時", "per": "HOUR"}]),
    "minute": report(groups=[{"code": "作成日時", "per": "MINUTE"}]),
    "sum": report(aggregations=[{"type": "SUM", "code": "額"}, {"type": "AVERAGE", "code": "時間"}]),
    "in-table": report(aggregations=[{"type": "SUM", "code": "単価"}]),
    "latest": report(aggregations=[{"type": "MAX", "code": "日時"}, {"type": "MIN", "code": "締切"}]),
    "sorted": report(sorts=[{"by": "TOTAL", "order": "DESC"}, {"by": "GROUP1", "order": "ASC"}]),
}


@pytest.mark.parametrize("name", GOOD_REPORTS)
def test_a_graph_reads_back_as_written(kintone: Kintone, app, name):
    kintone.put("preview/app/reports", app=app, reports={name: GOOD_REPORTS[name]})
    found = read(kintone, app, "reports")["reports"][name]
    assert found.items() >= {**GOOD_REPORTS[name], "index": "0", "name": name, "filterCond": ""}.items()


BAD_REPORTS = [
    (report(groups=[{"code": "日"}]), "groups[0].per", REQUIRED),
    (report(groups=[{"code": "日", "per": "HOUR"}]), "groups[0].per", NOT_IN_ENUM),
    (report(groups=[{"code": "時", "per": "DAY"}]), "groups[0].per", NOT_IN_ENUM),
    (report(groups=[{"code": "名前", "per": "DAY"}]), "groups[0].per", ["この値は指定できません。"]),
    (report(groups=[{"code": "名前"}] * 4), "groups", ["0件から3件までで指定してください。"]),
    (report(aggregations=[{"type": "COUNT"}] * 11), "aggregations", ["0件から10件までで指定してください。"]),
    (report(sorts=[{"by": "TOTAL", "order": "ASC"}] * 4), "sorts", ["0件から3件までで指定してください。"]),
    (report(aggregations=[{"type": "SUM", "code": "名前"}]), "aggregations[0].code", None),
    (report(aggregations=[{"type": "SUM", "code": "日"}]), "aggregations[0].code", None),
    (report(aggregations=[{"type": "AVERAGE", "code": "締切"}]), "aggregations[0].code", None),
    (report(aggregations=[{"type": "MAX"}]), "aggregations[0].code", REQUIRED),
    (report(chartType="PIVOT_TABLE", groups=[]), "groups", ["1件から3件までで指定してください。"]),
    (
        report(chartType="PIVOT_TABLE", aggregations=[{"type": "COUNT"}] * 2),
        "aggregations",
        ["0件から1件までで指定してください。"],
    ),
    (report(chartType="DONUT"), "chartType", NOT_IN_ENUM),
    (report(chartType="BAR"), "chartMode", REQUIRED),
    (report(sorts=[{"by": "GROUP4", "order": "ASC"}]), "sorts[0].by", NOT_IN_ENUM),
]


@pytest.mark.parametrize(("given", "key", "messages"), BAD_REPORTS)
def test_a_graph_that_can_t_be_drawn_is_refused(kintone: Kintone, app, given, key, messages):
    errors = kintone.errors("PUT", "preview/app/reports", app=app, reports={"図": given})
    assert list(errors) == [f"reports[図].{key}"]
    assert messages is None or errors == {f"reports[図].{key}": messages}


PERIODS = [
    {"every": "YEAR", "month": "4", "dayOfMonth": "1", "time": "09:00"},
    {"every": "QUARTER", "pattern": "JAN_APR_JUL_OCT", "dayOfMonth": "END_OF_MONTH", "time": "23:59"},
    {"every": "MONTH", "dayOfMonth": "31", "time": "9:00"},
    {"every": "WEEK", "dayOfWeek": "MONDAY", "time": "00:00"},
    {"every": "DAY", "time": "12:30"},
    {"every": "HOUR", "minute": "50"},
]


@pytest.mark.parametrize("period", PERIODS, ids=lambda period: period["every"])
def test_a_periodic_report_reads_back_as_written(kintone: Kintone, app, period):
    periodic = {"active": False, "period": period}
    kintone.put("preview/app/reports", app=app, reports={"図": report(periodicReport=periodic)})
    assert read(kintone, app, "reports")["reports"]["図"]["periodicReport"] == periodic


@pytest.mark.parametrize(
    ("period", "key"),
    [
        ({**PERIODS[0], "month": "13"}, "month"),
        ({**PERIODS[0], "dayOfMonth": "END_OF_MONTH"}, "dayOfMonth"),
        ({**PERIODS[1], "pattern": "JAN"}, "pattern"),
        ({**PERIODS[2], "dayOfMonth": "32"}, "dayOfMonth"),
        ({**PERIODS[2], "time": "24:00"}, "time"),
        ({**PERIODS[3], "dayOfWeek": "月"}, "dayOfWeek"),
        ({"every": "DAY"}, "time"),
        ({"every": "HOUR", "minute": "5"}, "minute"),
        ({"every": "CENTURY"}, "every"),
    ],
)
def test_a_period_that_never_comes_is_refused(kintone: Kintone, app, period, key):
    reports = {"図": report(periodicReport={"period": period})}
    errors = kintone.errors("PUT", "preview/app/reports", app=app, reports=reports)
    assert list(errors) == [f"reports[図].periodicReport.period.{key}"]


def test_a_step_can_t_depend_on_the_status(kintone: Kintone, app):
    states = {"未": {"index": 0}, "済": {"index": 1}}
    step = {"name": "終える", "from": "未", "to": "済", "filterCond": '額 > 1 and ステータス = "未"'}
    errors = kintone.errors("PUT", "preview/app/status", app=app, enable=True, states=states, actions=[step])
    assert errors == {"actions[0].filterCond": ["アクションの条件には、ステータスを指定できません。"]}


def test_a_process_of_many_conditions_takes_no_more_statements_than_one_of_few(kintone: Kintone, app, engine):
    states = {"未": {"index": 0}, "済": {"index": 1}}
    taken = []
    for count in (1, 1, 9):
        seen: list[str] = []

        def note(_connection: object, _cursor: object, statement: str, *_: object, seen: list[str] = seen) -> None:
            seen.append(statement)

        steps = [{"name": f"終える{n}", "from": "未", "to": "済", "filterCond": f"額 > {n}"} for n in range(count)]
        event.listen(engine, "before_cursor_execute", note)
        kintone.put("preview/app/status", app=app, enable=True, states=states, actions=steps)
        event.remove(engine, "before_cursor_execute", note)
        taken.append(len(seen))
    assert taken[2] == taken[1]


def test_a_new_state_is_named_as_its_key(kintone: Kintone, app):
    errors = kintone.errors("PUT", "preview/app/status", app=app, states={"未": {"index": 0, "name": "済"}})
    assert errors == {"states[未].name": ["キーと名前が一致していません。"]}


def test_actions_sent_with_a_rename_name_the_new_state(kintone: Kintone, app):
    states = {"未": {"index": 0}, "済": {"index": 1}}
    step = {"name": "終える", "from": "未", "to": "済"}
    kintone.put("preview/app/status", app=app, enable=True, states=states, actions=[step])
    renamed = {**states, "済": {"index": 1, "name": "完了"}}
    body = {"states": renamed, "actions": [{**step, "to": "完了"}]}
    kintone.put("preview/app/status", app=app, **body)
    assert read(kintone, app, "status")["actions"][0]["to"] == "完了"


def test_notifications_on_conditions_stay_when_none_are_sent(kintone: Kintone, app):
    notification = {"filterCond": "額 > 1", "title": "多額", "targets": [EVERYONE]}
    kintone.put("preview/app/notifications/perRecord", app=app, notifications=[notification])
    kintone.put("preview/app/notifications/perRecord", app=app)
    assert read(kintone, app, "notifications/perRecord")["notifications"] == [notification]
    kintone.put("preview/app/notifications/perRecord", app=app, notifications=[])
    assert read(kintone, app, "notifications/perRecord")["notifications"] == []


@pytest.mark.parametrize("kind", ["general", "reminder"])
def test_other_notifications_stay_when_none_are_sent(kintone: Kintone, app, kind):
    timing = {"timing": {"code": "日", "daysLater": 0, "time": "09:00"}, "targets": [EVERYONE]}
    notification = {**EVERYONE, "recordAdded": True} if kind == "general" else timing
    kintone.put(f"preview/app/notifications/{kind}", app=app, notifications=[notification])
    other = {"notifyToCommenter": False} if kind == "general" else {"timezone": "UTC"}
    kintone.put(f"preview/app/notifications/{kind}", app=app, **other)
    found = read(kintone, app, f"notifications/{kind}")
    assert len(found["notifications"]) == 1
    assert found.items() >= other.items()


@pytest.mark.parametrize(
    ("timing", "key"),
    [
        ({"code": "日", "daysLater": 10_001, "time": "09:00"}, "daysLater"),
        ({"code": "日", "daysLater": -10_001, "time": "09:00"}, "daysLater"),
        ({"code": "日", "time": "09:00"}, "daysLater"),
        ({"code": "日", "daysLater": 0, "time": "9時"}, "time"),
        ({"code": "日", "daysLater": 0, "hoursLater": 10_001}, "hoursLater"),
        ({"code": "日", "daysLater": 0, "hoursLater": 1, "time": "09:00"}, None),
        ({"code": "日", "daysLater": 0}, None),
        ({"code": "時", "daysLater": 0, "time": "09:00"}, "code"),
    ],
)
def test_a_reminder_that_never_comes_is_refused(kintone: Kintone, app, timing, key):
    reminders = [{"timing": timing, "targets": [EVERYONE]}]
    errors = kintone.errors("PUT", "preview/app/notifications/reminder", app=app, notifications=reminders)
    assert list(errors) == ["notifications[0].timing" + (f".{key}" if key else "")]


@pytest.mark.parametrize("field", ["日", "日時", "作成日時", "更新日時"])
def test_reminders_go_by_dates(kintone: Kintone, app, field):
    timing = {"code": field, "daysLater": "-10000", "hoursLater": "10000"}
    reminders = [{"timing": timing, "targets": [EVERYONE]}]
    kintone.put("preview/app/notifications/reminder", app=app, notifications=reminders)
    assert read(kintone, app, "notifications/reminder")["notifications"][0]["timing"] == timing


@pytest.mark.parametrize("name", ["settings", "views", "status", "reports", "actions", "form/fields"])
@pytest.mark.parametrize("stage", ["", "preview/"])
def test_a_language_that_does_not_exist_is_refused(kintone: Kintone, name, stage):
    app = kintone.live_app()
    for language in ("ja", "en", "zh", "user", "default"):
        kintone.get(f"{stage}app/{name}", app=app, lang=language)
    assert kintone.errors("GET", f"{stage}app/{name}", app=app, lang="fr") == {"lang": NOT_IN_ENUM}


@pytest.mark.parametrize("kind", [("desktop", "js"), ("desktop", "css"), ("mobile", "js"), ("mobile", "css")])
def test_each_list_of_scripts_holds_thirty(kintone: Kintone, app, kind):
    device, name = kind
    items = [{"type": "URL", "url": f"https://example.jp/{number}"} for number in range(31)]
    errors = kintone.errors("PUT", "preview/app/customize", app=app, **{device: {name: items}})
    assert errors == {f"{device}.{name}": ["0件から30件までで指定してください。"]}
    kintone.put("preview/app/customize", app=app, **{device: {name: items[:30]}})
    kintone.put("preview/app/customize", app=app, scope="NONE")
    found = read(kintone, app, "customize")
    assert (len(found[device][name]), found["scope"]) == (30, "NONE")


@pytest.mark.parametrize(
    ("length", "status"), [(10_000, 200), (10_001, 400)], ids=["ten thousand", "ten thousand and one"]
)
@pytest.mark.parametrize(("name", "attribute"), [("settings", "description"), ("adminNotes", "content")])
def test_long_texts_have_ten_thousand_letters(kintone: Kintone, app, name, attribute, length, status):
    response = kintone.send("PUT", f"preview/app/{name}", {"app": app, attribute: "あ" * length})
    assert response.status_code == status
