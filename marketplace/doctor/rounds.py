"""Whether what is kept for a while only was forgotten in time."""

from __future__ import annotations

from collections.abc import Iterator

from marketplace.doctor.findings import MENDABLE, Finding, Patient
from marketplace.housekeeping import EVERY, keep_house
from marketplace.kernel.text import Text
from marketplace.operating.rounds import find_last_round

ROUNDS_MISSED = 3


def check(patient: Patient, mend: bool) -> Iterator[Finding]:  # noqa: FBT001 - the shape of checks
    """Look when the housekeeping was last done, and whether any part of it failed."""
    found = _look(patient)
    if found is not None and mend:
        keep_house(patient.sessions, patient.ports, patient.now)
        found = found.mended() if _look(patient) is None else found
    if found is not None:
        yield found


def _look(patient: Patient) -> Finding | None:
    with patient.reading() as ctx:
        last = find_last_round(ctx.session)
    if last is not None and last.failed_parts == 0 and last.ended_at > patient.now() - ROUNDS_MISSED * EVERY:
        return None
    when = "-" if last is None else last.ended_at.isoformat(timespec="minutes")
    failed = 0 if last is None else last.failed_parts
    return Finding(
        "housekeeping-overdue",
        "service:housekeeping",
        Text(
            f"期限の切れたもの（古いログイン、試用など）の片づけが済んでいません（最後：{when}、失敗：{failed}）。",
            f"What has expired (old sessions, try-outs, uploads) is not cleared away (last: {when}, failed: {failed}).",
        ),
        MENDABLE,
        can_be_mended=True,
    )
