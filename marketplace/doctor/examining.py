"""Runs every check, one after the other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from marketplace.accounts.policy import require_operator
from marketplace.audit import services as audit
from marketplace.doctor import (
    apps,
    blobs,
    counters,
    imports,
    index_files,
    jobs,
    rounds,
    schema,
    search,
    secrets,
    sets,
    visits,
)
from marketplace.doctor.findings import Check, Finding, Patient
from marketplace.kernel.text import Text

CHECKS: Mapping[str, tuple[Text, Check]] = {
    "secrets": (Text("暗号化した秘密", "sealed secrets"), secrets.check),
    "blobs": (Text("ファイル（テンプレート、添付）", "files (templates, attachments)"), blobs.check),
    "sets": (Text("セットに入るテンプレート", "the members of sets"), sets.check),
    "apps": (Text("組み込みワークスペースのアプリ", "apps of built-in workspaces"), apps.check),
    "counters": (Text("集計値", "counters"), counters.check),
    "visits": (Text("閲覧とダウンロードの集計", "views and downloads"), visits.check),
    "search": (Text("検索の索引", "the search index"), search.check),
    "index": (Text("カタログの索引のファイル", "the index of files"), index_files.check),
    "imports": (Text("導入の記録", "the journal of installs"), imports.check),
    "jobs": (Text("ジョブ", "jobs"), jobs.check),
    "rounds": (Text("定期の片づけ", "the housekeeping"), rounds.check),
}
"""In this order: what is indexed and counted comes after the blobs and rows it is made of."""


def examine(patient: Patient, *, mend: bool) -> Iterator[tuple[Text, Finding | None]]:
    """Yield each check's name, then what it finds. Where the schema is not that of the program, nothing else is read.

    Raises ForbiddenError or UnavailableError.
    """
    with patient.reading() as ctx:
        require_operator(ctx.actor)
    yield Text("データベースのスキーマ", "the schema of the database"), None
    unusable = False
    for finding in schema.check(patient, mend):
        unusable = unusable or not finding.is_mended
        yield finding.text, finding
    if unusable:
        return
    mended = 0
    for name, check in CHECKS.values():
        yield name, None
        for finding in check(patient, mend):
            mended += finding.is_mended
            yield finding.text, finding
    if mended:
        with patient.writing() as ctx:
            audit.record(ctx, "service.mended", "service:all", findings=mended)
