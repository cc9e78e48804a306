"""Which templates a list shows: the filter that people choose, of each dimension one value or several."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from marketplace.kernel.pages import DEFAULT_LIMIT
from marketplace.search.ranking import Order as SortOrder

__all__ = ["Dimension", "SortOrder", "TemplateFilter", "TemplateKind", "answer_of"]


class TemplateKind(StrEnum):
    """A set of other templates, or a template that stands for itself."""

    SET = "set"
    SINGLE = "single"


class Dimension(StrEnum):
    """What templates can be filtered and counted by; each is a field of TemplateFilter."""

    CATEGORY = "category"
    DEPARTMENT = "department"
    PERSONAL_DATA = "personal_data"
    PROCESS = "process"
    LGWAN = "lgwan"
    PLUGIN_FREE = "plugin_free"
    SCRIPT_FREE = "script_free"
    APPS = "apps"
    PUBLISHER = "publisher"
    PREFECTURE = "prefecture"
    SIZE_CLASS = "size_class"
    LICENSE = "license"
    SPOKEN = "spoken"
    KIND = "kind"


@dataclass(frozen=True, slots=True)
class TemplateFilter:
    """What a list of templates shall show: those with one of the values along each dimension; none leaves it open."""

    q: str = ""
    category: tuple[str, ...] = ()
    department: tuple[str, ...] = ()
    personal_data: tuple[bool, ...] = ()
    process: tuple[bool, ...] = ()
    lgwan: tuple[bool, ...] = ()
    """Without plug-ins and own JavaScript: it works where nothing outside can be reached."""
    plugin_free: tuple[bool, ...] = ()
    script_free: tuple[bool, ...] = ()
    apps: tuple[str, ...] = ()
    publisher: tuple[str, ...] = ()
    prefecture: tuple[str, ...] = ()
    """Of the publisher, as its size class is."""
    size_class: tuple[str, ...] = ()
    license: tuple[str, ...] = ()
    spoken: tuple[str, ...] = ()
    """Languages its texts are written in."""
    kind: tuple[TemplateKind, ...] = ()
    sort: SortOrder = SortOrder.RELEVANCE
    limit: int = DEFAULT_LIMIT
    cursor: str | None = None

    @property
    def chosen(self) -> Mapping[str, tuple[str, ...]]:
        """The values chosen, by dimension, as the index knows them."""
        given = {dimension.value: getattr(self, dimension.value) for dimension in Dimension}
        return {name: tuple(map(answer_of, values)) for name, values in given.items() if values}


def answer_of(value: str | bool) -> str:  # noqa: FBT001 - the value is the subject
    """Return a value as the index knows it: yes and no are true and false."""
    return value if isinstance(value, str) else str(value).lower()
