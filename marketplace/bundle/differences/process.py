"""Differences of process management."""

from __future__ import annotations

from collections.abc import Iterator

from marketplace.bundle.differences.change import Act, Change, Impact, Subject, Weights, compare_named
from marketplace.bundle.model import AppDefinition, JsonObject, PartName
from marketplace.kernel.text import Text

STATES = Weights(cosmetic_keys=frozenset({"index"}))


def compare_process(old: AppDefinition, new: AppDefinition) -> Iterator[Change]:
    """Yield the differences between the processes of two states of an app."""
    before, after = old.part(PartName.PROCESS) or {}, new.part(PartName.PROCESS) or {}
    was, now = bool(before.get("enable")), bool(after.get("enable"))
    if was != now:
        detail = Text("有効にする", "switched on") if now else Text("無効にする", "switched off")
        impact = Impact.ADDITIVE if now else Impact.BREAKING
        subject = Subject("process", "enable", Text("プロセス管理", "process management"), new)
        yield subject.change(impact, Act.CHANGED, was, now, detail=detail)
    states = before.get("states") or {}, after.get("states") or {}
    yield from compare_named("state", Text("ステータス", "state"), new, *states, STATES)
    yield from _compare_actions(new, before.get("actions") or [], after.get("actions") or [])


def _compare_actions(app: AppDefinition, old: list[JsonObject], new: list[JsonObject]) -> Iterator[Change]:
    before = {_name(action): action for action in old}
    after = {_name(action): action for action in new}
    yield from compare_named(
        "process_action", Text("プロセスのアクション", "process action"), app, before, after, Weights()
    )
    common = [name for name in before if name in after]
    if common != [name for name in after if name in before]:
        subject = Subject(
            "process_action", "order", Text("プロセスのアクションの並び", "order of process actions"), app
        )
        yield subject.change(Impact.COSMETIC, Act.CHANGED)


def _name(action: JsonObject) -> str:
    return f"{action['from']}：{action['name']}"
