"""How many templates each further choice would leave."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Subquery, func, select

from marketplace.catalog.categories import CATEGORIES
from marketplace.catalog.filters import Chosen, Dimension, TemplateFilter, TemplateKind, narrowed
from marketplace.catalog.models import Template, TemplateDepartment
from marketplace.kernel.context import Context
from marketplace.kernel.text import Text
from marketplace.municipalities.models import Municipality

MAX_VALUES = 50
"""Choices offered along one dimension, the commonest first."""

WITH_PERSONAL_DATA = Text("個人情報を扱う", "Handles personal data")
WITHOUT_PERSONAL_DATA = Text("個人情報を扱わない", "No personal data")
KINDS = (
    (True, TemplateKind.SET, Text("セット", "Sets")),
    (False, TemplateKind.SINGLE, Text("単体", "Single templates")),
)


@dataclass(frozen=True, slots=True)
class FacetValue:
    """One choice; `value` is what the filter takes for it ("true" and "false" for yes and no)."""

    value: str
    label: Text
    count: int


@dataclass(frozen=True, slots=True)
class Facets:
    """The choices along each dimension, counted under the filters of all the other dimensions."""

    category: tuple[FacetValue, ...]
    publisher: tuple[FacetValue, ...]
    department: tuple[FacetValue, ...]
    personal_data: tuple[FacetValue, ...]
    kind: tuple[FacetValue, ...]


def count_facets(ctx: Context, wanted: TemplateFilter, found: Subquery | None) -> Facets:
    """Count templates along each dimension, one query each."""
    return Facets(
        category=_categories(ctx, wanted, found),
        publisher=_publishers(ctx, wanted, found),
        department=_departments(ctx, wanted, found),
        personal_data=_personal_data(ctx, wanted, found),
        kind=_kinds(ctx, wanted, found),
    )


def _categories(ctx: Context, wanted: TemplateFilter, found: Subquery | None) -> tuple[FacetValue, ...]:
    counted = select(Template.category, func.count()).group_by(Template.category)
    rows = ctx.session.execute(narrowed(counted, wanted, found, without=Dimension.CATEGORY))
    counts: dict[str, int] = dict(rows.all())
    return tuple(
        FacetValue(category.id, category.name, counts[category.id])
        for category in CATEGORIES.values()
        if category.id in counts
    )


def _publishers(ctx: Context, wanted: TemplateFilter, found: Subquery | None) -> tuple[FacetValue, ...]:
    counted = (
        select(Municipality, func.count())
        .select_from(Template)
        .join(Municipality, Municipality.code == Template.publisher_code)
        .group_by(Municipality.code)
    )
    narrow = narrowed(counted, wanted, found, without=Dimension.PUBLISHER)
    rows = ctx.session.execute(_commonest(narrow, Municipality.code))
    return tuple(
        FacetValue(publisher.code, Text(publisher.full_name, publisher.full_name), count) for publisher, count in rows
    )


def _departments(ctx: Context, wanted: TemplateFilter, found: Subquery | None) -> tuple[FacetValue, ...]:
    name = TemplateDepartment.name
    counted = (
        select(name, func.count())
        .select_from(Template)
        .join(TemplateDepartment, TemplateDepartment.template_id == Template.id)
        .group_by(name)
    )
    rows = ctx.session.execute(_commonest(narrowed(counted, wanted, found, without=Dimension.DEPARTMENT), name))
    return tuple(FacetValue(department, Text(department, department), count) for department, count in rows)


def _personal_data(ctx: Context, wanted: TemplateFilter, found: Subquery | None) -> tuple[FacetValue, ...]:
    handles = Template.handles_personal_data
    counted = select(handles, func.count()).group_by(handles)
    rows = ctx.session.execute(narrowed(counted, wanted, found, without=Dimension.PERSONAL_DATA))
    counts: dict[bool, int] = {bool(value): count for value, count in rows}
    labels = ((False, "false", WITHOUT_PERSONAL_DATA), (True, "true", WITH_PERSONAL_DATA))
    return tuple(FacetValue(value, label, counts[answer]) for answer, value, label in labels if answer in counts)


def _kinds(ctx: Context, wanted: TemplateFilter, found: Subquery | None) -> tuple[FacetValue, ...]:
    counted = select(Template.is_set, func.count()).group_by(Template.is_set)
    rows = ctx.session.execute(narrowed(counted, wanted, found, without=Dimension.KIND))
    counts: dict[bool, int] = {bool(value): count for value, count in rows}
    return tuple(FacetValue(kind.value, label, counts[is_set]) for is_set, kind, label in KINDS if is_set in counts)


def _commonest(counted: Chosen, tie: Any) -> Chosen:
    return counted.order_by(func.count().desc(), tie).limit(MAX_VALUES)
