"""Query parameters that may be given several times."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import request
from marshmallow import Schema, ValidationError, fields

from marketplace.edge.context import LANGUAGE_PARAMETER
from marketplace.kernel.text import Text

MOST_VALUES = 50
TOO_MANY = Text(f"指定できる値は{MOST_VALUES}個までです。", f"Give at most {MOST_VALUES} values.")


class Several(fields.List[Any]):
    """The values of a parameter, each once; one value that does not fit is pointed at by the parameter's name."""

    def __init__(self, value: fields.Field[Any], description: Text) -> None:
        """Take the field of one value."""
        super().__init__(value, load_default=tuple, metadata={"description": description, "maxItems": MOST_VALUES})

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> Any:
        if len(value) > MOST_VALUES:
            raise ValidationError([TOO_MANY])
        each = (self.inner.deserialize(one, attr, data, **kwargs) for one in value)
        return tuple(dict.fromkeys(each))


def read_arguments(query: Schema) -> dict[str, Any]:
    """Return the parameters of this request as a schema loads them, without the one that chooses the language."""
    lists = {name for name, field in query.fields.items() if isinstance(field, Several)}
    given = {name: values if name in lists else values[0] for name, values in request.args.lists()}
    return {name: value for name, value in given.items() if name != LANGUAGE_PARAMETER}
