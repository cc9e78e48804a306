"""Compares a template with its outline: what was planned is there, or its source says why not."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from catalog_tools.checking.flaws import Flaw, process_of
from catalog_tools.outline import outline
from catalog_tools.parts.field_words import TYPES
from catalog_tools.source.errors import Line, SourceError
from catalog_tools.source.reading import Block, blocks_of
from marketplace.bundle.model import AppDefinition, Bundle, JsonObject

ALIKE = (
    frozenset({"SINGLE_LINE_TEXT", "LINK", "DROP_DOWN"}),
    frozenset({"MULTI_LINE_TEXT", "RICH_TEXT"}),
    frozenset({"DROP_DOWN", "RADIO_BUTTON"}),
    frozenset({"CHECK_BOX", "MULTI_SELECT"}),
    frozenset({"NUMBER", "CALC"}),
    frozenset({"CALC", "SINGLE_LINE_TEXT"}),
    frozenset({"DATE", "DATETIME"}),
    frozenset({"USER_SELECT", "SINGLE_LINE_TEXT"}),
    frozenset({"ORGANIZATION_SELECT", "DROP_DOWN"}),
)
"""Types that may stand for each other without a word."""
EXTRA_TYPES = {"link": "LINK"}
BY_HAND = Path(__file__).parents[1] / "shared" / "by_hand.txt"
Fields = Mapping[str, JsonObject]


@dataclass(slots=True)
class Answers:
    """What a source says of its differences from the outline."""

    omitted: dict[str, str] = field(default_factory=dict)
    changed: dict[str, str] = field(default_factory=dict)
    states: dict[str, str] = field(default_factory=dict)


def answers_by_hand(slug: str) -> Answers:
    """Return the answers of a template that has no source."""
    lines: list[tuple[int, Line]] = []
    at = ""
    for number, text in enumerate(BY_HAND.read_text(encoding="utf-8").splitlines(), start=1):
        if text.startswith("= "):
            at = text[2:].strip()
        elif at == slug and text.strip():
            lines.append((0, Line(BY_HAND.name, number, text.strip())))
    return read_answers(blocks_of(lines))


def read_answers(blocks: Iterable[Block]) -> Answers:
    """Read the lines of @outline. Raises SourceError."""
    answers = Answers()
    for block in blocks:
        text = block.whole_text()
        if match := re.fullmatch(r"(omit|changed) ([^:]+): (.+)", text):
            target = answers.omitted if match[1] == "omit" else answers.changed
            target[_plain(match[2])] = match[3]
        elif match := re.fullmatch(r"state (.+?) = (.+)", text):
            answers.states[match[1].strip()] = match[2].strip()
        else:
            raise SourceError(block.line, "write “omit 項目: 理由”, “changed 項目: 理由” or “state 案の名 = この名”")
    return answers


def outline_flaws(bundle: Bundle, answers: Answers, fields: Fields) -> Iterator[Flaw]:
    """Yield what the outline has and the template has not, without a reason given.

    The fields are those of the main app's source: the bundle has no related records to apps of other templates.
    """
    slug = bundle.manifest.slug
    planned = outline().get(slug)
    app = bundle.find_app(slug)
    if planned is None:
        yield Flaw(f"the outline has no template {slug}", part="template.json")
        return
    if bundle.manifest.category != planned["category"]:
        yield Flaw(f"the outline says category {planned['category']}", part="template.json")
    if bundle.manifest.name.ja != planned["ja"]:
        yield Flaw(f"the outline says name {planned['ja']}", part="template.json")
    if app is None:
        yield Flaw(f"no app has the key {slug}", part="template.json")
        return
    yield from _fields(app.key, fields, planned, answers)
    yield from _states(app, planned, answers)


def _fields(app: str, fields: Fields, planned: JsonObject, answers: Answers) -> Iterator[Flaw]:
    known = _by_name(fields)
    for wanted in planned["fields"]:
        name = _plain(wanted["label"])
        if name in answers.omitted:
            if name in known:
                yield Flaw(f"@outline omits {wanted['label']}, but it is there", app, "fields")
            continue
        if name not in known:
            yield Flaw(
                f"the outline has {wanted['label']}: {wanted['type']}; add it (as code or label) or write "
                f"“omit {wanted['label']}: 理由” in @outline",
                app,
                "fields",
            )
        elif not _is_alike(wanted["type"], str(known[name]["type"])) and name not in answers.changed:
            yield Flaw(
                f"the outline has {wanted['label']} as {wanted['type']}, here it is {known[name]['type']}; change it "
                f"or write “changed {wanted['label']}: 理由” in @outline",
                app,
                "fields",
            )


def _states(app: AppDefinition, planned: JsonObject, answers: Answers) -> Iterator[Flaw]:
    states = set(process_of(app)["states"])
    for wanted in planned["statuses"]:
        name = answers.states.get(wanted, wanted)
        if name not in states and not set(name.split("/")) <= states and name not in {"なし", ""}:
            yield Flaw(
                f"the outline has the state {wanted}; add it or write “state {wanted} = …” in @outline, "
                "“なし” if it is left out",
                app.key,
                "process",
            )


def _by_name(fields: Fields) -> dict[str, JsonObject]:
    """Return the fields by code and by label, in the form in which names are compared."""
    return {_plain(name): made for code, made in fields.items() for name in (made.get("label", code), code)}


def _plain(name: str) -> str:
    return re.sub(r"[\s・／/()（）、]", "", unicodedata.normalize("NFKC", name))


def _is_alike(planned: str, type_: str) -> bool:
    wanted = TYPES.get(planned) or EXTRA_TYPES[planned]
    return wanted == type_ or any({wanted, type_} <= alike for alike in ALIKE)
