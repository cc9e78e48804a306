"""Tells a load balancer whether this process can serve, and a supervisor whether it lives."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Response
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from marketplace.db.migrating import is_usable
from marketplace.db.unfinished import find_unfinished
from marketplace.db.unit_of_work import unit_of_work

if TYPE_CHECKING:
    from marketplace.edge.app import MarketplaceApp


def register_health(app: MarketplaceApp) -> None:
    """Serve /livez, /readyz, and /healthz, which says what /readyz says.

    Ready is 200: the database answers, is whole, and its schema is one that this program can work with, and the
    process has not been asked to end. Read-only is ready: the body tells it.
    """

    @app.get("/livez")
    def livez() -> Response:
        return _word(200, "ok")

    @app.get("/readyz")
    @app.get("/healthz", endpoint="healthz")
    def readyz() -> Response:
        if app.is_draining():
            return _word(503, "draining")
        if not _is_ready(app):
            return _word(503, "not ready")
        return _word(200, "ok, read-only" if app.sessions.read_only else "ok")


def _is_ready(app: MarketplaceApp) -> bool:
    try:
        with unit_of_work(app.sessions, writes=False) as (session, _):
            session.execute(text("SELECT 1"))
            connection = session.connection()
            return is_usable(connection) and find_unfinished(connection) is None
    except SQLAlchemyError:
        return False


def _word(status: int, word: str) -> Response:
    return Response(word + "\n", status, mimetype="text/plain", headers={"Cache-Control": "no-store"})
