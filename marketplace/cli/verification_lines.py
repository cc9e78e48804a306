"""Tells what comparing an installation with its template showed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marketplace.cli.outcomes import Outcome
from marketplace.cli.voice import Voice
from marketplace.kernel.text import Text

RESULTS = {
    "identical": Text("テンプレートと一致しています。", "Identical to the template."),
    "different": Text("テンプレートと異なる設定があります。", "Some settings are not what the template says."),
    "incomplete": Text("読み出せた範囲では一致しています。", "Identical as far as it could be read."),
}
NOTHING_THERE = Text("なし", "none")


def show_verification(voice: Voice, verification: Mapping[str, Any] | None) -> None:
    """Tell the result, each difference, and what was not told."""
    if verification is None:
        voice.say(Text("まだ照合されていません。", "Not verified yet."))
        return
    voice.say(RESULTS[verification["result"]])
    for one in verification["differences"]:
        found, wanted = (one[name] or voice.words(NOTHING_THERE) for name in ("found", "wanted"))
        voice.say(f"  - {one['app']}/{one['part']}{one['pointer']}: {wanted} → {found}")
    for one in verification["unread"]:
        voice.say(f"  ? {one['app']}/{one['part']} {one['subject']}: {voice.pick(one['reason'])}")


def outcome_of(verification: Mapping[str, Any] | None) -> Outcome:
    """Return the exit code: whether nothing is known to differ."""
    return Outcome.DONE if verification and verification["result"] != "different" else Outcome.FINDINGS
