"""Finds templates and shows one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import click

from marketplace.cli.api import ServiceApi
from marketplace.cli.asking import asks_service
from marketplace.cli.outcomes import Outcome
from marketplace.cli.template_names import TEMPLATE, TemplateName
from marketplace.cli.voice import Voice, spoken
from marketplace.kernel.text import Text

MOST_SHOWN = 20


@click.command()
@click.argument("words", nargs=-1)
@click.option("--limit", type=click.IntRange(1, 100), default=MOST_SHOWN, help="件数 / how many", show_default=True)
@spoken
@asks_service
def search(voice: Voice, api: ServiceApi, words: tuple[str, ...], *, limit: int) -> Outcome:
    """テンプレートを探す / find templates."""
    found = api.get("/templates", q=" ".join(words), limit=str(limit))
    for template in found["items"]:
        voice.say(_heading(template))
        voice.say(f"    {voice.pick(template['name'])} ― {voice.pick(template['summary'])}")
    voice.note(Text(f"{found['total']}件", f"{found['total']} found"))
    voice.document(found)
    return Outcome.DONE


@click.command()
@click.argument("template", type=TEMPLATE)
@spoken
@asks_service
def show(voice: Voice, api: ServiceApi, template: TemplateName) -> Outcome:
    """テンプレートとその版を表示する / show a template and its versions."""
    found = api.get(f"/templates/{template}")
    voice.say(_heading(found))
    voice.say(f"{voice.pick(found['name'])} ― {voice.pick(found['summary'])}")
    facts = {
        Text("公開", "publisher"): found["publisher"]["name"],
        Text("分野", "category"): voice.pick(found["category"]["name"]),
        Text("ライセンス", "licence"): found["license"],
        Text("アプリ", "apps"): found["app_count"],
        Text("導入", "installs"): found["install_count"],
    }
    for label, value in facts.items():
        voice.say(f"  {voice.words(label)}: {value}")
    for version in found["versions"]:
        withdrawn = voice.words(Text("（公開停止）", " (withdrawn)")) if version["withdrawn_at"] else ""
        voice.say(f"  {version['version']}{withdrawn}  {version['released_at'][:10]}  sha256:{version['digest'][:12]}…")
    voice.document(found)
    return Outcome.DONE


def _heading(template: Mapping[str, Any]) -> str:
    latest = (template["latest"] or {}).get("version", "-")
    mean, count = template["rating"]["average"], template["rating"]["count"]
    stars = f"  ★{mean:.1f} ({count})" if count else ""
    return f"{template['publisher']['code']}/{template['slug']}  {latest}{stars}"
