"""Stops imports into kintones outside after a restore: the journal is older than what they have made there since."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.installs.failures import Failure
from marketplace.installs.models import UNDER_WAY, Import, ImportMode, ImportState, Step, StepState
from marketplace.kernel.text import Text
from marketplace.workspaces.models import IN_THIS_SERVICE, Workspace

CODE = "service-restored"
REASON = Text(
    "サービスがバックアップから復元されたため、止めました。kintoneでは、記録より先まで進んでいるかもしれません。",
    "Stopped because the service was restored from a backup. In the kintone more may have been made than is known.",
)
REMEDY = Text(
    "kintoneで、この導入が作ったアプリを確かめてください。記録にないアプリは削除してから「再開」します。",
    "Look in the kintone at the apps of this import. Delete those that are not told here, then resume.",
)


def stop_outside_imports(session: Session, now: datetime) -> int:
    """Let imports wait for a person whose workspace was not restored with them; return how many those are.

    What was carried away in a package is reported whole, and so needs no stop.
    """
    chosen = (
        select(Import)
        .join(Workspace, Workspace.id == Import.workspace_id)
        .where(
            Import.state.in_(UNDER_WAY),
            Import.mode != ImportMode.CARRY,
            Workspace.kind.not_in(IN_THIS_SERVICE),
        )
    )
    stopped = session.scalars(chosen).all()
    for import_ in stopped:
        left = select(Step).where(Step.import_id == import_.id, Step.state != StepState.DONE).order_by(Step.position)
        step = session.scalars(left.limit(1)).first()
        failure = Failure(REASON, REMEDY, CODE, REASON.ja).as_document()
        import_.error = {
            "position": None if step is None else step.position,
            "app_key": None if step is None else step.app_key,
            **failure,
        }
        import_.state, import_.finished_at = ImportState.FAILED, now
        import_.lease_owner = import_.lease_until = import_.waiting_since = import_.not_before = None
        if step is not None:
            step.state, step.is_uncertain = StepState.FAILED, True
    return len(stopped)
