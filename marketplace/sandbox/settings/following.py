"""Keeps the prepared settings of an app in step when its fields, options or states change their names or go."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from marketplace.kernel.text import Text
from marketplace.sandbox.errors import InvalidInputError
from marketplace.sandbox.models import Part
from marketplace.sandbox.query.rewriting import rewrite_condition, rewrite_order
from marketplace.sandbox.settings.form_traces import follow_rows
from marketplace.sandbox.settings.renames import Renames
from marketplace.sandbox.settings.standard_fields import code_of_type
from marketplace.sandbox.settings.store import Document, Preview

_FIELD_ENTITIES = frozenset({"FIELD_ENTITY", "CUSTOM_FIELD"})
_NOTIFICATIONS = (Part.NOTIFICATIONS_PER_RECORD, Part.NOTIFICATIONS_REMINDER)


def used_by_step(name: str) -> Text:
    """Return the message of something that an action's condition still names."""
    return Text(
        f"プロセス管理のアクション「{name}」の条件で使われているため、削除できません。",
        f'It cannot be deleted because the condition of the process action "{name}" uses it.',
    )


def follow(preview: Preview, renames: Renames, key: str) -> None:
    """Write the new names wherever the prepared settings, the fields aside, hold the former ones.

    What is about a field that is gone goes with it. Permissions and notifications whose condition named something
    that is gone go as well, since without it they would reach further; lists, graphs and actions lose the comparison.
    Raises InvalidInputError under the key if a step of the process would lose its condition.
    """
    if not renames:
        return
    _require_steps_kept(preview, renames, key)
    follower = _Follower(preview, renames)
    for part in follower.changes:
        follower.change(part)


def follow_conditions(preview: Preview, renames: Renames) -> None:
    """Take what can no longer be asked out of conditions and orders; the fields themselves stay where they are."""
    follower = _Follower(preview, renames)
    follower.columns = replace(renames, gone=frozenset())
    for part in (Part.VIEWS, Part.REPORTS, Part.RECORD_ACL, *_NOTIFICATIONS, Part.ACTIONS):
        follower.change(part)


def _require_steps_kept(preview: Preview, renames: Renames, key: str) -> None:
    """Refuse what would open a step of the process to records that its condition kept out."""
    for action in preview.read(Part.STATUS)["actions"] or ():
        if rewrite_condition(action["filterCond"], renames).lost:
            raise InvalidInputError({key: [used_by_step(action["name"])]})


class _Follower:
    """Makes the new document of each part; documents are copies and may be changed."""

    def __init__(self, preview: Preview, renames: Renames) -> None:
        self.preview = preview
        self.renames = renames
        self.columns = renames
        """What holds for places that show a field rather than ask for it."""
        self.changes: dict[Part, Callable[[Document], Document]] = {
            Part.LAYOUT: lambda document: {"layout": follow_rows(document["layout"], renames)},
            Part.VIEWS: self._views,
            Part.REPORTS: self._reports,
            Part.SETTINGS: self._settings,
            Part.FIELD_ACL: lambda document: {"rights": list(self._field_rights(document["rights"]))},
            Part.RECORD_ACL: lambda document: {"rights": list(self._conditional(document["rights"], "entities"))},
            Part.NOTIFICATIONS_GENERAL: self._general,
            Part.NOTIFICATIONS_PER_RECORD: self._notifications,
            Part.NOTIFICATIONS_REMINDER: self._notifications,
            Part.ACTIONS: self._actions,
            Part.STATUS: self._status,
        }

    def change(self, part: Part) -> None:
        """Write a part anew if anything in it changed."""
        changed = self.changes[part](self.preview.read(part))
        if changed != self.preview.read(part):
            self.preview.write(part, changed)

    def _is_gone(self, code: object) -> bool:
        return code in self.columns.gone

    def _ask_anew(self, item: Document) -> bool:
        """Rewrite the condition and the order of an item; tell whether the condition lost something."""
        found = rewrite_condition(item["filterCond"], self.renames)
        item["filterCond"] = found.text
        if "sort" in item:
            item["sort"] = rewrite_order(item["sort"], self.renames)
        return found.lost

    def _views(self, document: Document) -> Document:
        for view in document["views"].values():
            self._ask_anew(view)
            if "fields" in view:
                view["fields"] = [self.columns.code(code) for code in view["fields"] if not self._is_gone(code)]
            for name, kind in (("date", "CREATED_TIME"), ("title", "RECORD_NUMBER")):
                if name in view:
                    gone = self._is_gone(view[name])
                    view[name] = self._standard(kind) if gone else self.columns.code(view[name])
        return document

    def _standard(self, kind: str) -> str:
        """Return the code of a standard field in place of one that is gone."""
        return code_of_type(self.preview.properties(), kind)

    def _reports(self, document: Document) -> Document:
        for report in document["reports"].values():
            self._ask_anew(report)
            for name in ("groups", "aggregations"):
                kept = [part for part in report[name] if not self._is_gone(part.get("code"))]
                report[name] = [
                    {**part, "code": self.columns.code(part["code"])} if "code" in part else part for part in kept
                ]
        return document

    def _settings(self, document: Document) -> Document:
        title = document["titleField"]
        if self._is_gone(title["code"]):
            return {**document, "titleField": {"selectionMode": "AUTO", "code": ""}}
        return {**document, "titleField": {**title, "code": self.renames.code(title["code"])}}

    def _field_rights(self, rights: list[Document]) -> Iterator[Document]:
        for right in rights:
            if not self._is_gone(right["code"]):
                yield {
                    **right,
                    "code": self.renames.code(right["code"]),
                    "entities": list(self._holders(right["entities"])),
                }

    def _conditional(self, items: list[Document], holders: str) -> Iterator[Document]:
        """Yield the items whose condition still says what it said."""
        for item in items:
            if not self._ask_anew(item):
                yield {**item, holders: list(self._holders(item[holders]))}

    def _holders(self, holders: list[Document]) -> Iterator[Document]:
        for holder in holders:
            entity = holder["entity"]
            if entity["type"] not in _FIELD_ENTITIES:
                yield holder
            elif not self._is_gone(entity["code"]):
                yield {**holder, "entity": {**entity, "code": self.renames.code(entity["code"])}}

    def _general(self, document: Document) -> Document:
        return {**document, "notifications": list(self._holders(document["notifications"]))}

    def _notifications(self, document: Document) -> Document:
        kept = []
        for item in self._conditional(document["notifications"], "targets"):
            timing: dict[str, Any] = item.get("timing", {})
            if self._is_gone(timing.get("code")):
                continue
            if timing:
                timing["code"] = self.renames.code(timing["code"])
            kept.append(item)
        return {**document, "notifications": kept}

    def _actions(self, document: Document) -> Document:
        for action in document["actions"].values():
            self._ask_anew(action)
            own = int(action["destApp"]["app"]) == self.preview.app.app_id
            ends = ("srcField", "destField") if own else ("srcField",)
            action["mappings"] = [
                {**mapping, **{end: self.columns.code(mapping[end]) for end in ends if end in mapping}}
                for mapping in action["mappings"]
                if not any(self._is_gone(mapping.get(end)) for end in ends)
            ]
        return document

    def _status(self, document: Document) -> Document:
        for state in (document["states"] or {}).values():
            state["assignee"]["entities"] = list(self._holders(state["assignee"]["entities"]))
        for action in document["actions"] or ():
            self._ask_anew(action)
        return document
