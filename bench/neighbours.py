"""Invented neighbours: each template's are made of the same first-party one, as those that the worker finds mostly are.

Comparing a hundred thousand templates in earnest takes the worker many hours.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from bench.corpus import SEED
from bench.use import insert_all
from marketplace.catalog.models import SimilarTemplate, Template, TemplateComparison
from marketplace.catalog.similar import KEPT

REASON = {"fields": ["申請日", "担当者", "備考"], "keywords": ["申請", "管理"]}
COMPARED = datetime(2100, 1, 1, tzinfo=UTC)
"""So late that no worker compares them while something is measured."""

Row = dict[str, object]


def write_neighbours(engine: Engine) -> None:
    """Give every template as many neighbours as the service keeps."""
    with Session(engine) as session:
        templates = session.execute(select(Template.id, Template.slug).order_by(Template.id)).all()
    alike: dict[str, list[str]] = defaultdict(list)
    for template, slug in templates:
        alike[slug.rpartition("-")[0]].append(template)
    insert_all(engine, SimilarTemplate, _neighbours(alike))
    insert_all(engine, TemplateComparison, ({"template_id": each, "compared_at": COMPARED} for each, _ in templates))


def _neighbours(alike: dict[str, list[str]]) -> Iterator[Row]:
    chance = random.Random(SEED)
    for family in alike.values():
        for template in family:
            others = [each for each in chance.sample(family, min(len(family), KEPT + 1)) if each != template]
            for position, other in enumerate(others[:KEPT]):
                score = 900 - position * 100
                yield {
                    "template_id": template,
                    "position": position,
                    "similar_id": other,
                    "score": score,
                    "reason": REASON,
                }
