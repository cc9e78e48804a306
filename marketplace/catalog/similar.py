"""The templates like each template, kept in rows: the worker writes them after a release, and anew at times."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import bindparam, delete, insert, or_, select

from marketplace.catalog.bundles import load_bundle
from marketplace.catalog.models import WITHOUT_DOCUMENTS, SimilarTemplate, Template, TemplateComparison, TemplateVersion
from marketplace.catalog.reading import SUMMARIES, summary_of
from marketplace.catalog.similarity import Neighbour, Reason, neighbours_of
from marketplace.catalog.summaries import TemplateSummary
from marketplace.catalog.traits import traits_of
from marketplace.db.reading import read_rows
from marketplace.kernel.context import Context
from marketplace.search import services as search
from marketplace.search.following import columns_of
from marketplace.storage.errors import BlobDamagedError, BlobMissingError

KEPT = 5
"""Similar templates kept of each."""
_similar = SimilarTemplate.__table__.c
_NEAREST = (
    SUMMARIES.add_columns(_similar.score, _similar.reason)
    .join(SimilarTemplate.__table__, _similar.similar_id == Template.__table__.c.id)
    .where(_similar.template_id == bindparam("like"))
    .order_by(_similar.position)
)


@dataclass(frozen=True, slots=True)
class Similar:
    """A template like the one shown, and why."""

    template: TemplateSummary
    score: int
    reason: Reason


@dataclass(frozen=True, slots=True)
class Found:
    """The neighbours of some templates as of a revision of the index; None of one whose file is lost."""

    revision: int
    near: Mapping[str, list[Neighbour] | None]


def list_similar(ctx: Context, template_id: str) -> list[Similar]:
    """Return the templates like one, the nearest first, in one query."""
    rows = read_rows(ctx.session, _NEAREST, {"like": template_id}).all()
    return [Similar(summary_of(row), row.score, _read_reason(row.reason)) for row in rows]


def forget(ctx: Context, template_id: str) -> None:
    """Remove a template from what is compared, on both sides; those that named it look for another one soon."""
    row = SimilarTemplate
    ask_anew(ctx, [template_id, *_named_by(ctx, [template_id])[template_id]])
    ctx.session.execute(delete(row).where(or_(row.template_id == template_id, row.similar_id == template_id)))


def ask_anew(ctx: Context, template_ids: Collection[str]) -> None:
    """Have templates compared soon; the worker does it."""
    if template_ids:
        comparison = TemplateComparison
        ctx.session.execute(delete(comparison).where(comparison.template_id.in_(template_ids)))


def due_for_comparison(ctx: Context, before: datetime) -> list[str]:
    """Return the templates that were not compared since a time, those never compared first."""
    row = TemplateComparison
    chosen = select(Template.id).outerjoin(row, row.template_id == Template.id)
    chosen = chosen.where(Template.latest_version_id.is_not(None))
    chosen = chosen.where(or_(row.compared_at.is_(None), row.compared_at < before))
    return list(ctx.session.scalars(chosen.order_by(row.compared_at.is_not(None), row.compared_at, Template.id)))


def ask_all_anew(ctx: Context) -> None:
    """Have all templates compared soon."""
    ctx.session.execute(delete(TemplateComparison))


def find_neighbours(ctx: Context, template_ids: Sequence[str]) -> Found:
    """Find what templates are like, as far as they are still shown; this takes its time, and nobody waits for it."""
    chosen = select(Template, TemplateVersion).join(TemplateVersion, TemplateVersion.id == Template.latest_version_id)
    chosen = chosen.where(Template.id.in_(template_ids)).order_by(Template.id).options(*WITHOUT_DOCUMENTS)
    columns, named_by = columns_of(ctx), _named_by(ctx, template_ids)
    found: dict[str, list[Neighbour] | None] = {}
    for template, version in ctx.session.execute(chosen).all():
        try:
            bundle = load_bundle(ctx, version)
        except (BlobMissingError, BlobDamagedError):
            found[template.id] = None
        else:
            found[template.id] = neighbours_of(ctx, columns, template, traits_of(bundle), named_by[template.id])
    return Found(columns.revision, found)


def write_neighbours(ctx: Context, found: Found) -> None:
    """Write down what templates are like, but for those whom something that changed since concerns: they stay due."""
    search.await_writers(ctx)
    lists = _Lists(ctx, found.near)
    revisions = search.revisions_of(ctx, lists.concerned)
    for template_id, near in found.near.items():
        concerned = lists.concerned_by(template_id, near or ())
        if all(revisions.get(each, found.revision + 1) <= found.revision for each in concerned):
            lists.change(template_id, near)
    lists.write()


class _Lists:
    """The lists of some templates and of all whom a change of these concerns, changed in memory and written at once."""

    def __init__(self, ctx: Context, found: Mapping[str, Sequence[Neighbour] | None]) -> None:
        self._ctx = ctx
        named_by = _named_by(ctx, list(found))
        owners = {*found, *(owner for each in named_by.values() for owner in each)}
        owners |= {each.template_id for near in found.values() for each in near or ()}
        self._owners = owners
        self._before = _lists(ctx, owners)
        self._after = dict(self._before)
        self._compared: list[str] = []
        self._left: set[str] = set()

    @property
    def concerned(self) -> set[str]:
        """Return everybody who may be concerned."""
        named = {each.template_id for listed in self._before.values() for each in listed}
        return named | self._owners

    def concerned_by(self, template_id: str, near: Sequence[Neighbour]) -> set[str]:
        """Return whom a new list of a template concerns: itself, those it names or named, those who name it."""
        named = {each.template_id for each in (*near, *self._after.get(template_id, ()))}
        naming = {owner for owner, listed in self._after.items() if _names(listed, template_id)}
        return {template_id} | named | naming

    def change(self, template_id: str, near: Sequence[Neighbour] | None) -> None:
        """Give a template a new list and change those of its neighbours; without one it only had its turn."""
        self._compared.append(template_id)
        if near is None:
            return
        names = {each.template_id for each in near}
        for owner, listed in self._after.items():
            if owner not in names and _names(listed, template_id):
                self._after[owner] = _without(listed, template_id)
                self._left.add(owner)
        for each in near:
            mirrored = Neighbour(template_id, each.score, each.reason)
            self._after[each.template_id] = _with(self._after.get(each.template_id, []), mirrored)
        self._after[template_id] = list(near[:KEPT])

    def write(self) -> None:
        """Write what has changed."""
        _write(self._ctx, {owner: rows for owner, rows in self._after.items() if rows != self._before.get(owner, [])})
        ask_anew(self._ctx, {*self._left, *self._compared})
        compared = [
            {"template_id": each, "compared_at": self._ctx.now()} for each in self._compared if each not in self._left
        ]
        if compared:
            self._ctx.session.execute(insert(TemplateComparison), compared)


def _with(listed: list[Neighbour], new: Neighbour) -> list[Neighbour]:
    """Return a list with a neighbour in its place; one as near as before keeps it, in the words of the list's owner."""
    if any((each.template_id, each.score) == (new.template_id, new.score) for each in listed):
        return listed
    return sorted([*_without(listed, new.template_id), new], key=lambda each: -each.score)[:KEPT]


