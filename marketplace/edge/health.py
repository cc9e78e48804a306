"""Tells a load balancer whether this process can serve."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Response
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from marketplace.db.migrating import is_current
from marketplace.db.unfinished import find_unfinished
from marketplace.db.unit_of_work import unit_of_work

if TYPE_CHECKING:
    from marketplace.edge.app import MarketplaceApp


def register_health(app: MarketplaceApp) -> None:
    """Serve /healthz: 200 when the database answers, is whole, and its schema is the newest, else 503.

    Read-only is healthy: the body tells it.
    """

    @app.get("/healthz")
    def healthz() -> Response:
        try:
            with unit_of_work(app.sessions, writes=False) as (session, _):
                session.execute(text("SELECT 1"))
                connection = session.connection()
                ready = is_current(connection) and find_unfinished(connection) is None
        except SQLAlchemyError:
            ready = False
        word = "ok" if not app.sessions.read_only else "ok, read-only"
        status, word = (200, word) if ready else (503, "not ready")
        return Response(word + "\n", status, mimetype="text/plain", headers={"Cache-Control": "no-store"})
