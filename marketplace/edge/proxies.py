"""Takes from trusted proxies who really called, and whether by HTTPS; from everybody else nothing."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from marketplace.kernel.proxies import TrustedProxies

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

    from marketplace.edge.app import MarketplaceApp

SCHEMES = frozenset({"http", "https"})


class BehindProxies:
    """WSGI that puts the caller in the place of the proxy."""

    def __init__(self, inner: WSGIApplication, proxies: TrustedProxies) -> None:
        """Keep what answers."""
        self._inner = inner
        self._proxies = proxies

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Pass the request on."""
        peer = environ.get("REMOTE_ADDR", "")
        if self._proxies.holds(peer):
            environ["REMOTE_ADDR"] = self._proxies.caller_of(peer, environ.get("HTTP_X_FORWARDED_FOR", ""))
            scheme = environ.get("HTTP_X_FORWARDED_PROTO", "")
            if scheme in SCHEMES:
                environ["wsgi.url_scheme"] = scheme
        return self._inner(environ, start_response)


def register_proxies(app: MarketplaceApp, proxies: TrustedProxies) -> None:
    """Believe the proxies, if there are any."""
    if proxies.networks:
        app.wsgi_app = BehindProxies(app.wsgi_app, proxies)  # type: ignore[method-assign]
