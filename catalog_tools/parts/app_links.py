"""@links: what joins an app of a set with the other apps: related records, actions, and samples that fit together."""

from __future__ import annotations

import re
from copy import deepcopy
from dataclasses import replace

from catalog_tools.parts.actions import read_actions
from catalog_tools.parts.app import AppParts
from catalog_tools.parts.field_types import read_field
from catalog_tools.parts.links import read_link
from catalog_tools.source.keys import FIELD_LINE
from catalog_tools.source.reading import Block, Section
from marketplace.bundle.model import JsonObject

RELATED = ": rel("
SAMPLE = re.compile(r"sample (?P<key>[^:]+): (?P<code>\S+) = (?P<value>.+)")
ALL = "all"


def with_links(app: AppParts, section: Section) -> AppParts:
    """Return an app with what a set adds to it; related records stand at the end of its form. Raises SourceError.

    Nothing else of the app may differ in a set: it stays the app of its own template.
    """
    parts = deepcopy(app.parts)
    form = replace(app.form, properties=parts["fields"]["properties"], layout=parts["layout"]["layout"])
    actions = []
    for block in section.blocks:
        if RELATED in block.text:
            _add_related(block, form.properties, form.layout)
        elif match := SAMPLE.fullmatch(block.text):
            _set_sample(block, match, form.properties, parts["records"]["records"])
        else:
            actions.append(block)
    if actions:
        parts["actions"] = {"actions": _with_actions(parts, replace(section, blocks=tuple(actions)))}
    return replace(app, parts=parts, form=form)


def _add_related(block: Block, properties: dict[str, JsonObject], layout: list[JsonObject]) -> None:
    match = FIELD_LINE.fullmatch(block.text)
    if not match:
        raise block.line.error("write “コード「ラベル」: rel(app.相手の項目 = この項目) show …”")
    spec = read_field(match, block, {})
    if spec.code in properties:
        raise block.line.error(f"the app has a field “{spec.code}” already")
    properties[spec.code] = read_link(spec)
    layout.append({"type": "ROW", "fields": [spec.cell()]})


def _set_sample(
    block: Block, said: re.Match[str], properties: dict[str, JsonObject], records: list[JsonObject]
) -> None:
    """Give one sample, named by the value of a unique field, or all of them another value."""
    uniques = [code for code, made in properties.items() if made.get("unique")]
    found = [
        record
        for record in records
        if said["key"] == ALL or any(record.get(code, {}).get("value") == said["key"] for code in uniques)
    ]
    if not found or said["code"] not in properties:
        raise block.line.error("write “sample 見本-001: 項目 = 値” or “sample all: 項目 = 値”, of this app")
    for record in found:
        record[said["code"]] = {"value": said["value"]}


def _with_actions(parts: dict[str, JsonObject], section: Section) -> dict[str, JsonObject]:
    actions: dict[str, JsonObject] = dict(parts.get("actions", {"actions": {}})["actions"])
    fresh: dict[str, JsonObject] = (read_actions(section) or {"actions": {}})["actions"]
    for name, action in fresh.items():
        if name in actions:
            raise section.header.error(f"the app has an action “{name}” already")
        actions[name] = {**action, "index": str(len(actions))}
    return actions
