"""The filter of a list as people handle it: chips to take away, and a form for one more comparison."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from marketplace.kernel.text import Language, Text
from marketplace.sandbox.caller import EVERYONE
from marketplace.web.apps.filtering import (
    EMPTY_OPTION,
    ME,
    MOST_COMPARISONS,
    MYSELF,
    NOT_FILLED,
    PEOPLE_TYPES,
    FilterField,
    ReadComparison,
    option_labels,
)
from marketplace.web.apps.list_state import ListState, Parameters
from marketplace.web.apps.operators import Takes

INPUT_TYPES = {Takes.NUMBER: "text", Takes.TEXT: "text", Takes.DAY: "date", Takes.TIME: "time"}
KINDS_OF_PEOPLE = {
    "ORGANIZATION_SELECT": "ORGANIZATION",
    "GROUP_SELECT": "GROUP",
    **dict.fromkeys(PEOPLE_TYPES, "USER"),
}
NAMES = {EVERYONE: Text("全員", "Everyone")}


@dataclass(frozen=True, slots=True)
class Chip:
    """One comparison of the filter; following its address takes it away."""

    words: str
    address: str
    fault: str | None


@dataclass(frozen=True, slots=True)
class AddForm:
    """The form for one more comparison: first its field, then how and with what to compare."""

    fields: tuple[tuple[str, str], ...]
    kept: Parameters
    """What the form keeps of the address."""
    field: FilterField | None
    position: int
    """The number that the new comparison has in the address."""
    operators: tuple[tuple[str, str], ...] = ()
    takes: str = ""
    input_type: str = ""
    options: tuple[tuple[str, str], ...] = ()
    back_address: str = ""
    is_full: bool = False


def filter_chips(
    comparisons: Sequence[ReadComparison], state: ListState, base: str, language: Language
) -> tuple[Chip, ...]:
    """Return the chips of a filter."""
    return tuple(
        Chip(
            each.words,
            state.without(position).address(base),
            each.fault.in_language(language) if each.fault else None,
        )
        for position, each in enumerate(comparisons)
    )


def add_form(
    state: ListState,
    fields: Mapping[str, FilterField],
    people: Sequence[tuple[str, str]],
    base: str,
    language: Language,
) -> AddForm:
    """Return the form for one more comparison; `people` are those who may be chosen, as code and name."""
    field = fields.get(state.adding)
    form = AddForm(
        fields=tuple((each.code, each.name) for each in fields.values()),
        kept=state.at_start().parameters(),
        field=field,
        position=len(state.comparisons) + 1,
        is_full=len(state.comparisons) >= MOST_COMPARISONS,
    )
    if field is None or form.is_full:
        return form
    takes = next((each.takes for each in field.operators if each.takes is not Takes.NOTHING), Takes.NOTHING)
    return AddForm(
        fields=form.fields,
        kept=form.kept,
        field=field,
        position=form.position,
        operators=tuple((each.name, each.words.in_language(language)) for each in field.operators),
        takes=takes.value,
        input_type=INPUT_TYPES.get(takes, ""),
        options=tuple(_options(field, takes, people, language)),
        back_address=state.at_start().address(base),
    )


def _options(
    field: FilterField, takes: Takes, people: Sequence[tuple[str, str]], language: Language
) -> list[tuple[str, str]]:
    if takes is Takes.OPTIONS:
        labels = [(label, label) for label in option_labels(field)]
        is_status = field.settings.get("type") == "STATUS"
        return labels if is_status else [*labels, (EMPTY_OPTION, NOT_FILLED.in_language(language))]
    if takes is not Takes.PEOPLE:
        return []
    own = [(ME, MYSELF.in_language(language))] if field.settings.get("type") in PEOPLE_TYPES else []
    return [*own, *((code, NAMES[code].in_language(language) if code in NAMES else name) for code, name in people)]


def kind_of_people(field: FilterField | None) -> str | None:
    """Return whom a comparison of a field may name: users, groups or organisations; None for other fields."""
    return None if field is None else KINDS_OF_PEOPLE.get(str(field.settings.get("type")))
