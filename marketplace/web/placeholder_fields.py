"""The placeholders in the form of an installation, each under the app that uses it first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from marketplace.bundle.model import Bundle, Placeholder, PlaceholderKind
from marketplace.bundle.placeholders import find_placeholders
from marketplace.installs.survey.inside import Candidate
from marketplace.kernel.text import Language, Text
from marketplace.web.receipt_page import KINDS

PLACEHOLDER_FIELD = "placeholder-"
MOST_IN_A_SELECT = 100
"""With more to choose from, a code is typed, with suggestions."""
LABEL = Text("{label}（{kind}）", "{label} ({kind})")
TYPE_CODE = Text("導入先にある{kind}のコードを入れてください。", "Enter the code of one in the workspace.")
ALSO_USED = Text("{apps}でも使います。", "Also used in {apps}.")
QUOTED = Text("「{name}」", "“{name}”")
BETWEEN = Text("", ", ")


@dataclass(frozen=True, slots=True)
class PlaceholderField:
    """A placeholder to fill in, with those it may stand for where they are known."""

    name: str
    label: str
    hint: str | None
    candidates: tuple[tuple[str, str], ...]
    is_select: bool


@dataclass(frozen=True, slots=True)
class PlaceholderGroup:
    """Placeholders that one app uses before any other does."""

    app: str
    """The name of the app; empty where it goes without saying."""
    fields: tuple[PlaceholderField, ...]


def placeholder_groups(
    bundle: Bundle, candidates: Mapping[PlaceholderKind, Sequence[Candidate]], language: Language
) -> tuple[PlaceholderGroup, ...]:
    """Return the placeholders by the app that uses them first: the main app, then the others, in the order of use."""
    users = _users(bundle)
    rank = {key: number for number, key in enumerate(users)}
    ordered = sorted(bundle.manifest.placeholders, key=lambda one: rank.get(one.key, len(rank)))
    groups: dict[str, list[PlaceholderField]] = {}
    for one in ordered:
        first, *others = users.get(one.key) or [""]
        shown = _field(one, candidates.get(one.kind, ()), others, language)
        groups.setdefault(first, []).append(shown)
    is_named = len(bundle.apps) > 1
    return tuple(PlaceholderGroup(app if is_named else "", tuple(fields)) for app, fields in groups.items())


def _users(bundle: Bundle) -> dict[str, list[str]]:
    """Return the names of the apps that use each placeholder, by its key, in the order of first use."""
    found: dict[str, list[str]] = {}
    # The main app is the one that the template has its name from; without one, the author's order tells.
    for key in sorted(bundle.manifest.app_keys, key=lambda key: key != bundle.manifest.slug):
        app = bundle.app(key)
        for used in dict.fromkeys(use.key for use in find_placeholders(app)):
            found.setdefault(used, []).append(app.name)
    return found


def _field(
    one: Placeholder, candidates: Sequence[Candidate], others: Sequence[str], language: Language
) -> PlaceholderField:
    kind = KINDS[one.kind.value].in_language(language)
    hints = [each.in_language(language) for each in (one.hint,) if each]
    if others:
        named = BETWEEN.in_language(language).join(QUOTED.in_language(language, name=name) for name in others)
        hints.append(ALSO_USED.in_language(language, apps=named))
    if not candidates:
        hints.append(TYPE_CODE.in_language(language, kind=kind))
    return PlaceholderField(
        name=f"{PLACEHOLDER_FIELD}{one.key}",
        label=LABEL.in_language(language, label=one.label.in_language(language), kind=kind),
        hint=" ".join(hints),
        candidates=tuple((each.code, f"{each.name}（{each.code}）") for each in candidates),
        is_select=0 < len(candidates) <= MOST_IN_A_SELECT,
    )