def _names(listed: Sequence[Neighbour], template_id: str) -> bool:
    return any(each.template_id == template_id for each in listed)


def _without(listed: list[Neighbour], template_id: str) -> list[Neighbour]:
    return [each for each in listed if each.template_id != template_id]


def _named_by(ctx: Context, template_ids: Collection[str]) -> dict[str, set[str]]:
    row = SimilarTemplate
    found: dict[str, set[str]] = {template_id: set() for template_id in template_ids}
    for owner, similar in ctx.session.execute(
        select(row.template_id, row.similar_id).where(row.similar_id.in_(template_ids))
    ):
        found[similar].add(owner)
    return found


def _lists(ctx: Context, template_ids: Collection[str]) -> dict[str, list[Neighbour]]:
    row = SimilarTemplate
    chosen = select(row.template_id, row.similar_id, row.score, row.reason).where(row.template_id.in_(template_ids))
    found: dict[str, list[Neighbour]] = defaultdict(list)
    for owner, similar, score, reason in ctx.session.execute(chosen.order_by(row.template_id, row.position)):
        found[owner].append(Neighbour(similar, score, _read_reason(reason)))
    return dict(found)


def _write(ctx: Context, lists: Mapping[str, Sequence[Neighbour]]) -> None:
    if not lists:
        return
    ctx.session.execute(delete(SimilarTemplate).where(SimilarTemplate.template_id.in_(lists)))
    rows = [
        {
            "template_id": owner,
            "position": position,
            "similar_id": each.template_id,
            "score": each.score,
            "reason": {name: list(words) for name, words in asdict(each.reason).items()},
        }
        for owner, near in lists.items()
        for position, each in enumerate(near)
    ]
    if rows:
        ctx.session.execute(insert(SimilarTemplate), rows)


def _read_reason(document: Mapping[str, Sequence[str]]) -> Reason:
    return Reason(tuple(document["fields"]), tuple(document["keywords"]))
