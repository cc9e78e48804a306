"""When the last backup was made, and what the doctor found last: commands that timers give."""

from __future__ import annotations

from datetime import timedelta

from marketplace.kernel.text import Language, Text
from marketplace.operating.health import Health
from marketplace.operating.models import WatchedCommand
from marketplace.web.dates import moment_text
from marketplace.web.operating.health_row import HealthRow

BACKUP_LATE = timedelta(hours=48)
LOOK_LATE = timedelta(days=15)
"""A week, and one that was missed."""


def last_backup(health: Health, spoken: Language) -> HealthRow:
    """Tell of the last backup; one of every night that is two nights old is none."""
    label, done = Text("最後のバックアップ", "Last backup"), health.commands.get(WatchedCommand.BACKUP)
    if done is None:
        never = Text(
            "まだ記録がありません。yokoten backup を、毎晩動くようにしてください。",
            "None is recorded yet. Have yokoten backup run every night.",
        )
        return HealthRow(label, None, never.in_language(spoken))
    whole = Text("{at}に作り、読み返して確かめました。", "It was made, and read back, on {at}.")
    partly = Text(
        "{at}に作りましたが、すでに失われていたファイルが{count}個あります。yokoten doctor で確かめてください。",
        "It was made on {at}, but {count} files had been lost before. See yokoten doctor.",
    )
    is_recent = health.seen_at - done.ended_at <= BACKUP_LATE
    chosen = partly if done.count else whole
    said = chosen.in_language(spoken, at=moment_text(done.ended_at, spoken), count=done.count)
    return HealthRow(label, is_recent and not done.count, said)


def last_look(health: Health, spoken: Language) -> HealthRow:
    """Tell what the doctor found last."""
    label, done = Text("最後の点検", "Last look by the doctor"), health.commands.get(WatchedCommand.DOCTOR)
    if done is None:
        never = Text(
            "まだ記録がありません。yokoten doctor を、毎週動くようにしてください。",
            "None is recorded yet. Have yokoten doctor run every week.",
        )
        return HealthRow(label, None, never.in_language(spoken))
    nothing = Text("{at}に点検し、食い違いはありませんでした。", "On {at} it found nothing that disagrees.")
    something = Text(
        "{at}に点検し、食い違いが{count}件残っています。yokoten doctor で確かめてください。",
        "On {at} it found {count} things that disagree still. See yokoten doctor.",
    )
    is_recent = health.seen_at - done.ended_at <= LOOK_LATE
    chosen = something if done.count else nothing
    said = chosen.in_language(spoken, at=moment_text(done.ended_at, spoken), count=done.count)
    return HealthRow(label, is_recent and not done.count, said)
