"""How the service fares, as lines that say what is well and what to do if it is not."""

from __future__ import annotations

from datetime import timedelta

from marketplace.kernel.mail import Delivery
from marketplace.kernel.text import Language, Text
from marketplace.operating.health import Health
from marketplace.web.dates import moment_text
from marketplace.web.operating.command_rows import last_backup, last_look
from marketplace.web.operating.health_row import HealthRow

LATE_AFTER = timedelta(hours=2)
"""The housekeeping comes every hour."""
FROZEN_AFTER = timedelta(minutes=15)
"""Web processes write every five minutes even when nobody comes."""
SLOW_MAIL = timedelta(hours=1)
LEAST_FREE = 0.1
GIGABYTE = 1024**3


def rows_of(health: Health, spoken: Language, *, is_read_only: bool) -> list[HealthRow]:
    """Return a line for each part."""
    return [
        _database(health, spoken),
        _storage(health, spoken),
        _workers(health, spoken, is_read_only=is_read_only),
        _search(health, spoken),
        _mail(health, spoken),
        _space(health, spoken),
        _housekeeping(health, spoken),
        last_backup(health, spoken),
        last_look(health, spoken),
        _counting(health, spoken, is_read_only=is_read_only),
    ]


def _database(health: Health, spoken: Language) -> HealthRow:
    newest = Text("応答しています（{database}、定義は最新）。", "It answers ({database}, newest schema).")
    older = Text(
        "定義が最新ではありません（{database}）。yokoten db upgrade を実行してください。",
        "Its schema is not the newest ({database}). Run yokoten db upgrade.",
    )
    said = newest if health.is_schema_newest else older
    return HealthRow(
        Text("データベース", "Database"), health.is_schema_newest, said.in_language(spoken, database=health.database)
    )


def _storage(health: Health, spoken: Language) -> HealthRow:
    answers = Text("応答しています。", "It answers.")
    silent = Text(
        "応答しません。保存先の設定とログを確かめてください。", "It does not answer. See its setting and the log."
    )
    said = answers if health.does_storage_answer else silent
    return HealthRow(Text("ファイルの保存先", "File storage"), health.does_storage_answer, said.in_language(spoken))


def _workers(health: Health, spoken: Language, *, is_read_only: bool) -> HealthRow:
    label = Text("ワーカー", "Workers")
    if is_read_only:
        resting = Text("読み取り専用の間は休んでいます。", "They rest while the service is read-only.")
        return HealthRow(label, None, resting.in_language(spoken))
    alive = Text("{count}個が動いています。", "Alive: {count}.")
    none = Text("動いていません。yokoten worker を起動してください。", "None is alive. Start yokoten worker.")
    said = alive if health.workers else none
    return HealthRow(label, health.workers > 0, said.in_language(spoken, count=health.workers))


def _search(health: Health, spoken: Language) -> HealthRow:
    label = Text("検索の索引", "Search index")
    if health.search_revision is None:
        empty = Text("まだ何も入っていません。", "There is nothing in it yet.")
        return HealthRow(label, None, empty.in_language(spoken))
    said = Text("{revision}回目の変更まで反映しています。", "It holds change {revision}.")
    packed = Text("起動用の写しは{snapshot}回目までです。", "Its snapshot for starts holds change {snapshot}.")
    none = Text("起動用の写しは、まだありません。", "There is no snapshot for starts yet.")
    rest = none if health.snapshot_revision is None else packed
    sentences = (
        said.in_language(spoken, revision=health.search_revision),
        rest.in_language(spoken, snapshot=health.snapshot_revision),
    )
    return HealthRow(label, None, (" " if spoken is Language.EN else "").join(sentences))


def _mail(health: Health, spoken: Language) -> HealthRow:
    label, mail = Text("メール", "Mail"), health.mail
    if mail.delivery is Delivery.NONE:
        off = Text("送らない設定です（MARKETPLACE_SMTP_HOST）。", "None is sent (MARKETPLACE_SMTP_HOST).")
        return HealthRow(label, None, off.in_language(spoken))
    waits = Text("送信待ち{count}通", "Waiting: {count}").in_language(spoken, count=mail.waiting)
    if mail.waiting_since is not None:
        since = Text("（いちばん古いもの：{since}）", " (the oldest since {since})")
        waits += since.in_language(spoken, since=moment_text(mail.waiting_since, spoken))
    lost = Text("、7日以内に送れなかったもの{count}通", "; not sent within the last 7 days: {count}")
    is_slow = mail.waiting_since is not None and health.seen_at - mail.waiting_since > SLOW_MAIL
    return HealthRow(label, not (mail.given_up or is_slow), waits + lost.in_language(spoken, count=mail.given_up))


def _space(health: Health, spoken: Language) -> HealthRow:
    label, space = Text("ディスクの空き", "Free disk space"), health.space
    if space is None or not space.whole:
        unknown = Text("調べられませんでした。", "It can't be told.")
        return HealthRow(label, None, unknown.in_language(spoken))
    said = Text("{whole}GBのうち{free}GB（{percent}%）", "{free} GB of {whole} GB ({percent}%)")
    share = space.free / space.whole
    shown = {name: f"{count / GIGABYTE:,.1f}" for name, count in (("free", space.free), ("whole", space.whole))}
    return HealthRow(label, share >= LEAST_FREE, said.in_language(spoken, percent=int(share * 100), **shown))


def _housekeeping(health: Health, spoken: Language) -> HealthRow:
    label, done = Text("最後の片付け", "Last housekeeping"), health.last_round
    if done is None:
        never = Text(
            "まだ行われていません。ワーカーが1時間ごとに行います。", "Not done yet. A worker does it every hour."
        )
        return HealthRow(label, None, never.in_language(spoken))
    whole = Text("{at}に終わりました。", "It ended on {at}.")
    partly = Text(
        "{at}に終わりましたが、{failed}つの作業に失敗しました。ログを確かめてください。",
        "It ended on {at}, but {failed} of its parts failed. See the log.",
    )
    said = partly if done.failed_parts else whole
    is_recent = health.seen_at - done.ended_at <= LATE_AFTER
    at = moment_text(done.ended_at, spoken)
    return HealthRow(
        label, is_recent and not done.failed_parts, said.in_language(spoken, at=at, failed=done.failed_parts)
    )


def _counting(health: Health, spoken: Language, *, is_read_only: bool) -> HealthRow:
    label, written = Text("閲覧とダウンロードの集計", "Counts of views and downloads"), health.last_counting
    if is_read_only:
        resting = Text("読み取り専用の間は数えません。", "Nothing is counted while the service is read-only.")
        return HealthRow(label, None, resting.in_language(spoken))
    if written is None:
        never = Text("まだ一度も書き込まれていません。", "They have never been written yet.")
        return HealthRow(label, None, never.in_language(spoken))
    is_recent = health.seen_at - written <= FROZEN_AFTER
    well = Text("{at}に書き込まれました。", "They were written on {at}.")
    frozen = Text(
        "{at}から書き込まれていません。Webのログを確かめてください。",
        "They have not been written since {at}. See the log of the web server.",
    )
    said = well if is_recent else frozen
    return HealthRow(label, is_recent, said.in_language(spoken, at=moment_text(written, spoken)))
