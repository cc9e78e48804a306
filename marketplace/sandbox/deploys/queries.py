"""How deploys ended or stand, and which a worker has to take up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.jobs.workers import Strangers, Workers, is_abandoned
from marketplace.kernel.text import Text
from marketplace.sandbox import policy
from marketplace.sandbox.apps import get_app
from marketplace.sandbox.caller import Caller
from marketplace.sandbox.deploys.models import Deploy
from marketplace.sandbox.models import App, DeployStatus


@dataclass(frozen=True, slots=True)
class AppDeployStatus:
    """How the latest deploy of one app ended, or that it is under way."""

    app_id: int
    app_name: str
    status: DeployStatus
    reason: Text | None = None
    """Why it failed, for people: the status call of kintone does not tell."""


def deploy_status(session: Session, caller: Caller, app_ids: Sequence[int]) -> list[AppDeployStatus]:
    """Return how the latest deploys stand, in the order asked for. Raises AppNotFoundError or NoPrivilegeError."""
    found = []
    for app_id in app_ids:
        app = get_app(session, caller, app_id)
        policy.require_app_right(session, caller, app, "admin")
        found.append(AppDeployStatus(app_id, app.name, app.deploy_status, _reason(app)))
    return found


def failed_deploys(session: Session, site_id: str) -> list[AppDeployStatus]:
    """Return the apps of a site whose latest deploy failed, with the reasons, by number."""
    apps = select(App).where(App.site_id == site_id, App.deploy_status == DeployStatus.FAIL).order_by(App.app_id)
    return [AppDeployStatus(app.app_id, app.name, app.deploy_status, _reason(app)) for app in session.scalars(apps)]


def due_deploys(session: Session, now: datetime, workers: Workers | None = None) -> list[str]:
    """Return the ids of the deploys no worker is at: new, or of a worker that is gone or let its lease run out."""
    workers = workers or Strangers()
    rows = session.execute(select(Deploy.id, Deploy.lease_owner, Deploy.lease_until).order_by(Deploy.started_at))
    return [
        row.id
        for row in rows
        if row.lease_until is None or row.lease_until <= now or is_abandoned(workers, row.lease_owner)
    ]


def _reason(app: App) -> Text | None:
    return None if app.deploy_error is None else Text(app.deploy_error["ja"], app.deploy_error["en"])
