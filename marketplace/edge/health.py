"""Tells a load balancer whether this process can serve."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Response
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from marketplace.db.migrating import is_current
from marketplace.db.unit_of_work import unit_of_work

if TYPE_CHECKING:
    from marketplace.edge.app import MarketplaceApp


def register_health(app: MarketplaceApp) -> None:
    """Serve /healthz: 200 when the database answers and its schema is the newest, else 503."""

    @app.get("/healthz")
    def healthz() -> Response:
        try:
            with unit_of_work(app.sessions, writes=False) as (session, _):
                session.execute(text("SELECT 1"))
                ready = is_current(session.connection())
        except SQLAlchemyError:
            ready = False
        status, word = (200, "ok") if ready else (503, "not ready")
        return Response(word + "\n", status, mimetype="text/plain", headers={"Cache-Control": "no-store"})
