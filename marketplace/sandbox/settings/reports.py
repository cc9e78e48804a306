"""The graphs of an app, keyed by name."""

from __future__ import annotations

from marketplace.sandbox.models import Part
from marketplace.sandbox.settings.conditions import check_condition, preview_form
from marketplace.sandbox.settings.entities import flag
from marketplace.sandbox.settings.graph_rules import check_graph
from marketplace.sandbox.settings.named_items import over_known, refuse_repeated_index, renumber, settle_names
from marketplace.sandbox.settings.renames import every_field
from marketplace.sandbox.settings.shapes import (
    Attribute,
    Digits,
    Either,
    ListOf,
    MapOf,
    Obj,
    OneOf,
    Txt,
    may,
    need,
    one_of,
    read_shape,
)
from marketplace.sandbox.settings.store import Preview
from marketplace.sandbox.settings.times import ClockTime

_CODE = need(Txt(shortest=1))
MOST_GRAPHS = 1000
_AT = {"time": need(ClockTime())}
_DATES = tuple(str(day) for day in range(1, 32))
_DAY = {"dayOfMonth": need(OneOf(frozenset({*_DATES, "END_OF_MONTH"})))}
_PERIOD = Either(
    "every",
    {
        "YEAR": Obj({"month": need(Digits(least=1, most=12)), "dayOfMonth": need(OneOf(frozenset(_DATES))), **_AT}),
        "QUARTER": Obj({"pattern": need(one_of("JAN_APR_JUL_OCT FEB_MAY_AUG_NOV MAR_JUN_SEP_DEC")), **_DAY, **_AT}),
        "MONTH": Obj({**_DAY, **_AT}),
        "WEEK": Obj({"dayOfWeek": need(one_of("SUNDAY MONDAY TUESDAY WEDNESDAY THURSDAY FRIDAY SATURDAY")), **_AT}),
        "DAY": Obj(_AT),
        "HOUR": Obj({"minute": need(one_of("0 10 20 30 40 50"))}),
    },
)
_COMMON: dict[str, Attribute] = {
    "index": need(Digits(most=100_000)),
    "name": may(Txt(longest=64, shortest=1)),
    "groups": may(
        ListOf(
            Obj({"code": _CODE, "per": may(one_of("YEAR QUARTER MONTH WEEK DAY HOUR MINUTE"))}),
            most=3,
        ),
        otherwise=list,
    ),
    "aggregations": may(
        ListOf(
            Either(
                "type",
                {"COUNT": Obj({}), **{kind: Obj({"code": _CODE}) for kind in ("SUM", "AVERAGE", "MAX", "MIN")}},
            ),
            most=10,
        ),
        otherwise=list,
    ),
    "sorts": may(
        ListOf(
            Obj({"by": need(one_of("TOTAL GROUP1 GROUP2 GROUP3")), "order": need(one_of("ASC DESC"))}),
            most=3,
        ),
        otherwise=list,
    ),
    "filterCond": may(Txt(), otherwise=""),
    "periodicReport": may(Obj({"active": flag(otherwise=True), "period": need(_PERIOD)})),
}
_PLAIN = Obj(_COMMON)
_WITH_MODE = Obj({**_COMMON, "chartMode": need(one_of("NORMAL STACKED PERCENTAGE"))})
SHAPE = MapOf(
    Either(
        "chartType",
        {
            **dict.fromkeys(("PIE", "LINE", "SPLINE", "TABLE", "PIVOT_TABLE"), _PLAIN),
            **dict.fromkeys(("BAR", "COLUMN", "AREA", "SPLINE_AREA"), _WITH_MODE),
        },
    ),
    most=MOST_GRAPHS,
)


def replace_reports(preview: Preview, given: object) -> dict[str, str]:
    """Replace all graphs; one kept under its former name keeps its number and what is left out. Returns the numbers.

    Raises InvalidInputError, FieldNotFoundError and the errors of the query language.
    """
    old = preview.read(Part.REPORTS)["reports"]
    reports = settle_names(preview, read_shape(SHAPE, over_known(given, old), "reports"), old, "reports")
    refuse_repeated_index(reports, "reports")
    fields = {property_["code"]: property_ for property_, _ in every_field(preview.properties())}
    form = preview_form(preview)
    for name, report in reports.items():
        check_graph(report, fields, f"reports[{name}]")
        check_condition(preview, report["filterCond"], f"reports[{name}].filterCond", form)
    renumber(reports)
    preview.write(Part.REPORTS, {"reports": reports})
    return {name: report["id"] for name, report in reports.items()}
