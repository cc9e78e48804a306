"""One field line: its type, its options and attributes, and the kintone property they make."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from catalog_tools.parts.field_words import (
    CHOICES,
    COMPUTED,
    DATES,
    FORMATS,
    FUNCTIONS,
    HEIGHTS,
    LOCALISED,
    NARROW_AREA,
    NOW,
    PEOPLE,
    PROTOCOLS,
    SEVERAL,
    TYPES,
    WIDTHS,
    WITH_VALUE,
    WORDS,
)
from catalog_tools.parts.people import KINDS, Person
from catalog_tools.source.errors import Line
from catalog_tools.source.reading import Block
from marketplace.bundle.model import JsonObject

NUMBER = re.compile(r"-?\d+(\.\d+)?|")
"""A number, or nothing."""
SHAPE = re.compile(
    r"(?P<type>[a-z]+)(?:\((?P<inside>(?:[^()\\]|\\.|\([^()]*\))*)\)|\[(?P<unit>[^\]]+)\])?(?P<more>(?:\s.*)?)"
)


@dataclass(slots=True)
class FieldSpec:
    """A field line taken apart."""

    line: Line
    code: str
    label: str
    type: str
    is_required: bool
    is_personal: bool
    inside: str = ""
    unit: str = ""
    words: dict[str, str] = field(default_factory=dict)
    value: str | None = None
    """What stands after the equals sign: a default, or a formula."""
    people: Mapping[str, Person] = field(default_factory=dict)
    """The placeholders that a field for people may offer."""

    @property
    def is_localised(self) -> bool:
        """Tell whether the municipality replaces the options."""
        return self.type in CHOICES and self.inside.endswith(LOCALISED)

    @property
    def options(self) -> list[str]:
        """The options of a choice."""
        return split_options(self.inside.removesuffix(LOCALISED))

    def cell(self, *, in_table: bool = False) -> JsonObject:
        """Return the field's cell of the layout."""
        width, height = WIDTHS.get(self.type), HEIGHTS.get(self.type)
        if in_table and self.type == "area":
            width, height = NARROW_AREA
        size = {}
        if width or "w" in self.words:
            size["width"] = self.words.get("w", str(width))
        if height:
            size["innerHeight"] = self.words.get("h", str(height))
        cell: JsonObject = {"type": TYPES[self.type], "code": self.code}
        return cell | ({"size": size} if size else {})

    def definition(self) -> JsonObject:
        """Return the kintone property. Raises SourceError."""
        made: JsonObject = {
            "type": TYPES[self.type],
            "code": self.code,
            "label": self.label,
            "noLabel": "nolabel" in self.words,
            "required": self.is_required,
        }
        return made | self._rest()

    def _rest(self) -> JsonObject:
        if self.type in CHOICES:
            return self._choice()
        if self.type in PEOPLE:
            return self._people()
        if self.type in DATES:
            return self._date()
        if self.type == "file":
            return {"thumbnailSize": "150"}
        makers = {"text": self._text, "tcalc": self._text, "num": self._number, "calc": self._calc}
        return makers.get(self.type, self._link if self.type in PROTOCOLS else self._long_text)()

    def _text(self) -> JsonObject:
        computed = self.type == "tcalc"
        return {
            "unique": "unique" in self.words,
            "minLength": self.words.get("min", ""),
            "maxLength": self.words.get("max", ""),
            "defaultValue": "" if computed else self._default(),
            "expression": self.value if computed else "",
            "hideExpression": computed and "shown" not in self.words,
        }

    def _long_text(self) -> JsonObject:
        return {"defaultValue": self._default().replace("\\n", "\n")}

    def _link(self) -> JsonObject:
        return {
            "unique": "unique" in self.words,
            "minLength": "",
            "maxLength": self.words.get("max", ""),
            "defaultValue": self._default(),
            "protocol": PROTOCOLS[self.type],
        }

    def _number(self) -> JsonObject:
        return {
            "unique": "unique" in self.words,
            "minValue": self.words.get("min", ""),
            "maxValue": self.words.get("max", ""),
            "defaultValue": self._default(),
            "digit": self._has_digits,
            "displayScale": self.words.get("scale", ""),
            "unit": self.unit,
            "unitPosition": self._unit_position,
        }

    def _calc(self) -> JsonObject:
        return {
            "expression": self.value,
            "format": self.words.get("format", "NUMBER_DIGIT" if self._has_digits else "NUMBER"),
            "displayScale": self.words.get("scale", ""),
            "hideExpression": "shown" not in self.words,
            "unit": self.unit,
            "unitPosition": self._unit_position,
        }

    @property
    def _has_digits(self) -> bool:
        return "digits" in self.words or self.unit in {"円", "千円"}

    @property
    def _unit_position(self) -> str:
        return "BEFORE" if "before" in self.words or not self.unit else "AFTER"

    def _choice(self) -> JsonObject:
        options = {name: {"label": name, "index": str(index)} for index, name in enumerate(self.options)}
        chosen = split_options(self.value) if self.value is not None else []
        for name in chosen:
            if name not in options:
                raise self.line.error(f"the default “{name}” is none of the options {'/'.join(options)}")
        if self.type in SEVERAL:
            made: JsonObject = {"options": options, "defaultValue": chosen}
        else:
            first = self.options[0] if self.type == "radio" else ""
            made = {"options": options, "defaultValue": chosen[0] if chosen else first}
        vertical = "VERTICAL" if "vertical" in self.words else "HORIZONTAL"
        return made | ({"align": vertical} if self.type in {"radio", "check"} else {})

    def _people(self) -> JsonObject:
        name, function = FUNCTIONS.get(self.type, ("", ""))
        if self.value not in {None, name} or self.value == "":
            raise self.line.error(f"the default of {self.type} is {name or 'never given'}")
        offered = [self._offered(key) for key in self.words.get("from", "").split("/") if key]
        return {
            "entities": [{"type": person.kind, "code": f"{{{{{person.key}}}}}"} for person in offered],
            "defaultValue": [{"type": "FUNCTION", "code": function}] if self.value else [],
        }

    def _offered(self, key: str) -> Person:
        """Return whom the field offers; users may be offered by their organisations and groups."""
        person = self.people.get(key)
        if person is None:
            raise self.line.error(f"“{key}” is not in @people; there are {', '.join(self.people)}")
        if self.type != "user" and person.kind != KINDS[self.type]:
            raise self.line.error(f"“{key}” stands for a {person.kind}; {self.type} offers only {KINDS[self.type]}s")
        return person

    def _date(self) -> JsonObject:
        if self.value not in {None, NOW[self.type]}:
            raise self.line.error(f"the default of {self.type} is “{NOW[self.type]}” or nothing")
        unique = {} if self.type == "time" else {"unique": "unique" in self.words}
        return unique | {"defaultValue": "", "defaultNowValue": self.value is not None}

    def _default(self) -> str:
        return (self.value or "").strip('"')


