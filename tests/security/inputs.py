"""Every field that what belongs to みほん市 can be sent with: of the forms in its pages, and of bodies and queries."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from bs4 import BeautifulSoup, Tag
from marshmallow import Schema, fields
from werkzeug.test import TestResponse

from marketplace.api.v1.examples import BODIES
from marketplace.api.v1.operation import ATTRIBUTE, Operation
from tests.security.neighbour import ID
from tests.security.planted import Planted
from tests.security.whole_map import Place, places
from tests.web.factories import PUBLISHER, SLUG

BUTTONS = {"submit", "button", "image"}
NO_TEXT = {"file", "password", "number", "date", "month"}
Path = tuple[str | int, ...]


@dataclass(frozen=True)
class Input:
    """A field, and what is sent beside it."""

    method: str
    address: str
    is_form: bool
    path: Path
    """Where the field stands in the form or in the body."""
    beside: dict[str, Any] = field(hash=False)
    pressed: str = ""
    """The button, where there are several."""
    is_id: bool = False
    """Whether it takes an id, by what it holds or offers, or by its name."""

    def send(self, planted: Planted, value: str | None) -> TestResponse:
        """Send it as みほん市, with a value in the place of what it holds; None leaves that."""
        body = deepcopy(self.beside)
        if value is not None:
            _put(body, self.path, value)
        how = {"query_string": body} if self.method == "GET" else {"data": body} if self.is_form else {"json": body}
        if self.is_form:
            return planted.admin.open(self.address, method=self.method, buffered=True, **how)
        return planted.token.send(self.method, self.address, **how)

    def __str__(self) -> str:
        return f"{self.method} {self.address} {'.'.join(map(str, self.path))} {self.pressed}".rstrip()


def inputs(planted: Planted) -> list[Input]:
    """Return all of them, each once."""
    found: dict[str, Input] = {}
    for place in places(planted):
        if place.method in {"OPTIONS", "HEAD"}:
            continue
        if place.endpoint.startswith("api_v1."):
            made = _of_operation(planted, place)
        elif place.method == "GET" and not place.endpoint.startswith("kintone_api."):
            made = _of_page(planted, place)
        else:
            continue
        for each in made:
            found.setdefault(str(each), each)
    return list(found.values())


def _of_page(planted: Planted, place: Place) -> Iterator[Input]:
    answer = planted.admin.get(place.path, buffered=True)
    if answer.mimetype == "text/html" and answer.status_code == HTTPStatus.OK:
        for form in BeautifulSoup(answer.data, "html.parser").find_all("form"):
            yield from _of_form(form, place)


def _of_form(form: Tag, place: Place) -> Iterator[Input]:
    """Return each field with each of the buttons, and what a browser would send beside it."""
    address, method = (form.get("action") or place.path).partition("#")[0], form.get("method", "get").upper()
    named = [each for each in form.find_all(["input", "select", "textarea", "button"]) if each.get("name")]
    buttons = [each for each in named if each.name == "button" or each.get("type") in BUTTONS]
    controls = [each for each in named if each not in buttons]
    held: dict[str, str] = {}
    for each in controls:
        value = _held(each)
        if value is not None:
            held.setdefault(each["name"], value)
    for button in buttons or [None]:
        pressed = {} if button is None else {button["name"]: button.get("value", "")}
        for each in controls:
            if each.get("type") not in NO_TEXT:
                label = "".join(pressed.values())
                yield Input(method, address, True, (each["name"],), held | pressed, label, is_id=_offers_ids(each))


def _held(control: Tag) -> str | None:
    """Return what a browser would send for it, or what somebody would type; None for nothing."""
    if control.name == "select":
        options = control.find_all("option")
        chosen = next((each for each in options if each.has_attr("selected")), options[0] if options else None)
        return None if chosen is None else str(chosen.get("value", chosen.get_text()))
    if control.get("type") == "file":
        return None
    text = control.get_text() if control.name == "textarea" else control.get("value")
    return str(text) if text else "x" * 16 if control.has_attr("required") else str(text or "")


def _offers_ids(control: Tag) -> bool:
    offered = [control.get("value"), *(option.get("value") for option in control.find_all("option"))]
    return any(ID.search(str(each)) for each in offered) or control["name"].endswith("_id")


def _of_operation(planted: Planted, place: Place) -> Iterator[Input]:
    declared: Operation = getattr(planted.app.view_functions[place.endpoint], ATTRIBUTE, Operation(None))  # type: ignore[arg-type]
    if declared.body is not None:
        body = deepcopy(BODIES[type(declared.body).__name__])
        for name, own in {"template": f"{PUBLISHER}/{SLUG}", "answer": planted.ids["answer_id"]}.items():
            if name in body and ("answer" not in body or "finding" not in body):
                body[name] = own
        for path, is_id in _leaves(declared.body):
            yield Input(place.method, place.path, False, path, body, is_id=is_id)
    if declared.query is not None and place.method == "GET":
        address, _, _query = place.path.partition("?")
        for path, is_id in _leaves(declared.query):
            yield Input("GET", address, False, path, {}, is_id=is_id)


def _leaves(schema: Schema, above: Path = ()) -> Iterator[tuple[Path, bool]]:
    """Return where texts stand, and whether they are ids."""
    example = BODIES.get(type(schema).__name__, {})
    for name, each in schema.fields.items():
        inner, path = each, (*above, each.data_key or name)
        if isinstance(inner, fields.List):
            inner, path = inner.inner, (*path, 0)
        if isinstance(inner, fields.Nested):
            yield from _leaves(inner.schema, path)
        elif isinstance(inner, fields.String):
            yield path, name.endswith("_id") or (len(str(example.get(name, ""))) == 16 and str(example[name]).isalnum())


def _put(body: Any, path: Path, value: str) -> None:
    """Put a value into a body; what leads there is made if it is not there."""
    for at, step in enumerate(path[:-1]):
        following: Any = [] if isinstance(path[at + 1], int) else {}
        if isinstance(step, int) and not body:
            body.append(following)
        elif not isinstance(step, int) and not isinstance(body.get(step), type(following)):
            body[step] = following
        body = body[step]
    if isinstance(path[-1], int):
        body[:] = [value]
    else:
        body[path[-1]] = value
