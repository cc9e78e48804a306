"""@template and @localise: what template.json says."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from catalog_tools.parts.entries import Entries
from catalog_tools.parts.people import Person
from catalog_tools.source.reading import Section
from marketplace.bundle.model import JsonObject
from marketplace.catalog.categories import CATEGORIES

NAMES = (
    *("name", "name-en", "summary", "summary-en", "category", "departments", "keywords", "laws", "icon"),
    *("personal", "personal-notice", "personal-notice-en", "hours", "hours-basis", "hours-basis-en"),
)
NONE = "none"
Hints = dict[str, tuple[str, str]]
"""By field code: what to replace the options of a field with, in Japanese and English."""
USUAL_HINTS = {
    "地区": ("自団体の地区名に置き換えます。", "Replace with the names of your districts."),
    "所管課": ("自団体の課名に置き換えます。", "Replace with the names of your sections."),
    "担当班": ("自団体の班の名前に置き換えます。", "Replace with the names of your teams."),
    "会場": ("自団体の会場名に置き換えます。", "Replace with the names of your venues."),
    "施設": ("自団体の施設名に置き換えます。", "Replace with the names of your facilities."),
}


@dataclass(frozen=True, slots=True)
class Declared:
    """What the members of a set declare."""

    laws: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Heading:
    """What the manifest says of the template as a whole."""

    entries: Entries
    slug: str
    version: str
    laws: list[str]
    """The legal bases; those of the members of a set too."""
    kinds: list[str]
    """The kinds of personal data; those of the members of a set too."""

    @property
    def name(self) -> str:
        """The Japanese name."""
        return self.entries.text("name")

    @property
    def category(self) -> str:
        """The category's id."""
        return self.entries.text("category")

    @property
    def icon(self) -> str:
        """What the drawing shows, such as “road + alert”."""
        return self.entries.text("icon")


def read_heading(section: Section, slug: str, version: str, declared: Declared) -> Heading:
    """Read the @template section; what the members of a set declare counts as declared. Raises SourceError."""
    entries = Entries(section, NAMES)
    laws = _united(entries.items("laws"), declared.laws)
    heading = Heading(entries, slug, version, laws, _kinds(entries, declared.kinds))
    known = [category.id for category in CATEGORIES.values()]
    if heading.category not in known:
        raise section.header.error(f"unknown category “{heading.category}”; there are {', '.join(known)}")
    for name, found in (("departments", entries.items("departments")), ("keywords", entries.items("keywords"))):
        if not found:
            raise section.header.error(f"“{name}: …” is missing")
    if not laws:
        raise section.header.error("“laws: …” is missing")
    return heading


def _united(*lists: Iterable[str]) -> list[str]:
    """Return what stands in any of some lists, each once, in their order."""
    return list(dict.fromkeys(item for each in lists for item in each))


def _kinds(entries: Entries, joined: Sequence[str]) -> list[str]:
    said = entries.items("personal")
    if not said and not joined:
        raise entries.section.header.error("“personal: 氏名, 住所 …” or “personal: none” is missing")
    if said == [NONE] and joined:
        raise entries.section.header.error(f"“personal: none”, but its members hold {', '.join(joined)}")
    return [] if said == [NONE] else _united(said, joined)


def manifest_of(
    heading: Heading,
    apps: list[str],
    people: dict[str, Person],
    localise: list[JsonObject],
    includes: list[JsonObject],
) -> JsonObject:
    """Return template.json. Raises SourceError."""
    entries = heading.entries
    return {
        "format": 1,
        "slug": heading.slug,
        "version": heading.version,
        "name": {"ja": heading.name, "en": entries.text("name-en")},
        "summary": {"ja": entries.text("summary"), "en": entries.text("summary-en")},
        "category": heading.category,
        "departments": entries.items("departments"),
        "keywords": entries.items("keywords"),
        "license": "CC-BY-4.0",
        "icon": "images/icon.svg",
        "apps": [{"key": key} for key in apps],
        **({"includes": includes} if includes else {}),
        "placeholders": [person.definition for person in people.values()],
        "localise": localise,
        "personal_data": {
            "handles": bool(heading.kinds),
            "kinds": heading.kinds,
            "notice": {"ja": entries.text("personal-notice"), "en": entries.text("personal-notice-en")},
        },
        "laws": heading.laws,
        **_hours(entries),
    }


def _hours(entries: Entries) -> JsonObject:
    hours = entries.find("hours")
    if not hours:
        return {}
    if not hours.isdigit():
        raise entries.section.header.error("“hours:” is a whole number of hours saved in a year")
    basis = {"ja": entries.text("hours-basis"), "en": entries.text("hours-basis-en")}
    return {"hours_saved": {"per_year": int(hours), "basis": basis}}


def read_hints(section: Section | None) -> Hints:
    """Return the hints for fields whose options each municipality replaces, by code. Raises SourceError."""
    hints: Hints = {}
    for block in section.blocks if section else ():
        code, colon, rest = (part.strip() for part in block.whole_text().partition(":"))
        japanese, slash, english = (part.strip() for part in rest.partition(" / "))
        if not colon or not slash:
            raise block.line.error("write “項目: 何に置き換えるか。 / What to replace it with.”")
        hints[code] = (japanese, english)
    return hints


def localisation(app: str, code: str, hints: Hints) -> JsonObject:
    """Return the entry of the manifest for one field whose options are replaced."""
    usual = (f"自団体の{code}に置き換えます。", "Replace with the names used in your municipality.")
    japanese, english = hints.get(code) or USUAL_HINTS.get(code) or usual
    return {"app": app, "field": code, "hint": {"ja": japanese, "en": english}}
