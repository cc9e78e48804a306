"""Whether what can be found is what there is, entry by entry, and whether the index holds the entries."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from sqlalchemy import select, update

from marketplace.bundle.model import Bundle
from marketplace.catalog.models import Template
from marketplace.catalog.reindexing import AT_ONCE as TEMPLATES_AT_ONCE
from marketplace.catalog.reindexing import index_bundles, latest_bundles
from marketplace.catalog.suggestible import index_categories, index_municipalities
from marketplace.community.stories_entries import index_stories
from marketplace.community.wanted.searchable import index_all_wanted
from marketplace.doctor.findings import AT_ONCE, MENDABLE, Finding, Patient
from marketplace.kernel.context import Context
from marketplace.kernel.text import Text
from marketplace.search import services as search
from marketplace.search.index import backend_of
from marketplace.search.models import IndexedEntry, SearchState
from marketplace.search.rebuilding import rebuild_index
from marketplace.search.services import Kind
from marketplace.storage.errors import BlobDamagedError, BlobMissingError

TERMS = 8
"""Terms by which an entry is looked up: together they belong to few."""
STALE = Text("索引が、今の内容と違います", "The index is not of what there is now")
GONE = Text("もう表示されないものが、検索で見つかります", "Search finds what is shown no more")
WHOLE: Mapping[Kind, tuple[Text, Callable[[Context], int]]] = {
    Kind.CATEGORY: (Text("分野", "categories"), index_categories),
    Kind.MUNICIPALITY: (Text("自治体", "municipalities"), index_municipalities),
    Kind.WANTED: (Text("欲しいアプリ", "wanted apps"), index_all_wanted),
    Kind.STORY: (Text("活用事例", "stories"), index_stories),
}
"""Kinds of which there are not many, brought up to date as a whole."""


def check(patient: Patient, mend: bool) -> Iterator[Finding]:  # noqa: FBT001 - the shape of checks
    """Look at templates some at a time, at other kinds as a whole, then at the index below them."""
    yield from _superfluous(patient, mend)
    yield from _templates(patient, mend)
    for kind, (name, index) in WHOLE.items():
        with patient.writing() as ctx:
            changed = index(ctx)
            if not mend:
                ctx.session.rollback()
        if changed:
            yield _finding(kind, STALE, f"{name.ja} {changed}件", f"{changed} {name.en}", mended=mend)
    yield from _index(patient, mend)


def _templates(patient: Patient, mend: bool) -> Iterator[Finding]:  # noqa: FBT001 - the shape of checks
    after = ""
    while True:
        with patient.reading() as ctx:
            shown = select(Template.id, Template.publisher_code, Template.slug)
            shown = shown.where(Template.latest_version_id.is_not(None), Template.id > after)
            rows = ctx.session.execute(shown.order_by(Template.id).limit(TEMPLATES_AT_ONCE)).all()
            bundles = {row.id: _bundle_of(ctx, row.id) for row in rows}
        if not rows:
            return
        with patient.writing() as ctx:
            stale = [row for row in rows if index_bundles(ctx, bundles[row.id])]
            if not mend:
                ctx.session.rollback()
        for row in stale:
            name = f"{row.publisher_code}/{row.slug}"
            yield _finding(Kind.TEMPLATE, STALE, name, name, mended=mend)
        after = rows[-1].id


def _bundle_of(ctx: Context, template_id: str) -> Mapping[str, Bundle]:
    """Return the latest bundle of a template; none where it is lost, which is another check's finding."""
    try:
        return latest_bundles(ctx, [template_id])
    except (BlobMissingError, BlobDamagedError):
        return {}


def _superfluous(patient: Patient, mend: bool) -> Iterator[Finding]:  # noqa: FBT001 - the shape of checks
    for rows in _pages(patient):
        subjects = [row.subject_id for row in rows if row.kind == Kind.TEMPLATE.value]
        with patient.reading() as ctx:
            shown = select(Template.id).where(Template.id.in_(subjects), Template.latest_version_id.is_not(None))
            gone = sorted({*subjects} - {*ctx.session.scalars(shown)})
        for subject in gone:
            if mend:
                with patient.writing() as ctx:
                    search.remove_entry(ctx, subject)
            yield _finding(Kind.TEMPLATE, GONE, subject, subject, mended=mend)


def _index(patient: Patient, mend: bool) -> Iterator[Finding]:  # noqa: FBT001 - the shape of checks
    """Look up each entry by its own words; an index that lacks any is made anew."""
    with patient.reading() as ctx:
        current = search.is_current(ctx)
    lacking = 0 if not current else sum(_lacking(patient, rows) for rows in _pages(patient))
    if current and not lacking:
        return
    if mend:
        with patient.writing() as ctx:
            ctx.session.execute(update(SearchState).values(fresh_analysis=None, fresh_filled=0))
        rebuild_index(patient.sessions, lambda _done, _total: None)
    if current:
        yield _finding("index", STALE, f"見つからないもの {lacking}件", f"{lacking} can't be found", mended=mend)
    else:
        yield _finding("index", STALE, "作り方が古いか、作りかけです", "made an earlier way, or not whole", mended=mend)


def _lacking(patient: Patient, rows: list[IndexedEntry]) -> int:
    lookups = [(tuple(sorted(search.terms_of(row.texts), key=len)[-TERMS:]),) for row in rows]
    known = [(row.number, lookup) for row, lookup in zip(rows, lookups, strict=True) if lookup[0]]
    with patient.reading() as ctx:
        connection = ctx.session.connection()
        found = backend_of(connection.dialect.name).numbers(connection, [lookup for _number, lookup in known])
    return sum(number not in numbers for (number, _lookup), numbers in zip(known, found, strict=True))


def _pages(patient: Patient) -> Iterator[list[IndexedEntry]]:
    after = 0
    while True:
        with patient.reading() as ctx:
            standing = select(IndexedEntry).where(IndexedEntry.number > after, IndexedEntry.is_removed.is_(False))
            rows = list(ctx.session.scalars(standing.order_by(IndexedEntry.number).limit(AT_ONCE)))
        if not rows:
            return
        yield rows
        after = rows[-1].number


def _finding(kind: str, what: Text, ja: str, en: str, *, mended: bool) -> Finding:
    text = Text(f"{what.ja}：{ja}", f"{what.en}: {en}")
    found = Finding("search-differs", f"search:{kind}", text, MENDABLE, can_be_mended=True)
    return found.mended() if mended else found