def read_field(match: re.Match[str], block: Block, people: Mapping[str, Person]) -> FieldSpec:
    """Take a field line apart. Raises SourceError."""
    line = block.line
    more = "" if match["rest"].startswith("table") else " ".join(child.whole_text() for child in block.children)
    shape = SHAPE.fullmatch(f"{match['rest']} {more}".strip())
    if not shape or shape["type"] not in TYPES:
        raise line.error(f"unknown type in “{match['rest'][:40]}”; there are {', '.join(TYPES)}")
    spec = FieldSpec(
        line,
        match["code"],
        match["label"] or match["code"],
        shape["type"],
        "*" in match["marks"],
        "!" in match["marks"],
        (shape["inside"] or "").strip(),
        shape["unit"] or "",
        people=people,
    )
    if spec.type in {"lk", "rel"}:
        spec.value = shape["more"].strip()
    else:
        _read_words(spec, shape["more"])
    _check_shape(spec)
    return spec


def split_options(text: str) -> list[str]:
    """Return the options between slashes; a slash inside one is written with a backslash."""
    return [part.replace("\\", "").strip() for part in re.split(r"(?<!\\)/", text) if part.strip()]


def _read_words(spec: FieldSpec, text: str) -> None:
    for token in re.finditer(r"\S+", text):
        word = token[0]
        if word.startswith("="):
            spec.value = text[token.start() + 1 :].strip()
            return
        name, given, content = word.partition("=")
        allowed = WORDS.get(spec.type, frozenset()) | {"w", "nolabel"}
        if name not in allowed:
            raise spec.line.error(f"unknown word “{word}” for {spec.type}; there are {', '.join(sorted(allowed))}")
        if bool(given) != (name in WITH_VALUE):
            raise spec.line.error(f"“{word}”: numbers are written like max=30, the others without a value")
        spec.words[name] = content


def _check_shape(spec: FieldSpec) -> None:
    options = spec.options if spec.type in CHOICES else []
    for is_wrong, words in (
        (spec.type in CHOICES and not options, f"{spec.type} has options: {spec.type}(甲/乙/丙)"),
        (len(options) != len(set(options)), "an option stands there twice"),
        (spec.type in COMPUTED and not spec.value, f"{spec.type} has a formula: “= …”"),
        (spec.type in COMPUTED and spec.is_required, "a computed field is never required"),
        (spec.type in PEOPLE and spec.is_required, "people are never required: a placeholder may stay without anybody"),
        (spec.unit and spec.type not in {"num", "calc"}, "only num and calc have a unit"),
        (
            spec.type == "num" and not NUMBER.fullmatch(spec.value or ""),
            "the default of num is a number and stands last",
        ),
        (spec.words.get("format", "NUMBER") not in FORMATS, f"there are the formats {', '.join(FORMATS)}"),
    ):
        if is_wrong:
            raise spec.line.error(words)
    for name in ("max", "min", "scale", "w", "h"):
        if not NUMBER.fullmatch(spec.words.get(name, "")):
            raise spec.line.error(f"{name} is a number")
