"""The state of a form on a page: what was entered, and what was refused about it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from http import HTTPStatus

from marshmallow import ValidationError
from werkzeug.datastructures import MultiDict

from marketplace.edge.context import language
from marketplace.edge.problem import status_of
from marketplace.kernel.errors import DomainError
from marketplace.kernel.text import Text

INVALID = Text("入力内容を確かめてください。", "Please check what you entered.")

# marshmallow's own sentences, which inputs leave as they are.
SENTENCES: tuple[tuple[str, Text], ...] = (
    (r"Missing data for required field\.", Text("入力してください。", "Enter a value.")),
    (r"Field may not be null\.", Text("入力してください。", "Enter a value.")),
    (r"Shorter than minimum length 1\.", Text("入力してください。", "Enter a value.")),
    (
        r"Length must be between 1 and (?P<a>\d+)\.",
        Text("1文字以上{a}文字以内で入力してください。", "Enter 1 to {a} characters."),
    ),
    (
        r"Longer than maximum length (?P<a>\d+)\.",
        Text("{a}文字以内で入力してください。", "Enter at most {a} characters."),
    ),
    (
        r"Shorter than minimum length (?P<a>\d+)\.",
        Text("{a}文字以上で入力してください。", "Enter at least {a} characters."),
    ),
    (
        r"Must be greater than or equal to (?P<a>\S+) and less than or equal to (?P<b>\S+)\.",
        Text("{a}から{b}までの数で入力してください。", "Enter a number from {a} to {b}."),
    ),
    (r"Not a valid integer\.", Text("整数で入力してください。", "Enter a whole number.")),
    (r"Not a valid email address\.", Text("メールアドレスの形で入力してください。", "Enter an e-mail address.")),
    (r"Must be one of: .*", Text("選択肢から選んでください。", "Choose one of the options.")),
    (r"Unknown field\.", Text("この項目は受け取れません。", "This item is not accepted.")),
)


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to correct, and the id of the control where."""

    message: str
    anchor: str | None = None


@dataclass(frozen=True, slots=True)
class FormState:
    """What a form shows: the values entered, and after a refusal what to correct."""

    values: MultiDict[str, str] = field(default_factory=MultiDict)
    title: str = ""
    remedy: str = ""
    problems: tuple[Problem, ...] = ()
    errors: Mapping[str, list[str]] = field(default_factory=dict)
    status: HTTPStatus = HTTPStatus.OK
    """The status of the answer that shows it."""

    @property
    def refused(self) -> bool:
        """Tell whether the form was sent and turned down."""
        return bool(self.title)

    def errors_of(self, name: str) -> list[str]:
        """Return what is wrong with one field."""
        return list(self.errors.get(name, []))

    def value_of(self, name: str) -> str:
        """Return the value entered in one field."""
        return self.values.get(name, "")

    def holds(self, name: str, value: str) -> bool:
        """Tell whether a box with this value is ticked."""
        return value in self.values.getlist(name)


def filled(**values: str) -> FormState:
    """Return a form that has not been sent yet."""
    return FormState(values=MultiDict(values))


def refused(error: DomainError | ValidationError | None, values: MultiDict[str, str]) -> FormState:
    """Return the form as it was sent, with the refusal beside it if there was one."""
    spoken = language()
    if error is None:
        return FormState(values)
    if isinstance(error, DomainError):
        details = tuple(Problem(sentence) for sentence in sentences_of(getattr(error, "details", None)))
        return FormState(values, error.says(spoken), error.advises(spoken), details, status=status_of(type(error)))
    errors = dict(_by_field(error.messages))
    problems = tuple(
        Problem(sentence, None if name == "_schema" else f"f-{name}")
        for name, found in errors.items()
        for sentence in found
    )
    return FormState(values, INVALID.in_language(spoken), "", problems, errors, HTTPStatus.UNPROCESSABLE_ENTITY)


def without_details(form: FormState) -> FormState:
    """Return a refused form whose details the page shows in a place of their own."""
    return replace(form, problems=())


def sentences_of(details: object) -> list[str]:
    """Return the details of a refusal as sentences, whatever shape the domain gave them."""
    if details is None:
        return []
    if isinstance(details, Mapping):
        return [sentence for inner in details.values() for sentence in sentences_of(inner)]
    if isinstance(details, list | tuple):
        return [sentence for inner in details for sentence in _one(inner)]
    return _one(details)


def _one(detail: object) -> list[str]:
    if isinstance(detail, Mapping):
        place = detail.get("pointer") or detail.get("file")
        message = detail.get("message") or detail.get("title")
        if message is not None:
            return [f"{place}：{_spoken(message)}" if place else _spoken(message)]
        return sentences_of(detail)
    title = getattr(detail, "title", None)
    if title is not None:
        place = getattr(detail, "file", None)
        return [f"{place}：{_spoken(title)}" if place else _spoken(title)]
    return [_spoken(detail)]


def _by_field(messages: object) -> Iterator[tuple[str, list[str]]]:
    if isinstance(messages, dict):
        for name, found in messages.items():
            yield str(name), [_spoken(sentence) for sentence in _flatten(found)]
    else:
        yield "_schema", [_spoken(sentence) for sentence in _flatten(messages)]


def _flatten(found: object) -> Iterator[object]:
    if isinstance(found, dict):
        for inner in found.values():
            yield from _flatten(inner)
    elif isinstance(found, list):
        for inner in found:
            yield from _flatten(inner)
    else:
        yield found


def _spoken(sentence: object) -> str:
    if isinstance(sentence, Text):
        return sentence.in_language(language())
    for pattern, text in SENTENCES:
        if match := re.fullmatch(pattern, str(sentence)):
            return text.in_language(language(), **match.groupdict())
    return str(sentence)
