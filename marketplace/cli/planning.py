"""Shows what an install would do, without doing any of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

import click

from marketplace.cli.api import ServiceApi
from marketplace.cli.asking import asks_service
from marketplace.cli.import_orders import ImportOrder, takes_order
from marketplace.cli.outcomes import Outcome
from marketplace.cli.voice import Voice, spoken
from marketplace.kernel.text import Text

Plan = Mapping[str, Any]


@click.command()
@takes_order(required=True)
@spoken
@asks_service
def plan(voice: Voice, api: ServiceApi, *, order: ImportOrder) -> Outcome:
    """導入計画を表示する（何も変えない） / show what an install would do."""
    planned = api.post(order.path, {**order.body, "dry_run": True})
    show_plan(voice, planned)
    voice.document(planned)
    return Outcome.DONE


def show_plan(voice: Voice, planned: Plan) -> None:
    """Tell of the apps, the steps, the placeholders and what to mind."""
    voice.say(f"{planned['template']}@{planned['version']} → {planned['workspace_id']}")
    _show_apps(voice, planned)
    _show_steps(voice, planned)
    _show_placeholders(voice, planned)
    if planned["warnings"]:
        voice.say(Text("気をつけること", "To mind"))
    for warning in planned["warnings"]:
        voice.say(f"  ! {voice.pick(warning)}")
    _show_survey(voice, planned)


def _show_apps(voice: Voice, planned: Plan) -> None:
    voice.say(Text(f"作るアプリ（{len(planned['apps'])}）", f"Apps to make ({len(planned['apps'])})"))
    for app in planned["apps"]:
        facts = [
            Text(f"項目 {app['fields']}", f"{app['fields']} fields"),
            Text(f"一覧 {len(app['views'])}", f"{len(app['views'])} views"),
            Text(f"サンプル {app['sample_records']}", f"{app['sample_records']} samples"),
        ]
        if app["has_process"]:
            facts.append(Text("プロセスあり", "process"))
        voice.say(f"  - {app['name']} ({app['key']}): {', '.join(voice.words(fact) for fact in facts)}")


def _show_steps(voice: Voice, planned: Plan) -> None:
    calls = planned["api_calls"]
    voice.say(
        Text(
            f"手順（{len(planned['steps'])}、API呼び出し {calls}回）",
            f"Steps ({len(planned['steps'])}, {calls} API calls)",
        )
    )
    labels = Counter(voice.pick(step["label"]) for step in planned["steps"])
    for label, count in labels.items():
        voice.say(f"  - {label}" + (f" ×{count}" if count > 1 else ""))


def _show_placeholders(voice: Voice, planned: Plan) -> None:
    if planned["placeholders"]:
        voice.say(Text("差し込み項目", "Placeholders"))
    for one in planned["placeholders"]:
        code = one["code"] or voice.words(Text("（未指定：使う場所から外れます）", "(none: dropped where it stands)"))
        voice.say(f"  - {one['key']} [{one['kind']}] {voice.pick(one['label'])} = {code}")


def _show_survey(voice: Voice, planned: Plan) -> None:
    """Tell what the workspace lacks, and which of its apps bear the same names."""
    survey = planned.get("survey") or {"findings": [], "same_names": []}
    for one in survey["findings"]:
        if one["outcome"] != "ok":
            voice.say(f"  ! {voice.pick(one['text'])} {voice.pick(one['remedy'])}".rstrip())
    for one in survey["same_names"]:
        there = f"{one['name']} ({one['app_id']})"
        voice.say(
            Text(f"  ! 同じ名前のアプリがあります：{there}", f"  ! An app of this name is there already: {there}")
        )
