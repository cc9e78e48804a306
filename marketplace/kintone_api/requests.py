"""Reads a request's parameters from its URL and its JSON body into one object."""

from __future__ import annotations

import json
import re
from typing import Any, NoReturn

from flask import request

from marketplace.edge.bodies import parse_json
from marketplace.kernel.text import Text
from marketplace.sandbox.errors import AddressTooLongError, InvalidInputError, InvalidJsonError, PathNotFoundError

LONGEST_ADDRESS = 8192
OVERRIDE = "X-HTTP-Method-Override"
OVERRIDABLE = frozenset({"GET", "PUT", "DELETE"})
MOST_FIELDS_IN_ADDRESS = 100
TOO_MANY_FIELDS = Text(
    "URLで指定できる添え字は0から99までです。101個以上は、リクエストボディで指定してください。",
    "In the URL, the index must be between 0 and 99. Specify more than 100 fields in the request body.",
)
_ELEMENT = re.compile(r"([^\[\]]+)\[([0-9]{0,9})\]")


def method_asked_for() -> str:
    """Return the method of the call; a POST may carry another in a header. Raises PathNotFoundError."""
    override = request.headers.get(OVERRIDE)
    if request.method != "POST" or override is None:
        return request.method
    if override not in OVERRIDABLE:
        raise PathNotFoundError
    return override


def asks_to_read() -> bool:
    """Tell whether the call is a GET that came as a POST, as those do whose parameters are long."""
    return request.method == "POST" and request.headers.get(OVERRIDE) == "GET"


def read_parameters() -> dict[str, Any]:
    """Return the parameters of the call; the body wins over the URL.

    Raises InvalidJsonError or AddressTooLongError.
    """
    if len(request.full_path.encode()) > LONGEST_ADDRESS:
        raise AddressTooLongError
    parameters = _read_address()
    if request.mimetype != "multipart/form-data":
        parameters |= _read_body(request.get_data())
    _refuse_unstorable(parameters)
    return parameters


def _read_address() -> dict[str, Any]:
    """Gather `fields[0]=a`, `fields[]=a` and repeated names into lists, in the order of their indexes."""
    found: dict[str, Any] = {}
    elements: dict[str, list[tuple[int, str]]] = {}
    for name, values in request.args.lists():
        element = _ELEMENT.fullmatch(name)
        if element is not None:
            gathered = elements.setdefault(element[1], [])
            gathered += [(int(element[2] or len(gathered)), value) for value in values]
        else:
            found[name] = values if len(values) > 1 else values[0]
    if any(index >= MOST_FIELDS_IN_ADDRESS for index, _ in elements.get("fields", ())):
        raise InvalidInputError({"fields": [TOO_MANY_FIELDS]})
    for name, gathered in elements.items():
        found.setdefault(name, [value for _, value in sorted(gathered, key=lambda each: each[0])])
    return found


def _read_body(data: bytes) -> dict[str, Any]:
    if not data.strip():
        return {}
    try:
        body = parse_json(data, _refuse_constant)
    except (ValueError, RecursionError) as error:
        raise InvalidJsonError from error
    if not isinstance(body, dict):
        raise InvalidJsonError
    return body


def _refuse_constant(_constant: str) -> NoReturn:
    raise InvalidJsonError


def _refuse_unstorable(parameters: dict[str, Any]) -> None:
    """Refuse what no database column holds: NUL, halves of surrogate pairs, infinite numbers, endless nesting."""
    try:
        text = json.dumps(parameters, ensure_ascii=False, allow_nan=False)
        text.encode()
    except (ValueError, RecursionError) as error:
        raise InvalidJsonError from error
    if "\\u0000" in text and _has_nul(parameters):
        raise InvalidJsonError


def _has_nul(value: object) -> bool:
    if isinstance(value, str):
        return "\x00" in value
    if isinstance(value, dict):
        return any(_has_nul(key) or _has_nul(inner) for key, inner in value.items())
    return isinstance(value, list) and any(_has_nul(inner) for inner in value)
