"""Lets a request in when there is something left for it, and tells API callers what that is."""

from __future__ import annotations

from http import HTTPStatus
from ipaddress import IPv6Address, ip_address, ip_network
from typing import TYPE_CHECKING

from flask import Response, g, request

from marketplace.edge.app import SAFE_METHODS, Door
from marketplace.edge.context import caller_address
from marketplace.edge.pacing.costs import cost_of_request
from marketplace.edge.pacing.meter import Account, Balance, Meter
from marketplace.kernel.errors import RateLimitedError
from marketplace.kernel.pacing import PacingRules, Payer
from marketplace.kernel.text import Text

if TYPE_CHECKING:
    from marketplace.edge.app import MarketplaceApp
    from marketplace.kernel.actor import Actor

API = "api_v1"


class TooManyRequestsError(RateLimitedError):
    """A caller, a municipality, or the strangers behind one address sent more than they may."""

    code = "too-many-requests"
    title = Text("短い時間にリクエストが集中しています。", "Too many requests in a short time.")
    remedy = Text(
        "{retry_after}秒ほど待って、もう一度お試しください。今回の操作は行われていません。",
        "Wait about {retry_after} seconds and try again. Nothing was done this time.",
    )


def register_pacing(app: MarketplaceApp, rules: PacingRules) -> None:
    """Count every request behind a door. Raises PacingStorageError."""
    meter = Meter(rules, lambda: app.now().timestamp())

    def admit(door: Door) -> Actor:
        if "balances" in g:  # The loser of a race runs once more and has paid.
            return door()
        try:
            actor = door()
        except Exception:  # Whatever kept them out, each face has refusals of its own.
            _pay(meter, _strangers())
            raise
        _pay(meter, g.get("accounts", _accounts_of(actor)))
        return actor

    app.admit = admit
    app.after_request(_tell)


def _pay(meter: Meter, accounts: tuple[Account, ...]) -> None:
    """Take the request off the accounts. Raises TooManyRequestsError."""
    g.balances = meter.spend(cost_of_request(), accounts)
    spent = next((balance for balance in g.balances if balance.is_spent), None)
    if spent is not None:
        raise TooManyRequestsError(retry_after=max(1, spent.reset))


def _accounts_of(actor: Actor) -> tuple[Account, ...]:
    """Return who pays: whoever is known, and their municipality; the address only for those who are not."""
    caller = actor.token_id or actor.person_id
    if not actor.is_signed_in or caller is None:
        return _strangers()
    own = Account(Payer.CALLER, caller)
    code = actor.municipality_code
    return (own,) if code is None else (own, Account(Payer.MUNICIPALITY, code))


def _strangers() -> tuple[Account, ...]:
    """Return the account of everybody unknown behind an address; in IPv6 one network is one household."""
    address = caller_address()
    try:
        parsed = ip_address(address)
    except ValueError:
        return (Account(Payer.ADDRESS, address),) if address else ()
    if isinstance(parsed, IPv6Address) and parsed.ipv4_mapped is None:
        address = str(ip_network((parsed, 64), strict=False))
    return (Account(Payer.ADDRESS, address),)


def _tell(response: Response) -> Response:
    """Name the policies to API callers, and what is left unless the answer is the same for everybody."""
    balances: list[Balance] = g.get("balances", [])
    if not balances or request.blueprint != API:
        return response
    policies = [f'"{each.policy}";q={each.bound.amount};w={each.bound.seconds}' for each in balances]
    response.headers["RateLimit-Policy"] = ", ".join(policies)
    if not _is_for_everybody(balances) or response.status_code == HTTPStatus.TOO_MANY_REQUESTS:
        left = [f'"{each.policy}";r={each.remaining};t={each.reset}' for each in balances]
        response.headers["RateLimit"] = ", ".join(left)
    return response


def _is_for_everybody(balances: list[Balance]) -> bool:
    """Tell whether a cache may give the answer to others: what a stranger read."""
    return request.method in SAFE_METHODS and balances[0].policy.endswith(Payer.ADDRESS)
