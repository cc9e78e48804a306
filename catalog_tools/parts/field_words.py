"""The words of a field line: types, what each takes beside it, and the sizes it gets by itself."""

from __future__ import annotations

TYPES = {
    "text": "SINGLE_LINE_TEXT",
    "area": "MULTI_LINE_TEXT",
    "rich": "RICH_TEXT",
    "num": "NUMBER",
    "calc": "CALC",
    "tcalc": "SINGLE_LINE_TEXT",
    "radio": "RADIO_BUTTON",
    "check": "CHECK_BOX",
    "multi": "MULTI_SELECT",
    "drop": "DROP_DOWN",
    "date": "DATE",
    "time": "TIME",
    "dt": "DATETIME",
    "file": "FILE",
    "mail": "LINK",
    "tel": "LINK",
    "web": "LINK",
    "user": "USER_SELECT",
    "org": "ORGANIZATION_SELECT",
    "group": "GROUP_SELECT",
    "lk": "SINGLE_LINE_TEXT",
    "rel": "REFERENCE_TABLE",
    "table": "SUBTABLE",
}
CHOICES = frozenset({"radio", "check", "multi", "drop"})
SEVERAL = frozenset({"check", "multi"})
PEOPLE = frozenset({"user", "org", "group"})
COMPUTED = frozenset({"calc", "tcalc"})
DATES = frozenset({"date", "time", "dt"})

WORDS: dict[str, frozenset[str]] = {
    "text": frozenset({"unique", "max", "min"}),
    "num": frozenset({"unique", "max", "min", "digits", "scale", "before"}),
    "calc": frozenset({"digits", "scale", "before", "format", "shown"}),
    "tcalc": frozenset({"shown"}),
    "radio": frozenset({"vertical"}),
    "check": frozenset({"vertical"}),
    "date": frozenset({"unique"}),
    "dt": frozenset({"unique"}),
    "area": frozenset({"h"}),
    "rich": frozenset({"h"}),
    "mail": frozenset({"unique", "max"}),
    "tel": frozenset({"unique", "max"}),
    "web": frozenset({"unique", "max"}),
    "user": frozenset({"from"}),
    "org": frozenset({"from"}),
    "group": frozenset({"from"}),
}
"""The attributes each type takes beside w (width) and nolabel."""
WITH_VALUE = frozenset({"max", "min", "scale", "format", "w", "h", "from"})
FORMATS = ("NUMBER", "NUMBER_DIGIT", "DATE", "DATETIME", "TIME", "HOUR_MINUTE", "DAY_HOUR_MINUTE")
PROTOCOLS = {"mail": "MAIL", "tel": "CALL", "web": "WEB"}
NOW = {"date": "today", "time": "now", "dt": "now"}
FUNCTIONS = {"user": ("me", "LOGINUSER()"), "org": ("my-org", "PRIMARY_ORGANIZATION()")}

WIDTHS = {
    "text": 220,
    "area": 760,
    "rich": 760,
    "num": 150,
    "calc": 150,
    "tcalc": 220,
    "multi": 190,
    "drop": 190,
    "date": 130,
    "time": 110,
    "dt": 240,
    "file": 320,
    "mail": 300,
    "tel": 180,
    "web": 360,
    "user": 220,
    "org": 220,
    "group": 220,
    "lk": 220,
}
HEIGHTS = {"area": 110, "rich": 160}
NARROW_AREA = (320, 60)
"""Width and height of an area in a table."""
LOCALISED = "※"
