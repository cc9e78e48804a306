"""Whether what is counted ahead is what there is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import InstrumentedAttribute

from marketplace.catalog import services as catalog
from marketplace.catalog.models import Template, TemplateVersion
from marketplace.community.models import Review
from marketplace.community.services import recount_stars
from marketplace.community.wanted.models import WantedApp, WantedVote
from marketplace.community.wanted.services import recount_votes
from marketplace.doctor.findings import AT_ONCE, MENDABLE, Finding, Patient
from marketplace.installs.models import Installation
from marketplace.installs.queries import users_of_template
from marketplace.kernel.context import Context
from marketplace.kernel.text import Text
from marketplace.sandbox.models import App, Record, Site, StoredFile
from marketplace.sandbox.quotas.services import recount_file_bytes, recount_records


@dataclass(frozen=True, slots=True)
class _Count:
    """One thing that is counted ahead."""

    name: Text
    subject: str
    key: InstrumentedAttribute[Any]
    label: ColumnElement[Any]
    """How people know the row."""
    counted: InstrumentedAttribute[Any]
    """What the row says."""
    there: ColumnElement[Any]
    """What a query beside it counts."""
    start: Any
    """Comes before every key."""
    recount: Callable[[Context, Any], None]


def check(patient: Patient, mend: bool) -> Iterator[Finding]:  # noqa: FBT001 - the shape of checks
    """Compare each counter with the rows it stands for, some hundred at a time."""
    for count in _counts():
        after = count.start
        while True:
            with patient.reading() as ctx:
                chosen = select(count.key, count.label, count.counted, count.there).where(count.key > after)
                rows = ctx.session.execute(chosen.order_by(count.key).limit(AT_ONCE)).all()
            if not rows:
                break
            for key, label, said, there in rows:
                if said != there:
                    yield _mend(patient, count, key, _finding(count, key, label, (said, there)), mend=mend)
            after = rows[-1][0]


def _mend(patient: Patient, count: _Count, key: Any, found: Finding, *, mend: bool) -> Finding:
    if not mend:
        return found
    with patient.writing() as ctx:
        count.recount(ctx, key)
    return found.mended()


def _finding(count: _Count, key: Any, label: str, numbers: tuple[Any, Any]) -> Finding:
    said, there = numbers
    return Finding(
        "counter-wrong",
        f"{count.subject}:{key}",
        Text(
            f"{count.name.ja}が、実際と違います（記録 {said}、実際 {there}）：{label}",
            f"{count.name.en} of {label} says {said}, but there is {there}",
        ),
        MENDABLE,
        can_be_mended=True,
    )


def _counts() -> list[_Count]:
    return [_latest_versions(), _users(), *_reviews(), _votes(), _file_bytes(), _records()]


def _of_template(
    name: Text, counted: InstrumentedAttribute[Any], there: Select[Any], recount: Callable[[Context, Any], None]
) -> _Count:
    label = Template.publisher_code + "/" + Template.slug
    counting = there.correlate(Template).scalar_subquery()
    return _Count(name, "template", Template.id, label, counted, counting, "", recount)


def _latest_versions() -> _Count:
    """Look for the last version by its own order, as the catalog chooses it."""
    of_template = TemplateVersion.template_id == Template.id
    standing = TemplateVersion.is_prerelease.is_(False), TemplateVersion.withdrawn_at.is_(None)
    latest = select(TemplateVersion.id).where(of_template, *standing).order_by(TemplateVersion.precedence.desc())
    name = Text("最新の版", "The latest version")
    return _of_template(name, Template.latest_version_id, latest.limit(1), catalog.follow_latest)


def _users() -> _Count:
    users = select(func.count(Installation.municipality_code.distinct())).where(Installation.template_id == Template.id)
    name = Text("導入した団体の数", "The number of users")
    return _of_template(name, Template.install_count, users, _recount_users)


def _reviews() -> list[_Count]:
    shown = (Review.template_id == Template.id, Review.hidden_at.is_(None))
    stars = select(func.count()).where(*shown)
    total = select(func.coalesce(func.sum(Review.stars), 0)).where(*shown)
    return [
        _of_template(Text("評価の数", "The number of reviews"), Template.rating_count, stars, recount_stars),
        _of_template(Text("星の合計", "The sum of stars"), Template.rating_sum, total, recount_stars),
    ]


def _votes() -> _Count:
    votes = select(func.count()).where(WantedVote.wanted_id == WantedApp.id)
    return _Count(
        Text("「うちも欲しい」の数", "The number of votes"),
        "wanted-app",
        WantedApp.id,
        WantedApp.title.expression,
        WantedApp.vote_count,
        votes.correlate(WantedApp).scalar_subquery(),
        "",
        recount_votes,
    )


def _file_bytes() -> _Count:
    size = select(func.coalesce(func.sum(StoredFile.size), 0)).where(StoredFile.site_id == Site.id)
    return _Count(
        Text("ワークスペースのファイルの容量", "The size of the files"),
        "workspace",
        Site.id,
        Site.id.expression,
        Site.file_bytes,
        size.correlate(Site).scalar_subquery(),
        "",
        lambda ctx, site: recount_file_bytes(ctx.session, site),
    )


def _records() -> _Count:
    records = select(func.count()).where(Record.app_pk == App.pk)
    return _Count(
        Text("アプリのレコード数", "The number of records"),
        "app",
        App.pk,
        App.name.expression,
        App.record_count,
        records.correlate(App).scalar_subquery(),
        0,
        lambda ctx, app: recount_records(ctx.session, app),
    )


def _recount_users(ctx: Context, template_id: str) -> None:
    catalog.lock_template(ctx, template_id)
    sizes = Counter(user.size_class for user in users_of_template(ctx, template_id))
    catalog.set_installs(ctx, template_id, sizes)
