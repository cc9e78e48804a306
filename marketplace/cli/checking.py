"""Has the present settings of an installation compared with its template; the service does the work."""

from __future__ import annotations

import uuid
from typing import Any

from marketplace.cli.api import ServiceApi
from marketplace.cli.outcomes import Outcome
from marketplace.cli.verification_lines import outcome_of, show_verification
from marketplace.cli.voice import Voice
from marketplace.cli.waiting import Work, tell_failure, watch
from marketplace.kernel.text import Text

Document = dict[str, Any]
READING = Text("設定の読み出し", "reading settings")


def check_now(voice: Voice, api: ServiceApi, installation: Document, timeout: float | None) -> Outcome:
    """Have an installation checked, wait for the end, and tell what it showed."""
    installation_id = installation["id"]
    path = f"/installations/{installation_id}/checks"
    api.post(path, key=str(uuid.uuid4()))
    work = Work(installation_id, f"{path}/latest", "verify", lambda _now: voice.words(READING), by="{id} --now")
    ended = watch(voice, api, work, seconds=timeout)
    if ended is None:
        return Outcome.UNFINISHED
    if ended["state"] != "done":
        tell_failure(voice, ended, work)
        voice.document(ended)
        return Outcome.FAILED
    voice.say(f"{installation['template']}@{installation['version']} ({installation_id})")
    show_verification(voice, ended["verification"])
    voice.document(ended)
    return outcome_of(ended["verification"])
