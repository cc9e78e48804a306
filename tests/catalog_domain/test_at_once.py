"""Releases, withdrawals, ratings and the loading of the catalog at the same moment, on real transactions."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from threading import Event

import pytest
from sqlalchemy import Engine, select

from marketplace.bundle.writing import write_folder
from marketplace.catalog import reindexing, similar
from marketplace.catalog.first_party import sync_catalog
from marketplace.catalog.listing import list_templates
from marketplace.catalog.models import SimilarTemplate
from marketplace.catalog.queries import TemplateFilter, find_template, get_version
from marketplace.catalog.services import count_install, lock_template, mark_withdrawn, set_rating
from marketplace.db.unit_of_work import Sessions, unit_of_work
from marketplace.housekeeping import compare_templates
from marketplace.kernel.actor import SYSTEM
from marketplace.kernel.context import Context
from marketplace.kernel.ports import Ports
from marketplace.search.models import SearchRevision, SearchState
from tests.bundle.factories import make_bundle
from tests.catalog_domain.factories import ASAHIKAWA, OPERATOR, make_municipality, make_version
from tests.fakes import FixedClock
from tests.own_database import at_once, own_database


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    with own_database(request, tmp_path) as made:
        yield made


class Catalog:
    """Acts of several people on one database, each in a transaction of its own."""

    def __init__(self, engine: Engine, ports: Ports) -> None:
        self.sessions, self.ports, self.clock = Sessions(engine), ports, FixedClock()

    @contextmanager
    def working(self, *, writes: bool = True) -> Iterator[Context]:
        with unit_of_work(self.sessions, writes=writes) as (session, after_commit):
            yield Context(session, SYSTEM, self.clock, after_commit, self.ports)

    def release(self, slug: str, number: str = "1.0.0", name: str = "備品の台帳") -> None:
        with self.working() as ctx:
            bundle = make_bundle(slug=slug, version=number, name={"ja": name, "en": slug}, keywords=["備品"])
            make_version(ctx, bundle=bundle)

    def withdraw(self, slug: str) -> None:
        with self.working() as ctx:
            mark_withdrawn(ctx, get_version(ctx, ASAHIKAWA, slug, "1.0.0"), "誤りがありました")

    def rate(self, slug: str, times: int) -> None:
        with self.working() as ctx:
            template = find_template(ctx, ASAHIKAWA, slug)
            assert template is not None
            set_rating(ctx, template.id, times, 5 * times)
            count_install(ctx, template.id, ASAHIKAWA, +1)

    def found(self, query: str) -> dict[str, str]:
        """Return the names of what is found, by slug."""
        with self.working(writes=False) as ctx:
            listed = list_templates(ctx, TemplateFilter(q=query, limit=100))
        return {item.slug: item.name.ja for item in listed.page.items}


@pytest.fixture
def catalog(engine: Engine, ports: Ports) -> Catalog:
    made = Catalog(engine, ports)
    with made.working() as ctx:
        make_municipality(ctx.session, ASAHIKAWA)
        make_municipality(ctx.session, OPERATOR)
    return made


def test_what_is_released_at_the_same_moment_is_all_found_and_named_by_each_other(catalog: Catalog) -> None:
    at_once(lambda number: catalog.release(f"t{number}"))
    assert set(catalog.found("備品")) == {"t0", "t1", "t2", "t3"}
    with catalog.working() as ctx:
        revisions = list(ctx.session.scalars(select(SearchRevision.revision).order_by(SearchRevision.revision)))
        assert revisions == list(range(revisions[0], revisions[-1] + 1))
        assert revisions[-1] == ctx.session.scalar(select(SearchState.revision))
        rows = ctx.session.execute(select(SimilarTemplate.template_id, SimilarTemplate.similar_id)).all()
        named = {(one, other) for one, other in rows}
        assert named == {(other, one) for one, other in named}


def test_everything_at_once_ends_and_readers_never_see_half(catalog: Catalog) -> None:
    for slug in ("kept", "rated", "gone"):
        catalog.release(slug)
    over = Event()

    def read() -> None:
        while not over.is_set():
            found = catalog.found("備品")
            assert {"kept", "rated"} <= set(found)
            assert found["kept"] in {"備品の台帳", "備品の一覧"}
            assert set(catalog.found("一覧")) <= {"kept", "new"}

    def write() -> None:
        at_once(lambda number: acts[number](catalog), len(acts))
        over.set()

    acts: list[Callable[[Catalog], None]] = [
        lambda each: each.release("kept", "1.1.0", "備品の一覧"),
        lambda each: each.withdraw("gone"),
        lambda each: each.rate("rated", 3),
        lambda each: each.release("new", name="備品の一覧"),
        lambda each: compare_templates(each.sessions, each.ports, each.clock, timedelta(0)),
        lambda each: reindexing.reindex_templates(each.sessions, each.ports, each.clock, lambda _done, _total: None),
    ]
    at_once(lambda number: write() if number == 0 else read(), 3)
    assert catalog.found("備品") == {"kept": "備品の一覧", "rated": "備品の台帳", "new": "備品の一覧"}
    with catalog.working() as ctx:
        rated = next(item for item in list_templates(ctx, TemplateFilter()).page.items if item.slug == "rated")
        assert (rated.rating.count, rated.install_count) == (3, 1)
        gone = find_template(ctx, ASAHIKAWA, "gone")
        assert gone is not None
        named = select(SimilarTemplate).where(SimilarTemplate.similar_id == gone.id)
        assert ctx.session.scalars(named).all() == []


def test_who_rates_a_template_while_the_catalog_gets_a_new_version_of_it_waits_and_is_counted(
    catalog: Catalog, tmp_path: Path
) -> None:
    def load(slug: str, number: str) -> None:
        write_folder(make_bundle(slug=slug, version=number, name={"ja": number, "en": slug}), tmp_path / slug / number)
        with catalog.working() as ctx:
            sync_catalog(ctx, tmp_path)

    load("rated", "1.0.0")
    write_folder(make_bundle(slug="before"), tmp_path / "before" / "1.0.0")

    def rate() -> None:
        with catalog.working() as ctx:
            template = find_template(ctx, OPERATOR, "rated")
            assert template is not None
            lock_template(ctx, template.id)
            time.sleep(0.3)
            set_rating(ctx, template.id, 1, 5)

    def load_later() -> None:
        time.sleep(0.1)
        load("rated", "1.1.0")

    at_once(lambda number: (rate, load_later)[number](), 2)
    with catalog.working() as ctx:
        template = find_template(ctx, OPERATOR, "rated")
        assert template is not None
        assert (template.name_ja, template.rating_count) == ("1.1.0", 1)
        assert find_template(ctx, OPERATOR, "before") is not None


def test_a_comparison_overtaken_by_a_release_is_not_written_and_stays_due(catalog: Catalog) -> None:
    for slug in ("one", "two"):
        catalog.release(slug)
    with catalog.working() as ctx:
        similar.ask_all_anew(ctx)
        due = similar.due_for_comparison(ctx, ctx.now())
    with catalog.working(writes=False) as ctx:
        found = similar.find_neighbours(ctx, due)
    catalog.withdraw("two")
    with catalog.working() as ctx:
        similar.write_neighbours(ctx, found)
    with catalog.working() as ctx:
        assert similar.due_for_comparison(ctx, ctx.now()) == [due_id for due_id in due if due_id == id_of(ctx, "one")]
        assert ctx.session.scalars(select(SimilarTemplate)).all() == []


def id_of(ctx: Context, slug: str) -> str:
    template = find_template(ctx, ASAHIKAWA, slug)
    assert template is not None
    return template.id
