"""The shapes of JSON that settings and parameters may have; every deviation is noted under its key, none raises."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Protocol

from marketplace.kernel.text import Text
from marketplace.sandbox.errors import NOT_AN_INTEGER, NOT_IN_ENUM, REQUIRED_PARAMETER, InvalidInputError
from marketplace.sandbox.settings.shape_messages import (
    MUST_BE_BOOLEAN,
    MUST_BE_LIST,
    MUST_BE_NUMBER,
    MUST_BE_OBJECT,
    MUST_BE_TEXT,
    at_least,
    at_most,
    size_between,
    too_long,
    too_short,
)

LARGEST = 2**63 - 1
"""The largest integer that both databases can compare with a column."""

_INTEGER = re.compile(r"[+-]?[0-9]{1,19}")
_DECIMAL = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]{1,3})?")


class Problems:
    """What is wrong with an input so far, by key in kintone's notation (`properties[code].label`)."""

    def __init__(self) -> None:
        """Start without a problem."""
        self.messages: dict[str, list[Text]] = {}

    def add(self, key: str, message: Text) -> None:
        """Note one more problem of a key."""
        self.messages.setdefault(key, []).append(message)

    def refuse(self) -> None:
        """Raise InvalidInputError if anything was noted."""
        if self.messages:
            raise InvalidInputError(self.messages)


class Shape(Protocol):
    """Reads one JSON value into its canonical form."""

    def read(self, value: object, key: str, problems: Problems) -> Any:
        """Return the canonical value; what is noted in `problems` makes the return value meaningless."""
        ...


class Given(Enum):
    """What an attribute that is not given becomes."""

    REQUIRED = "required"
    OMITTED = "omitted"


@dataclass(frozen=True, slots=True)
class Txt:
    """A text of a limited length; numbers are taken as their digits, as kintone does."""

    longest: int | None = None
    shortest: int = 0

    def read(self, value: object, key: str, problems: Problems) -> str:
        """Return the text."""
        if isinstance(value, int) and not isinstance(value, bool):
            value = str(value)
        if not isinstance(value, str):
            problems.add(key, MUST_BE_TEXT)
            return ""
        if len(value) < self.shortest:
            problems.add(key, REQUIRED_PARAMETER if not value else too_short(self.shortest))
        if self.longest is not None and len(value) > self.longest:
            problems.add(key, too_long(self.longest))
        return value


@dataclass(frozen=True, slots=True)
class Flag:
    """A boolean, also as the text "true" or "false"."""

    def read(self, value: object, key: str, problems: Problems) -> bool:
        """Return the boolean."""
        if isinstance(value, str) and value.lower() in {"true", "false"}:
            return value.lower() == "true"
        if not isinstance(value, bool):
            problems.add(key, MUST_BE_BOOLEAN)
            return False
        return value


@dataclass(frozen=True, slots=True)
class Whole:
    """An integer within bounds, given as a number or as digits."""

    least: int = -LARGEST
    most: int = LARGEST

    def read(self, value: object, key: str, problems: Problems) -> int:
        """Return the integer."""
        number = integer_of(value)
        if number is None:
            problems.add(key, REQUIRED_PARAMETER if value == "" else NOT_AN_INTEGER)
            return 0
        if number < self.least:
            problems.add(key, at_least(self.least))
        elif number > self.most:
            problems.add(key, at_most(self.most))
        return number


@dataclass(frozen=True, slots=True)
class Digits:
    """An integer that answers show as a text; empty where that means "not set"."""

    least: int = 0
    most: int = LARGEST
    may_be_empty: bool = False

    def read(self, value: object, key: str, problems: Problems) -> str:
        """Return the digits."""
        if value == "" and self.may_be_empty:
            return ""
        return str(Whole(self.least, self.most).read(value, key, problems))


@dataclass(frozen=True, slots=True)
class Decimals:
    """A decimal number as text, or empty."""

    longest: int | None = None

    def read(self, value: object, key: str, problems: Problems) -> str:
        """Return the number as it was given."""
        text = str(value) if isinstance(value, int | float) and not isinstance(value, bool) else value
        if not isinstance(text, str) or (text and not _DECIMAL.fullmatch(text)):
            problems.add(key, MUST_BE_NUMBER)
            return ""
        return Txt(longest=self.longest).read(text, key, problems)


@dataclass(frozen=True, slots=True)
class OneOf:
    """One of some words."""

    words: frozenset[str]

    def read(self, value: object, key: str, problems: Problems) -> str:
        """Return the word."""
        if isinstance(value, int) and not isinstance(value, bool):
            value = str(value)
        if not isinstance(value, str) or value not in self.words:
            problems.add(key, NOT_IN_ENUM)
            return ""
        return value


