"""How long sessions last, and what passkeys of this service are bound to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlsplit


@dataclass(frozen=True, slots=True)
class SessionRules:
    """When a session ends by itself."""

    idle: timedelta = timedelta(hours=4)
    """So long after the last request."""
    whole: timedelta = timedelta(hours=12)
    """So long after signing in, whatever happens in between."""


@dataclass(frozen=True, slots=True)
class PublicPlace:
    """The public address of the service: links in mails begin with it, and passkeys hold at its host only."""

    url: str = "http://localhost"

    @property
    def origin(self) -> str:
        """Scheme, host and port, as browsers write them."""
        parts = urlsplit(self.url)
        return f"{parts.scheme}://{parts.netloc}"

    @property
    def host(self) -> str:
        """The host without its port."""
        return urlsplit(self.url).hostname or "localhost"


SESSIONS = SessionRules()
HERE = PublicPlace()
