"""The job that carries out a deploy with many records: it prepares the rewrites piece by piece, then goes live."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import CursorResult, delete, or_, select, update
from sqlalchemy.orm import Session

from marketplace.db.unit_of_work import Sessions, unit_of_work
from marketplace.jobs.workers import Strangers, Workers, is_abandoned, lease_owner
from marketplace.kernel.clock import utc_now
from marketplace.kernel.text import Language, Text
from marketplace.sandbox.caller import Caller
from marketplace.sandbox.deploys.checks import check_preview
from marketplace.sandbox.deploys.going_live import changes_of, fail, find_violations, go_live, lock_apps
from marketplace.sandbox.deploys.models import Deploy, DeployedApp, Rewrite
from marketplace.sandbox.deploys.rewriting import QUIETLY, prepare_piece
from marketplace.sandbox.errors import PlatformError
from marketplace.sandbox.models import App
from marketplace.sandbox.settings.store import Preview

LEASE = timedelta(seconds=60)
"""How long a worker may be silent before another takes over: longer than going live takes."""
MOST_ATTEMPTS = 5
GIVEN_UP = Text(
    "サービス側の問題で設定を反映できませんでした。時間をおいてもう一度お試しください。",
    "The settings could not be deployed because of a problem on our side. Please try again later.",
)

log = logging.getLogger(__name__)


class LeaseLostError(Exception):
    """Another worker took the deploy over: whoever held it has to stop at once."""


def run_deploy(
    sessions: Sessions, deploy_id: str, now: Callable[[], datetime] = utc_now, workers: Workers | None = None
) -> None:
    """Carry a deploy out, or return quietly when another worker does or it has ended.

    May be stopped at any point and called again, in any process: it goes on behind the last piece. Nobody sees a
    change before all apps go live in one transaction.
    """
    run = _Run(sessions, deploy_id, now, workers or Strangers())
    if not run.take():
        log.info("Deploy %s is not waiting", deploy_id)
        return
    try:
        while run.prepare():
            pass
        run.finish()
    except LeaseLostError:
        log.info("Deploy %s was taken over", deploy_id)


class _Run:
    """One worker's go at a deploy."""

    def __init__(self, sessions: Sessions, deploy_id: str, now: Callable[[], datetime], workers: Workers) -> None:
        self._sessions = sessions
        self._deploy_id = deploy_id
        self._now = now
        self._workers = workers
        self._owner = lease_owner(workers)

    def take(self) -> bool:
        """Take the lease if the deploy waits or its worker fell silent or is gone; tell whether that worked."""
        with unit_of_work(self._sessions) as (session, _after_commit):
            held = session.scalar(select(Deploy.lease_owner).where(Deploy.id == self._deploy_id))
            free = [Deploy.lease_until.is_(None), Deploy.lease_until <= self._now()]
            if is_abandoned(self._workers, held):
                free.append(Deploy.lease_owner == held)
            return self._lease(session, or_(*free), attempts=Deploy.attempts + 1)

    def prepare(self) -> bool:
        """Store the rewrites of one piece of the records; tell whether there was one."""
        with unit_of_work(self._sessions) as (session, _after_commit):
            deploy = self._hold(session)
            if deploy.attempts > MOST_ATTEMPTS:
                return False
            return any(
                prepare_piece(session, deployed, changes_of(preview))
                for preview, deployed in self._apps(session, deploy)
            )

    def finish(self) -> None:
        """Let all apps go live, or none if something has come up against it since the call."""
        with unit_of_work(self._sessions) as (session, _after_commit):
            deploy = self._hold(session)
            previews = [preview for preview, _ in self._apps(session, deploy)]
            lock_apps(session, deploy.site_id, [preview.app.app_id for preview in previews])
            for preview in previews:
                session.refresh(preview.app)
            reasons = _reasons(previews) if deploy.attempts <= MOST_ATTEMPTS else _same_for_all(previews, GIVEN_UP)
            if reasons:
                fail([preview.app for preview in previews], reasons)
            else:
                go_live(previews, deploy.id)
            for table in (Rewrite, DeployedApp):
                session.execute(delete(table).where(table.deploy_id == deploy.id), execution_options=QUIETLY)
            session.delete(deploy)

    def _hold(self, session: Session) -> Deploy:
        """Renew the lease within a transaction. Raises LeaseLostError."""
        if not self._lease(session, Deploy.lease_owner == self._owner):
            raise LeaseLostError
        return session.get_one(Deploy, self._deploy_id)

    def _lease(self, session: Session, condition: object, **values: object) -> bool:
        taken = update(Deploy).where(Deploy.id == self._deploy_id, condition)  # type: ignore[arg-type]
        changed = {"lease_owner": self._owner, "lease_until": self._now() + LEASE, **values}
        result = session.execute(taken.values(**changed), execution_options=QUIETLY)
        return isinstance(result, CursorResult) and result.rowcount == 1

    def _apps(self, session: Session, deploy: Deploy) -> list[tuple[Preview, DeployedApp]]:
        """Return the apps of the deploy in the order in which they are locked."""
        caller = Caller(site_id=deploy.site_id, code=deploy.caller, name=deploy.caller, is_admin=True)
        rows = session.execute(
            select(App, DeployedApp)
            .join(DeployedApp, DeployedApp.app_pk == App.pk)
            .where(DeployedApp.deploy_id == deploy.id)
            .order_by(App.app_id)
        )
        return [(Preview(session, caller, app, self._now()), deployed) for app, deployed in rows]


def _reasons(previews: list[Preview]) -> dict[int, Text]:
    """Return what speaks against going live, by app number; an app referred to may have changed since the call."""
    deployed_together = frozenset(preview.app.app_id for preview in previews)
    reasons = {}
    for preview in previews:
        try:
            check_preview(preview, deployed_together)
        except PlatformError as error:
            reasons[preview.app.app_id] = Text(error.says(Language.JA), error.says(Language.EN))
    return {**find_violations(previews), **reasons}


def _same_for_all(previews: list[Preview], reason: Text) -> dict[int, Text]:
    return {preview.app.app_id: reason for preview in previews}
