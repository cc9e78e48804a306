"""Shows what changed between two bundles, and the version number that the changes owe."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import click
from semantic_version import Version

from marketplace.bundle.comparing import compare
from marketplace.bundle.model import Bundle
from marketplace.cli.asking import OpenApi, may_ask_service
from marketplace.cli.outcomes import CommandError, Outcome
from marketplace.cli.sources import open_source
from marketplace.cli.template_names import EXPECTED, fetch_bundle, find_name
from marketplace.cli.voice import Voice, spoken
from marketplace.kernel.text import Text

IMPACTS = {
    "breaking": Text("互換性のない変更", "Breaking"),
    "additive": Text("追加・拡張", "Additive"),
    "cosmetic": Text("見た目・説明", "Cosmetic"),
}


@click.command()
@click.argument("old")
@click.argument("new")
@click.option("--exit-code", is_flag=True, help="差分があれば1で終わる / exit with 1 if there are differences")
@click.option(
    "--check-version",
    is_flag=True,
    help="NEWの版番号が足りなければ1で終わる / exit with 1 if the number of NEW is too small",
)
@spoken
@may_ask_service
def diff(voice: Voice, open_api: OpenApi, old: str, new: str, *, exit_code: bool, check_version: bool) -> Outcome:
    """二つの版の差分と、必要な版番号を表示する / show what changed and the version it owes.

    OLDとNEWは、フォルダー、ZIP、または publisher/slug@version（サービスにある版）です。

    OLD and NEW are folders, zips, or publisher/slug@version of the service.
    """
    before, after = _open(voice, open_api, old), _open(voice, open_api, new)
    comparison = compare(before, after)
    least = comparison.bump.least_after(before.manifest.version)
    is_enough = is_number_enough(after, before, least)
    changes = [change.as_dict() for change in comparison.changes]
    show_changes(voice, changes)
    if changes:
        voice.say(least_version_line(least, after.manifest.version, is_enough=is_enough))
    voice.document(
        {
            "old": before.manifest.version,
            "new": after.manifest.version,
            "bump": str(comparison.bump),
            "least_version": least,
            "version_is_enough": is_enough,
            "changes": changes,
        }
    )
    is_wrong = (exit_code and bool(changes)) or (check_version and not is_enough)
    return Outcome.FINDINGS if is_wrong else Outcome.DONE


def show_changes(voice: Voice, changes: Sequence[Mapping[str, Any]]) -> None:
    """Tell each change under the heading of what it means."""
    if not changes:
        voice.say(Text("差分はありません。", "No differences."))
    for impact, heading in IMPACTS.items():
        told = [change for change in changes if change["impact"] == impact]
        if told:
            voice.say(f"{voice.words(heading)} ({len(told)})")
        for change in told:
            voice.say(f"  - {voice.pick(change['text'])}")


def is_number_enough(after: Bundle, before: Bundle, least: str) -> bool:
    """Tell whether the number of a bundle may follow another, given what its changes owe."""
    number = Version(after.manifest.version)
    if before.manifest.version == after.manifest.version:
        return least == before.manifest.version
    return bool(number >= Version(least))


def least_version_line(least: str, number: str, *, is_enough: bool) -> Text:
    """Return the sentence about the version number."""
    if is_enough:
        return Text(
            f"必要な版番号：{least} 以上（{number} は足りています）",
            f"Version owed: {least} ({number} will do)",
        )
    return Text(
        f"必要な版番号：{least} 以上（{number} では足りません）",
        f"Version owed: {least} ({number} is too small)",
    )


def _open(voice: Voice, open_api: OpenApi, given: str) -> Bundle:
    path = Path(given)
    if path.exists():
        return open_source(path, voice)
    name = find_name(given)
    if name is None:
        title = Text(f"「{given}」が見つかりません。", f"There is no “{given}”.")
        ja, _, en = EXPECTED.partition(" / ")
        remedy = Text(f"フォルダーかZIPの場所、または{ja}。", f"Name a folder or a zip, or {en}.")
        raise CommandError(Outcome.USAGE, title, remedy, code="source-missing")
    return fetch_bundle(open_api(), name)
