"""The smallest application, to try the web server itself."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any


def application(_environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    start_response("200 OK", [("Content-Length", "5")])
    return [b"hello"]


def reading(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Say hello once the body has come."""
    environ["wsgi.input"].read()
    return application(environ, start_response)
