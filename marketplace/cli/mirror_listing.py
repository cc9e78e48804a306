"""Tells what a mirror holds, and where each bundle lies: `yokoten mirror --list`."""

from __future__ import annotations

from typing import Any

from marketplace.cli.outcomes import Outcome
from marketplace.cli.voice import Voice
from marketplace.kernel.text import Text
from marketplace.mirror.checking import open_mirror, wanted_entries
from marketplace.mirror.folder import MirrorFolder
from marketplace.mirror.names import bundle_path
from marketplace.mirror.reading import is_offered, read_entry
from marketplace.mirror.sealing import Believes

WITHDRAWN = Text("公開停止", "withdrawn")
LOST = Text("バンドルなし", "no bundle")


def list_mirror(voice: Voice, folder: MirrorFolder, believes: Believes | None) -> Outcome:
    """Tell every template with its versions. Raises what reading a mirror raises."""
    state = open_mirror(folder, believes)
    templates = [read_entry(folder, entry) for entry in wanted_entries(folder, state)]
    for template in templates:
        voice.say(f"{template['publisher']['code']}/{template['slug']}  {template['latest'] or '-'}")
        voice.say(f"    {_printable(voice.pick(template['name']))} ― {_printable(voice.pick(template['summary']))}")
        for version in template["versions"]:
            voice.say(f"    {_printable(version['version'])}  {_place(voice, version)}")
    voice.note(Text(f"{len(templates)}件", f"{len(templates)} templates"))
    voice.document({"number": state.sealed.head.number, "items": templates})
    return Outcome.DONE


def _place(voice: Voice, version: dict[str, Any]) -> str:
    if version["withdrawn"] is not None:
        return f"{voice.words(WITHDRAWN)}: {_printable(version['withdrawn']['reason'])}"
    return bundle_path(version["sha256"]) if is_offered(version) else voice.words(LOST)


def _printable(text: str) -> str:
    """Return a text without what a terminal would act upon."""
    return "".join(character if character.isprintable() else " " for character in text)
