"""@reports: one line for each graph or table of figures."""

from __future__ import annotations

import re

from catalog_tools.parts.conditions import Shorthands
from catalog_tools.parts.links import names
from catalog_tools.parts.views import clauses
from catalog_tools.source.errors import Line, Problems
from catalog_tools.source.reading import Block, Section
from marketplace.bundle.model import JsonObject

CHARTS = {
    "bar": "BAR",
    "column": "COLUMN",
    "pie": "PIE",
    "line": "LINE",
    "area": "AREA",
    "pivot": "PIVOT_TABLE",
    "table": "TABLE",
}
MODES = {"stacked": "STACKED", "percent": "PERCENTAGE"}
WITH_MODE = frozenset({"bar", "column", "area"})
HEAD = re.compile(r"(?P<chart>[a-z]+)(?: (?P<mode>stacked|percent))? (?P<what>.+)")
FIGURE = re.compile(r"(?P<act>sum|average|max|min)\((?P<code>[^)]+)\)")
PERIODS = ("year", "quarter", "month", "week", "day")


def read_reports(section: Section | None, short: Shorthands) -> JsonObject | None:
    """Return reports.json. Raises SourceFlawsError."""
    if section is None:
        return None
    reports: dict[str, JsonObject] = {}
    problems = Problems()
    for block in section.blocks:
        with problems.gathered():
            report = _report(block, len(reports), short)
            reports[report["name"]] = report
    problems.finish()
    return {"reports": reports}


def _report(block: Block, index: int, short: Shorthands) -> JsonObject:
    name, _, rest = (part.strip() for part in block.whole_text().partition(":"))
    said = clauses(block.line, rest, ("by", "where", "sort"))
    head = HEAD.fullmatch(said[""])
    if not head or head["chart"] not in CHARTS or "by" not in said:
        raise block.line.error(
            f"write “名前: {'|'.join(CHARTS)} count by 項目, 日付/month where 条件”, or sum(項目), average(項目) …",
        )
    made: JsonObject = {"index": str(index), "name": name, "chartType": CHARTS[head["chart"]]}
    if head["chart"] in WITH_MODE:
        made["chartMode"] = MODES.get(head["mode"] or "", "NORMAL")
    elif head["mode"]:
        raise block.line.error(f"{head['chart']} is never {head['mode']}")
    return made | {
        "groups": [_group(text, block.line) for text in names(said["by"])],
        "aggregations": [_figure(text, block.line) for text in names(head["what"])],
        "filterCond": short.expand(said.get("where", ""), block.line),
        "sorts": [_sort(said.get("sort", "GROUP1 asc"), block.line)],
    }


def _group(text: str, line: Line) -> JsonObject:
    code, _, period = text.partition("/")
    if period and period not in PERIODS:
        raise line.error(f"“{text}”: there are {', '.join(PERIODS)}")
    return {"code": code} | ({"per": period.upper()} if period else {})


def _figure(text: str, line: Line) -> JsonObject:
    if text == "count":
        return {"type": "COUNT"}
    figure = FIGURE.fullmatch(text)
    if not figure:
        raise line.error(f"“{text}”: write count, sum(項目), average(項目), max(項目) or min(項目)")
    return {"type": figure["act"].upper(), "code": figure["code"].strip()}


def _sort(text: str, line: Line) -> JsonObject:
    match = re.fullmatch(r"(TOTAL|GROUP[123]) (asc|desc)", text)
    if not match:
        raise line.error("sort by TOTAL or GROUP1, asc or desc")
    return {"by": match[1], "order": match[2].upper()}
