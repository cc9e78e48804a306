"""Which templates a list shows: the filter that people choose, as conditions of a query."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Select, Subquery, exists, false

from marketplace.catalog.inputs import is_plain
from marketplace.catalog.models import Template, TemplateDepartment
from marketplace.kernel.pages import DEFAULT_LIMIT

Chosen = TypeVar("Chosen", bound=Select[*tuple[Any, ...]])


class SortOrder(StrEnum):
    """The orders of a list of templates; relevance without a query is popularity."""

    RELEVANCE = "relevance"
    NEWEST = "newest"
    INSTALLS = "installs"
    RATING = "rating"


class TemplateKind(StrEnum):
    """A set of other templates, or a template that stands for itself."""

    SET = "set"
    SINGLE = "single"


class Dimension(StrEnum):
    """What templates can be filtered and counted by."""

    CATEGORY = "category"
    PUBLISHER = "publisher"
    DEPARTMENT = "department"
    PERSONAL_DATA = "personal_data"
    KIND = "kind"


@dataclass(frozen=True, slots=True)
class TemplateFilter:
    """What a list of templates shall show; None leaves a dimension open."""

    q: str = ""
    category: str | None = None
    publisher: str | None = None
    department: str | None = None
    personal_data: bool | None = None
    kind: TemplateKind | None = None
    sort: SortOrder = SortOrder.RELEVANCE
    limit: int = DEFAULT_LIMIT
    cursor: str | None = None


PLAIN = {Dimension.CATEGORY: Template.category, Dimension.PUBLISHER: Template.publisher_code}
"""Dimensions whose value stands in a column as it is."""


def narrowed(
    chosen: Chosen,
    wanted: TemplateFilter,
    found: Subquery | None,
    *,
    without: Dimension | None = None,
) -> Chosen:
    """Restrict a selection of templates to a filter, one dimension left open on request, for counting along it."""
    if found is not None:
        chosen = chosen.join(found, found.c.subject_id == Template.id)
    chosen = chosen.where(Template.latest_version_id.is_not(None))
    conditions = {dimension: _condition(wanted, dimension) for dimension in Dimension if dimension is not without}
    return chosen.where(*(condition for condition in conditions.values() if condition is not None))


def _condition(wanted: TemplateFilter, dimension: Dimension) -> ColumnElement[bool] | None:
    value: str | bool | None = getattr(wanted, dimension.value)
    if value is None:
        return None
    if isinstance(value, str) and not is_plain(value):
        return false()
    if dimension in PLAIN:
        return PLAIN[dimension] == value
    match dimension:
        case Dimension.PERSONAL_DATA:
            return Template.handles_personal_data.is_(value)
        case Dimension.KIND:
            return Template.is_set.is_(value == TemplateKind.SET)
        case _:
            return exists().where(TemplateDepartment.template_id == Template.id, TemplateDepartment.name == value)