def one_of(words: str) -> OneOf:
    """Return the shape of one of the words of a sentence."""
    return OneOf(frozenset(words.split()))


@dataclass(frozen=True, slots=True)
class ListOf:
    """A list of one shape."""

    item: Shape
    most: int | None = None
    least: int = 0

    def read(self, value: object, key: str, problems: Problems) -> list[Any]:
        """Return the items, in order."""
        if not isinstance(value, list):
            problems.add(key, MUST_BE_LIST)
            return []
        if len(value) < self.least or (self.most is not None and len(value) > self.most):
            problems.add(key, size_between(self.least, self.most))
            return []
        return [self.item.read(inner, f"{key}[{index}]", problems) for index, inner in enumerate(value)]


@dataclass(frozen=True, slots=True)
class MapOf:
    """An object whose keys are free and whose values have one shape."""

    item: Shape
    most: int | None = None

    def read(self, value: object, key: str, problems: Problems) -> dict[str, Any]:
        """Return the object; the keys in problems stand in brackets."""
        if not isinstance(value, dict):
            problems.add(key, MUST_BE_OBJECT)
            return {}
        if self.most is not None and len(value) > self.most:
            problems.add(key, size_between(0, self.most))
            return {}
        return {name: self.item.read(inner, f"{key}[{name}]", problems) for name, inner in value.items()}


@dataclass(frozen=True, slots=True)
class Attribute:
    """One named value of an object; `otherwise` is what it becomes when absent or null."""

    shape: Shape
    otherwise: object | Callable[[], object] | Given = Given.REQUIRED


@dataclass(frozen=True, slots=True)
class Obj:
    """An object with named attributes; unknown ones are ignored, as kintone does."""

    attributes: Mapping[str, Attribute]

    def read(self, value: object, key: str, problems: Problems) -> dict[str, Any]:
        """Return the object with its absent attributes filled in."""
        if not isinstance(value, dict):
            problems.add(key, MUST_BE_OBJECT)
            return {}
        found: dict[str, Any] = {}
        for name, attribute in self.attributes.items():
            inner_key = f"{key}.{name}" if key else name
            inner = value.get(name)
            if inner is not None:
                found[name] = attribute.shape.read(inner, inner_key, problems)
            elif attribute.otherwise is Given.REQUIRED:
                problems.add(inner_key, REQUIRED_PARAMETER)
            elif attribute.otherwise is not Given.OMITTED:
                found[name] = attribute.otherwise() if callable(attribute.otherwise) else attribute.otherwise
        return found


@dataclass(frozen=True, slots=True)
class Either:
    """An object whose attributes depend on one of its words, such as `type`."""

    by: str
    shapes: Mapping[str, Obj]
    default: str | None = None
    word: OneOf = field(init=False)

    def __post_init__(self) -> None:
        """Work out the words that may choose."""
        object.__setattr__(self, "word", OneOf(frozenset(self.shapes)))

    def read(self, value: object, key: str, problems: Problems) -> dict[str, Any]:
        """Return the object in the shape that its word chooses."""
        if not isinstance(value, dict):
            problems.add(key, MUST_BE_OBJECT)
            return {}
        given = value.get(self.by, self.default)
        inner_key = f"{key}.{self.by}" if key else self.by
        if given is None:
            problems.add(inner_key, REQUIRED_PARAMETER)
            return {}
        chosen = self.word.read(given, inner_key, problems)
        if not chosen:
            return {}
        return {self.by: chosen, **self.shapes[chosen].read(value, key, problems)}


def need(shape: Shape) -> Attribute:
    """Return an attribute that must be given."""
    return Attribute(shape)


def may(shape: Shape, otherwise: object | Callable[[], object] = Given.OMITTED) -> Attribute:
    """Return an attribute that may be left out."""
    return Attribute(shape, otherwise)


def read_shape(shape: Shape, value: object, key: str = "") -> Any:
    """Return a value in its canonical form. Raises InvalidInputError with everything that is wrong."""
    problems = Problems()
    found = shape.read(value, key, problems)
    problems.refuse()
    return found


def integer_of(value: object) -> int | None:
    """Return an integer given as a number or as half-width digits, if both databases can hold it."""
    if isinstance(value, bool):
        return None
    if isinstance(value, str) and _INTEGER.fullmatch(value):
        value = int(value)
    if not isinstance(value, int) or abs(value) > LARGEST:
        return None
    return value
