"""Takes the lists a municipality gives for the choice fields of a bundle, and gives the bundle back with them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from marketplace.bundle.localising.applying import Mention, apply_options
from marketplace.bundle.localising.copies import Copy, Field, find_choice, list_copies
from marketplace.bundle.localising.options import OptionMap, carry_over
from marketplace.bundle.model import Bundle


@dataclass(frozen=True, slots=True)
class LocalList:
    """The options a municipality wants for one field."""

    app_key: str
    field_code: str
    options: tuple[str, ...]

    @property
    def field(self) -> Field:
        """The field."""
        return self.app_key, self.field_code


@dataclass(frozen=True, slots=True)
class Replacement:
    """What became of the options of one field."""

    field: Field
    options: OptionMap
    follows: Field | None = None
    """The field that is copied into it, whose list it had to take over."""


@dataclass(frozen=True, slots=True)
class Apart:
    """Two lists that were given, of fields of which one is copied into the other, and what the other lacks."""

    copy: Copy
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Localised:
    """A bundle with the lists of a municipality, and what that meant."""

    bundle: Bundle
    replacements: tuple[Replacement, ...] = ()
    rewritten: tuple[Mention, ...] = ()
    """Conditions and formulas that name the new options now."""
    stuck: tuple[Mention, ...] = ()
    """Conditions that would have nothing left to ask for: the lists can't be taken like this."""
    unsure: tuple[Mention, ...] = ()
    """Places that still name an old option, and that only a person can judge."""
    apart: tuple[Apart, ...] = ()
    """Copies that would bring options their target does not have: the lists can't be taken like this."""


def localise(bundle: Bundle, lists: Sequence[LocalList]) -> Localised:
    """Return a bundle with other lists of options; each names a choice field of it."""
    if not lists:
        return Localised(bundle)
    made = bundle
    mentions: dict[str, list[Mention]] = {"rewritten": [], "stuck": [], "unsure": []}
    replacements = list(_replacements(bundle, lists))
    for one in replacements:
        applied = apply_options(made, one.field, one.options)
        made = applied.bundle
        mentions["rewritten"] += applied.rewritten
        mentions["stuck"] += applied.stuck
        mentions["unsure"] += applied.unsure
    return Localised(
        bundle=made,
        replacements=tuple(replacements),
        apart=tuple(_apart(bundle, made)),
        **{name: tuple(dict.fromkeys(found)) for name, found in mentions.items()},
    )


def _replacements(bundle: Bundle, lists: Sequence[LocalList]) -> Iterator[Replacement]:
    """Yield what happens to each field: those with a list of their own, then those they are copied into."""
    copies = list_copies(bundle)
    taken: dict[Field, OptionMap] = {one.field: OptionMap(_options(bundle, one.field), one.options) for one in lists}
    waiting = list(taken)
    yield from (Replacement(field, options) for field, options in taken.items())
    while waiting:
        source = waiting.pop(0)
        for target in (copy.target for copy in copies if copy.source == source and copy.target not in taken):
            taken[target] = carry_over(taken[source], _options(bundle, target))
            waiting.append(target)
            yield Replacement(target, taken[target], follows=source)


def _options(bundle: Bundle, field: Field) -> tuple[str, ...]:
    """Return the options of a choice field in their order, which kintone writes as texts."""
    found = find_choice(bundle, field)
    return () if found is None else in_order(found.definition["options"])


def in_order(options: Mapping[str, Mapping[str, object]]) -> tuple[str, ...]:
    """Return the labels of options in the order of their index."""
    return tuple(sorted(options, key=lambda label: int(str(options[label]["index"]))))


def _apart(before: Bundle, after: Bundle) -> Iterator[Apart]:
    for copy in list_copies(before):
        fitted = set(_options(before, copy.source)) <= set(_options(before, copy.target))
        offered = set(_options(after, copy.target))
        missing = tuple(option for option in _options(after, copy.source) if option not in offered)
        if fitted and missing:
            yield Apart(copy, missing)
