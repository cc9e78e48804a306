"""Recognises the caller of a site: by login and password, by API tokens, or as the service itself."""

from __future__ import annotations

import base64
import binascii

from flask import g, request

from marketplace.db.unit_of_work import note
from marketplace.edge.context import caller_address, marketplace_app
from marketplace.edge.pacing.meter import Account
from marketplace.kernel.actor import Actor, ActorKind
from marketplace.kernel.pacing import Payer
from marketplace.sandbox import sites, tokens
from marketplace.sandbox.caller import Caller
from marketplace.sandbox.errors import LoginRequiredError, PasswordRefusedError, SiteNotFoundError
from marketplace.workspaces.people import members

OWNER_KEY = "yokoten.site_owner"
"""WSGI environment key of calls that the service makes inside its own process; no header can set it."""
STARTER_KEY = "yokoten.starter"
"""WSGI environment key beside it: the code of the user for whom the service acts, if it is one."""
READER_KEY = "yokoten.reader"
"""WSGI environment key beside it: the code of the user with whose own rights the service acts."""
PASSWORD_HEADER = "X-Cybozu-Authorization"  # noqa: S105 - the name of a header
TOKEN_HEADER = "X-Cybozu-API-Token"  # noqa: S105 - the name of a header


def site_caller() -> Actor:
    """Recognise the caller and keep it for the view, with the languages to answer in; a sealed site looks absent.

    Raises SiteNotFoundError, LoginRequiredError, PasswordRefusedError or the refusal of a token.
    """
    site_id = str((request.view_args or {})["site_id"])
    site = sites.get_site(g.session, site_id)
    if site.sealed and not _is_service():
        raise SiteNotFoundError
    g.site_language = site.language
    g.caller = _recognise(site_id)
    g.accounts = _accounts(site_id, g.caller)
    user = sites.find_user(g.session, site_id, g.caller.code)
    g.user_language = user.language if user is not None else None
    return Actor(kind=ActorKind.TOKEN, workspace_id=site_id, address=caller_address(), name=g.caller.name)


def _accounts(site_id: str, caller: Caller) -> tuple[Account, ...]:
    """Return who pays for a call: a user or the holder of a token, and the workspace; the service itself never."""
    if _is_service():
        return ()
    return Account(Payer.CALLER, f"{site_id}/{caller.code}"), Account(Payer.MUNICIPALITY, site_id)


def _is_service() -> bool:
    """Tell whether the service itself calls."""
    return bool(request.environ.get(OWNER_KEY) == "1")


def _recognise(site_id: str) -> Caller:
    reader = request.environ.get(READER_KEY)
    if _is_service() and reader is not None:
        return _by_code(site_id, reader)
    if _is_service():
        return sites.owner(g.session, site_id, request.environ.get(STARTER_KEY))
    password = request.headers.get(PASSWORD_HEADER)
    if password:
        return _by_password(site_id, password)
    sent = [token.strip() for header in request.headers.getlist(TOKEN_HEADER) for token in header.split(",")]
    secrets = [token for token in sent if token]
    if secrets:
        return tokens.authenticate_tokens(g.session, site_id, secrets, marketplace_app().now(), _note_use_later)
    raise LoginRequiredError


def _by_code(site_id: str, code: str) -> Caller:
    caller = members.user_caller(g.session, site_id, code)
    if caller is None:
        raise PasswordRefusedError
    return caller


def _note_use_later(token_id: str) -> None:
    """Keep when a token was last used, apart from the call's own work."""
    app = marketplace_app()
    g.after_commit(lambda: note(app.sessions, lambda session: tokens.note_use(session, token_id, app.now())))


def _by_password(site_id: str, header: str) -> Caller:
    try:
        login, separator, password = base64.b64decode(header, validate=True).decode("utf-8").partition(":")
    except (binascii.Error, ValueError) as error:
        raise PasswordRefusedError from error
    if not separator or "\x00" in login:
        raise PasswordRefusedError
    caller = members.password_caller(g.session, site_id, login, password)
    if caller is None:
        raise PasswordRefusedError
    return caller
