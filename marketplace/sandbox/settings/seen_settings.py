"""The settings of an app without the fields that are hidden from whoever looks."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from typing import Any

from marketplace.sandbox.errors import PlatformError
from marketplace.sandbox.form import Form
from marketplace.sandbox.query import parse_query

Document = dict[str, Any]


def hidden_codes(whole: Form, seen: Form) -> frozenset[str]:
    """Return the codes of the fields that one form has and the other lacks, columns of tables among them."""
    return frozenset(each.code for each in whole.every_field()) - {each.code for each in seen.every_field()}


def seen_properties(properties: dict[str, Document], hidden: AbstractSet[str]) -> dict[str, Document]:
    """Return the fields that are not hidden, tables with the columns that are not."""
    return {code: _seen_columns(each, hidden) for code, each in properties.items() if code not in hidden}


def seen_layout(rows: list[Document], hidden: AbstractSet[str]) -> list[Document]:
    """Return the layout without hidden fields; a row or a table that holds nothing else goes with them."""
    found = []
    for row in rows:
        if row.get("code") in hidden:
            continue
        kept = dict(row)
        for name, inside in (("fields", _seen_fields), ("layout", seen_layout)):
            if name in row:
                kept[name] = inside(row[name], hidden)
                if row[name] and not kept[name]:
                    break
        else:
            found.append(kept)
    return found


def seen_views(views: dict[str, Document], hidden: AbstractSet[str]) -> dict[str, Document]:
    """Return the lists that work without the hidden fields: neither condition nor order may tell anything of them."""
    return {name: view for name, view in views.items() if _named_codes(view).isdisjoint(hidden)}


def _seen_columns(property_: Document, hidden: AbstractSet[str]) -> Document:
    if "fields" not in property_:
        return property_
    return {**property_, "fields": {code: each for code, each in property_["fields"].items() if code not in hidden}}


def _seen_fields(fields: list[Document], hidden: AbstractSet[str]) -> list[Document]:
    return [field for field in fields if field.get("code") not in hidden]


def _named_codes(view: Document) -> set[str]:
    condition, order = str(view.get("filterCond") or ""), str(view.get("sort") or "")
    try:
        query = parse_query(f"{condition} order by {order}" if order.strip() else condition)
    except PlatformError:
        return set()  # a list that is broken shows so by itself
    return {each.field.code for each in query.comparisons} | {each.field.code for each in query.order}
