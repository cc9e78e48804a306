"""Tells what an export carried, replaced and left behind."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marketplace.cli.voice import Voice
from marketplace.kernel.text import Text


def show_report(voice: Voice, report: Mapping[str, Any]) -> None:
    """Tell the report of an export, what could not come along last."""
    for app in report["carried"]:
        chosen = "" if app["was_chosen"] else voice.words(Text("（必要とされたため）", " (needed by another)"))
        voice.say(f"+ {app['name']} ({app['id']} → {app['key']}){chosen}")
    for one in report["replaced"]:
        voice.say(f"~ {one['kind']} {one['code']} → {{{{{one['key']}}}}} {voice.pick(one['label'])}")
    for one in report["lost"]:
        voice.say(f"- {one['id']}: {voice.pick(one['reason'])}")
    for one in report["left"]:
        subject = f" {one['subject']}" if one["subject"] else ""
        voice.say(f"- {one['app']}/{one['part']}{subject}: {voice.pick(one['reason'])}")
    for one in report["mentions"]:
        voice.say(
            Text(
                f"! {one['file']} に「{one['code']}」が残っています。", f"! {one['file']} still names “{one['code']}”."
            )
        )
