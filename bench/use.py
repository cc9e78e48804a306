"""Invented use of invented templates: who installed them and what they say of them, in any number.

Seeded, and by a power law, so that a few templates are used by nearly everybody and most by a few.
"""

from __future__ import annotations

import base64
import random
from collections.abc import Iterator
from datetime import timedelta
from itertools import islice
from typing import Any

from sqlalchemy import Engine, func, insert, select, update
from sqlalchemy.orm import Session

from bench.corpus import BATCH, NEWEST, OLDEST_DAYS, SEED, STEEPNESS
from marketplace.catalog.models import Template
from marketplace.community.models import Review
from marketplace.installs.models import Installation
from marketplace.municipalities.models import Municipality
from marketplace.workspaces.models import Workspace

TEXTS = (
    "毎年の照会がこれ1つで済むようになりました。",
    "項目名をうちの様式に合わせただけで、その日から使えました。",
    "窓口の待ち時間が短くなり、電話の問い合わせも減りました。",
    "通知の文面を直せるともっと良いです。",
    "担当が替わっても、手順がアプリの中にあるので困りません。",
)

Row = dict[str, Any]


class Use:
    """Chooses who uses what."""

    def __init__(self, templates: list[tuple[str, str]], municipalities: list[str]) -> None:
        """Take the templates with their versions, the most used first, and the codes of municipalities."""
        self.chance = random.Random(SEED)
        self.templates, self.municipalities = templates, municipalities
        self.weights = [(place + 1) ** -STEEPNESS for place in range(len(templates))]

    def workspaces(self) -> Iterator[Row]:
        """Yield a workspace of each municipality."""
        for code in self.municipalities:
            yield {"id": _workspace(code), "municipality_code": code, "name": "庁内", "created_at": NEWEST}

    def installations(self, count: int) -> Iterator[Row]:
        """Yield installations; a municipality may have several of one template."""
        for template_id, version_id in self.chosen(count):
            code = self.chance.choice(self.municipalities)
            yield {
                "id": self.id(),
                "workspace_id": _workspace(code),
                "municipality_code": code,
                "template_id": template_id,
                "version_id": version_id,
                "app_ids": {"app": "1"},
                "app_names": {"app": "申請"},
                "installed_at": self.moment(),
            }

    def reviews(self, count: int) -> Iterator[Row]:
        """Yield reviews, one of a municipality and template at most, until there are so many or none are left."""
        given: set[tuple[str, str]] = set()
        for template_id, version_id in self.chosen(count * 2):
            code = self.chance.choice(self.municipalities)
            if len(given) == count:
                return
            if (template_id, code) not in given:
                given.add((template_id, code))
                yield self.review(template_id, version_id, code)

    def review(self, template_id: str, version_id: str, code: str) -> Row:
        """Return what one municipality says."""
        at = self.moment()
        return {
            "id": self.id(),
            "template_id": template_id,
            "municipality_code": code,
            "version_id": version_id,
            "stars": self.chance.choices((5, 4, 3, 2, 1), (8, 6, 3, 1, 1))[0],
            "text": self.chance.choice(TEXTS),
            "created_at": at,
            "updated_at": at,
        }

    def chosen(self, count: int) -> Iterator[tuple[str, str]]:
        """Yield templates, often the most used ones."""
        for _ in range(-(-count // BATCH)):
            yield from self.chance.choices(self.templates, self.weights, k=BATCH)

    def moment(self) -> Any:
        """Return a moment of the last years."""
        return NEWEST - timedelta(seconds=self.chance.randrange(OLDEST_DAYS * 86_400))

    def id(self) -> str:
        """Return an identifier such as kernel.ids makes."""
        return base64.b32encode(self.chance.randbytes(10)).decode("ascii").lower()


def write_use(engine: Engine, reviews: int, installations: int) -> None:
    """Fill a database of invented templates with their use, and count it on the templates."""
    with Session(engine) as session:
        chosen = select(Template.id, Template.latest_version_id).order_by(Template.install_count.desc(), Template.id)
        templates = [(template_id, version_id) for template_id, version_id in session.execute(chosen) if version_id]
        codes = session.scalars(select(Municipality.code).where(Municipality.active).order_by(Municipality.code)).all()
    use = Use(templates, list(codes))
    insert_all(engine, Workspace, use.workspaces())
    insert_all(engine, Installation, islice(use.installations(installations), installations))
    insert_all(engine, Review, use.reviews(reviews))
    own = Review.template_id == Template.id
    users = select(func.count(Installation.municipality_code.distinct())).where(Installation.template_id == Template.id)
    with engine.begin() as connection:
        connection.execute(
            update(Template).values(
                install_count=users.scalar_subquery(),
                rating_count=select(func.count()).where(own).scalar_subquery(),
                rating_sum=select(func.coalesce(func.sum(Review.stars), 0)).where(own).scalar_subquery(),
            )
        )


def insert_all(engine: Engine, model: type[Any], rows: Iterator[Row]) -> None:
    """Insert rows, a batch in a transaction."""
    while batch := list(islice(rows, BATCH)):
        with engine.begin() as connection:
            connection.execute(insert(model), batch)


def _workspace(code: str) -> str:
    return f"bench{code:>011}"
