"""Whether the journal of each import that ended says what its state says, and workspaces have what they consist of."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from sqlalchemy import and_, case, exists, false, func, select

from marketplace.doctor.findings import AT_ONCE, MENDABLE, Finding, Patient
from marketplace.installs.models import (
    UNDER_WAY,
    Import,
    ImportMode,
    ImportState,
    Installation,
    Step,
    StepKind,
    StepState,
)
from marketplace.installs.services import JOB
from marketplace.kernel.text import Text
from marketplace.sandbox.models import Site
from marketplace.workspaces.models import BUILTIN, TRYOUT, Workspace

LOOK = Text(
    "導入先のアプリを開き、「今の設定を照合する」で違いを確かめてください。違いがあれば、もう一度導入します。",
    "Open the apps and compare them with the template (“is it still what the template says?”). Install again if not.",
)
ANEW = Text(
    "取り消して、もう一度導入してください。途中まで作られたアプリは残るので、いらなければ削除します。",
    "Cancel it and install again. Apps that it has made stay; delete those that are of no use.",
)
LATER = Text(
    "同じテンプレートの導入が進んでいます。それが終わってから、もう一度実行してください。",
    "Another import of the same template is under way there. Give the command again when it has ended.",
)
LOST_SITE = Text(
    "中身は作り直せません。バックアップから復元してください（yokoten restore）。",
    "Its content can't be made anew. Restore a backup (`yokoten restore`).",
)


def check(patient: Patient, mend: bool) -> Iterator[Finding]:  # noqa: FBT001 - the shape of checks
    """Look at imports that succeeded, then at installations and built-in workspaces."""
    after = ""
    while True:
        undone = select(func.count()).where(Step.import_id == Import.id, Step.state != StepState.DONE)
        chosen = (
            select(Import.id, Import.mode, Import.installation_id, Workspace.kind, undone.scalar_subquery())
            .join(Workspace, Workspace.id == Import.workspace_id)
            .where(Import.state == ImportState.SUCCEEDED, Import.id > after)
        )
        with patient.reading() as ctx:
            rows = ctx.session.execute(chosen.order_by(Import.id).limit(AT_ONCE)).all()
        if not rows:
            break
        for key, mode, installation, kind, left in rows:
            if left:
                yield _unfinished(key, left)
            elif installation is None and kind != TRYOUT:
                yield from _without_installation(patient, key, mode, mend=mend)
        after = rows[-1][0]
    yield from _incomplete(patient)
    yield from _without_site(patient)


def _unfinished(key: str, left: int) -> Finding:
    text = Text(
        f"導入 {key} は終わったことになっていますが、終わっていない手順が{left}あります。",
        f"The import {key} is said to have succeeded, but {left} of its steps are not done.",
    )
    return Finding("import-contradicts-journal", f"import:{key}", text, LOOK)


def _incomplete(patient: Patient) -> Iterator[Finding]:
    """Find imports of whose journal lines are missing: one that went on would leave out what they stand for."""
    lines, last = func.count(Step.position), func.max(Step.position)
    ends = func.max(case((Step.kind == StepKind.VERIFY, Step.position)))
    is_whole = and_(lines == last + 1, ends == last)
    lacking = select(Import.id, Import.state, lines).outerjoin(Step).group_by(Import.id, Import.state)
    lacking = lacking.where(Import.state != ImportState.CANCELLED).having(~func.coalesce(is_whole, false()))
    after = ""
    while True:
        with patient.reading() as ctx:
            rows = ctx.session.execute(lacking.where(Import.id > after).order_by(Import.id).limit(AT_ONCE)).all()
        if not rows:
            return
        for key, state, left in rows:
            text = Text(
                f"導入 {key} の手順の記録が欠けています（残っているもの {left}）。",
                f"Steps are missing in the journal of the import {key} ({left} are there).",
            )
            remedy = LOOK if state is ImportState.SUCCEEDED else ANEW
            yield Finding("import-contradicts-journal", f"import:{key}", text, remedy)
        after = rows[-1][0]


def _without_installation(patient: Patient, key: str, mode: ImportMode, *, mend: bool) -> Iterator[Finding]:
    """Find an import whose installation was not noted; the worker ends it once more if it is let go on."""
    mendable = mode is ImportMode.PUSH
    text = Text(
        f"導入 {key} は終わっていますが、導入したアプリとして記録されていません。",
        f"The import {key} has succeeded, but its installation is not noted.",
    )
    found = Finding(
        "import-without-installation", f"import:{key}", text, MENDABLE if mendable else LOOK, can_be_mended=mendable
    )
    if mend and mendable:
        found = found.mended() if _go_on(patient, key) else replace(found, remedy=LATER)
    yield found


def _go_on(patient: Patient, key: str) -> bool:
    """Let a worker end an import once more, unless another one of the same template is under way there."""
    with patient.writing() as ctx:
        import_ = ctx.session.get_one(Import, key, with_for_update=True)
        others = select(Import.id).where(
            Import.workspace_id == import_.workspace_id,
            Import.template_id == import_.template_id,
            Import.state.in_(UNDER_WAY),
        )
        if ctx.session.scalar(others.limit(1)) is not None:
            return False
        import_.state, import_.finished_at = ImportState.RUNNING, None
        import_.lease_owner = import_.lease_until = None
        ctx.after_commit(lambda: patient.ports.jobs.enqueue(JOB, key))
        return True


def _without_site(patient: Patient) -> Iterator[Finding]:
    has_site = exists().where(Site.id == Workspace.id)
    lost = select(Workspace.id).where(Workspace.kind == BUILTIN, Workspace.closed_at.is_(None), ~has_site)
    after = ""
    while True:
        with patient.reading() as ctx:
            keys: Sequence[str] = ctx.session.scalars(
                lost.where(Workspace.id > after).order_by(Workspace.id).limit(AT_ONCE)
            ).all()
            counted = select(Installation.workspace_id, func.count()).where(Installation.workspace_id.in_(keys))
            installed = dict(ctx.session.execute(counted.group_by(Installation.workspace_id)).all())
        if not keys:
            return
        for key in keys:
            text = Text(
                f"ワークスペース {key} の中身がありません（導入したアプリ {installed.get(key, 0)}件）。",
                f"The workspace {key} has no content ({installed.get(key, 0)} installations point to it).",
            )
            yield Finding("workspace-without-site", f"workspace:{key}", text, LOST_SITE)
        after = keys[-1]
