"""The cookie that holds a browser's session."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask.sessions import SecureCookieSessionInterface
from itsdangerous import SignatureExpired, TimestampSigner

from marketplace.edge.cache_control import caches_are_told

if TYPE_CHECKING:
    from flask import Flask, Request, Response
    from flask.sessions import SecureCookieSession, SessionMixin
    from itsdangerous import URLSafeTimedSerializer


class PatientSigner(TimestampSigner):
    """Accepts what was signed in the future: clocks of machines differ, and are set back by some seconds.

    The base class refuses it, and whoever met the slower machine next would be signed out.
    """

    def unsign(self, signed_value: str | bytes, max_age: int | None = None, return_timestamp: bool = False) -> Any:  # noqa: FBT001, FBT002 - given by the base class
        """Return what was signed. Raises SignatureExpired after `max_age` seconds, BadSignature."""
        value, signed_at = super().unsign(signed_value, return_timestamp=True)
        if max_age is not None and self.get_timestamp() - signed_at.timestamp() > max_age:
            raise SignatureExpired("The session is over", payload=value, date_signed=signed_at)
        return (value, signed_at) if return_timestamp else value


class SessionCookie(SecureCookieSessionInterface):
    """Flask's own cookie with a patient signer."""

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:
        """Return what signs and reads the cookie."""
        serializer = super().get_signing_serializer(app)
        if serializer is not None:
            serializer.signer = PatientSigner
        return serializer

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """Return what the cookie holds; where there is none, nothing is made that could read it."""
        if self.get_cookie_name(app) not in request.cookies:
            return self.session_class()
        return super().open_session(app, request)

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Write the cookie if need be, and tell caches that the answer depends on it; a public file does not."""
        if session.modified or response.mimetype == "text/html" or not caches_are_told("public", response.headers):
            super().save_session(app, session, response)
