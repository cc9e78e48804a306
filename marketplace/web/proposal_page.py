"""A template on one sheet of A4, to be put to the papers that ask for a decision; long texts and lists are cut."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from unicodedata import east_asian_width

from marketplace.bundle.model import AppDefinition, Bundle, PartName
from marketplace.catalog.facets import SIZES
from marketplace.catalog.requirements import requirements_of
from marketplace.catalog.summaries import TemplateDetail, VersionSummary
from marketplace.installs.budget import make_budget
from marketplace.installs.outline import outline
from marketplace.installs.queries import UsingMunicipality
from marketplace.kernel.text import Language, Text
from marketplace.municipalities.models import Municipality
from marketplace.web.app_sheets import CREATOR, AppSheet, describe_apps
from marketplace.web.catalog_cards import publisher_name, template_address
from marketplace.web.drawn_bundle import DOCUMENTS

SHOWN_APPS = 5
SHOWN_NAMES = 3
NAME, CELL, SENTENCE, PASSAGE = 36, 56, 150, 250
"""What is left of names, cells of the table, sentences and passages, in columns: a Japanese character takes two."""
COUNT = 10
"""What the number of states takes of its cell."""
_HEADING = re.compile(r"^##\s.*$", re.MULTILINE)
_LINK = re.compile(r"!?\[([^\[\]]*)\]\([^()]*\)")
_NO_PROSE = ("|", "-", "*", "#", ">", "```", "![", "1.")

MORE = Text("{shown} ほか{count}件", "{shown} and {count} more")
NO_RIGHTS = Text("全員（テンプレートに設定なし）", "Everyone (the template sets none)")
NOBODY = Text("なし", "Nobody")
NO_PROCESS = Text("なし", "None")
PROCESS = Text("{count}段階：{states}", "{count} states: {states}")
SAME_PREFECTURE = Text("同じ都道府県 {count}団体", "{count} in the same prefecture")
SAME_SIZE = Text("同じ人口規模（{size}） {count}団体", "{count} of the same size ({size})")
FINER_RIGHTS = Text("レコードや項目ごとの制限あり", "Records or fields are restricted further")


@dataclass(frozen=True, slots=True)
class ProposalApp:
    """One app in the table."""

    name: str
    field_count: int
    process: str
    readers: str


@dataclass(frozen=True, slots=True)
class Needs:
    """What installing takes, and does."""

    plugins: str
    has_script: bool
    adds_nothing: bool
    placeholders: str
    localised: int
    sample_records: int
    calls: int
    minutes: int


@dataclass(frozen=True, slots=True)
class PersonalDataNote:
    """Whether it handles personal data, and what is said of it."""

    is_handled: bool
    kinds: str
    notice: str
    finer_rights: str


@dataclass(frozen=True, slots=True)
class Adoption:
    """Who uses it, and how it is rated."""

    count: int
    names: str
    near: tuple[str, ...]
    rating: float | None
    rating_count: int


@dataclass(frozen=True, slots=True)
class Proposal:
    """The sheet."""

    address: str
    key: str
    name: str
    summary: str
    purpose: str
    """What problem it solves, from its README; empty when that tells nothing."""
    hours_saved: int | None
    hours_basis: str
    category: str
    departments: str
    laws: str
    publisher: str
    version: VersionSummary
    made_on: datetime
    members: str
    apps: tuple[ProposalApp, ...]
    app_count: int
    personal_data: PersonalDataNote
    adoption: Adoption
    license: str
    needs: Needs

    @property
    def left_out(self) -> int:
        """How many apps the table has no room for."""
        return self.app_count - len(self.apps)


def show_proposal(
    detail: TemplateDetail,
    bundle: Bundle,
    users: Sequence[UsingMunicipality],
    reader: Municipality | None,
    now: datetime,
    language: Language,
) -> Proposal:
    """Return the sheet of the version shown; `reader` is the municipality that the reader acts for, if any."""
    manifest = bundle.manifest
    hours = manifest.raw.get("hours_saved") or {}
    sheets = describe_apps(bundle)
    members = [each.name.in_language(language) if each.name else each.slug for each in detail.includes]
    return Proposal(
        address=template_address(detail.publisher.code, detail.slug),
        key=f"{detail.publisher.code}/{detail.slug}",
        name=shorten(manifest.name.in_language(language), NAME * 2),
        summary=shorten(manifest.summary.in_language(language), PASSAGE),
        purpose=shorten(_purpose(bundle, language), PASSAGE),
        hours_saved=round(hours["per_year"]) if hours else None,
        hours_basis=shorten(_spoken(hours.get("basis"), language), SENTENCE),
        category=detail.category.name.in_language(language),
        departments=_some(detail.departments, language),
        laws=_some(manifest.laws, language),
        publisher=f"{publisher_name(detail.publisher)}（{detail.publisher.code}）",
        version=detail.shown,
        made_on=now,
        members=_some(members, language),
        apps=tuple(_app(sheet, language) for sheet in sheets[:SHOWN_APPS]),
        app_count=len(sheets),
        personal_data=_personal_data(detail, bundle, language),
        adoption=_adoption(detail, users, reader, language),
        license=shorten(detail.license, NAME),
        needs=_needs(bundle, sheets, language),
    )


def shorten(text: str, columns: int) -> str:
    """Return as much of a text as fits into so many columns, on one line."""
    line, used = " ".join(text.split()), 0
    for at, character in enumerate(line):
        used += 2 if east_asian_width(character) in "WFA" else 1
        if used > columns:
            return f"{line[:at].rstrip()}…"
    return line


def _some(names: Sequence[str], language: Language, most: int = SHOWN_NAMES) -> str:
    """Return the first names, each cut, and how many there are beside them."""
    comma = "、" if language is Language.JA else ", "
    shown = comma.join(shorten(name, NAME) for name in names[:most])
    return MORE.in_language(language, shown=shown, count=len(names) - most) if len(names) > most else shown


def _in_cell(names: Sequence[str], language: Language, columns: int = CELL) -> str:
    """Return as many of the names as a cell has room for, and how many there are beside them."""
    for most in range(SHOWN_NAMES, 0, -1):
        told = _some(names, language, most)
        if shorten(told, columns) == told:
            return told
    return shorten(told, columns)


def _personal_data(detail: TemplateDetail, bundle: Bundle, language: Language) -> PersonalDataNote:
    declared = bundle.manifest.personal_data
    return PersonalDataNote(
        is_handled=declared.handles if declared else detail.handles_personal_data,
        kinds=_some(declared.kinds if declared else (), language, SHOWN_NAMES + 1),
        notice=shorten(declared.notice.in_language(language) if declared and declared.notice else "", SENTENCE),
        finer_rights=FINER_RIGHTS.in_language(language) if any(map(_has_finer_rights, bundle.apps)) else "",
    )


def _adoption(
    detail: TemplateDetail, users: Sequence[UsingMunicipality], reader: Municipality | None, language: Language
) -> Adoption:
    return Adoption(
        count=len(users),
        names=_some([user.name for user in users], language),
        near=_near(users, reader, language),
        rating=detail.rating.mean,
        rating_count=detail.rating.count,
    )


def _needs(bundle: Bundle, sheets: Sequence[AppSheet], language: Language) -> Needs:
    manifest, asked = bundle.manifest, requirements_of(bundle)
    steps = outline(bundle, {each.key: each.key for each in manifest.placeholders}, with_sample_records=True)
    budget = make_budget(steps, manifest.app_keys, is_outside=True)
    return Needs(
        plugins=_some(asked.plugins, language),
        has_script=asked.has_script,
        adds_nothing=asked.adds_nothing,
        placeholders=_some([each.label.in_language(language) for each in manifest.placeholders], language),
        localised=len(manifest.localise),
        sample_records=sum(sheet.sample_count for sheet in sheets),
        calls=budget.calls,
        minutes=-(-budget.seconds // 60),
    )


def _app(sheet: AppSheet, language: Language) -> ProposalApp:
    states = _in_cell([state.name for state in sheet.states], language, CELL - COUNT)
    may_read = [right.who for right in sheet.rights if right.may[0]]
    # Whoever made a record stands in nearly every app and tells least.
    readers = [who.in_language(language) for who in sorted(may_read, key=lambda who: who is CREATOR)]
    nobody = (NOBODY if sheet.rights else NO_RIGHTS).in_language(language)
    return ProposalApp(
        name=shorten(sheet.name, NAME),
        field_count=len(sheet.fields),
        process=PROCESS.in_language(language, count=len(sheet.states), states=states)
        if sheet.states
        else NO_PROCESS.in_language(language),
        readers=_in_cell(readers, language) or nobody,
    )


def _has_finer_rights(app: AppDefinition) -> bool:
    permissions = app.part(PartName.PERMISSIONS) or {}
    return any((permissions.get(kind) or {}).get("rights") for kind in ("record", "field"))


def _near(users: Sequence[UsingMunicipality], reader: Municipality | None, language: Language) -> tuple[str, ...]:
    """Return how many of the users are like the reader's municipality, which isn't counted itself."""
    if reader is None:
        return ()
    others = [user for user in users if user.code != reader.code]
    beside = sum(user.prefecture == reader.prefecture for user in others)
    found = [SAME_PREFECTURE.in_language(language, count=beside)] if reader.prefecture else []
    if reader.size_class in SIZES:
        alike = sum(user.size_class == reader.size_class for user in others)
        size = SIZES[reader.size_class].in_language(language)
        found.append(SAME_SIZE.in_language(language, count=alike, size=size))
    return tuple(found)


def _purpose(bundle: Bundle, language: Language) -> str:
    """Return the first prose below the first heading of the README, which tells what the template is for."""
    text = next((bundle.documents[name] for name in DOCUMENTS[language] if name in bundle.documents), "")
    parts = _HEADING.split(text, maxsplit=2)
    blocks = (block.strip() for block in parts[min(1, len(parts) - 1)].split("\n\n"))
    prose = next((block for block in blocks if block and not block.startswith(_NO_PROSE)), "")
    # Line breaks inside a Japanese paragraph are no spaces.
    joined = prose.replace("\n", "" if language is Language.JA else " ")
    return re.sub(r"[*`]", "", without_links(joined))


def without_links(text: str) -> str:
    """Return Markdown with the words of its links and pictures alone."""
    return _LINK.sub(r"\1", text)


def _spoken(text: object, language: Language) -> str:
    return str(text.get(language.value) or text.get("ja") or "") if isinstance(text, dict) else ""
