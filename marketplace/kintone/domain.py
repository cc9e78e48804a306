"""Carries calls to a kintone domain, through the one guarded way out of the service."""

from __future__ import annotations

import json
from collections.abc import Mapping
from http import HTTPStatus
from urllib.parse import urlencode

from marketplace.bundle.model import JsonObject
from marketplace.kernel.outbound import Outbound, OutboundAnswer, OutboundCall, OutboundError
from marketplace.kintone.account import Account
from marketplace.kintone.answers import LARGEST_ANSWER
from marketplace.kintone.blocked import require_passed
from marketplace.kintone.bodies import nested, written_multipart
from marketplace.kintone.transport import Reply, Upload
from marketplace.kintone.unanswered import failure_of

LONGEST_ADDRESS = 2000
"""Longer ones travel as a POST that names the real method, as kintone's own client does it."""
SHORTEST_SECRET = 4
"""What is shorter is no password anybody should have, and occurs in any text."""
HIDDEN = "********"
USER_AGENT = "yokoten"


class DomainTransport:
    """Calls one kintone domain with one account.

    The time limits of the way out (ten seconds a call, marketplace/outbound) lie well below the lease of an import.
    """

    def __init__(self, outbound: Outbound, account: Account, seconds: float | None = None) -> None:
        """Keep the way out, the account, and the time limit of a call if it is to be shorter."""
        self._outbound = outbound
        self._account = account
        self._seconds = seconds

    def send(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, str] | None = None,
        body: JsonObject | None = None,
        file: Upload | None = None,
    ) -> Reply:
        """Send a call. Raises KintoneUnreachableError, KintoneUncallableError or KintoneAnswerError."""
        reply = self.exchange(method, path, params=params, body=body, file=file)
        require_passed(reply)
        return reply

    def exchange(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, str] | None = None,
        body: JsonObject | None = None,
        file: Upload | None = None,
    ) -> Reply:
        """Send a call and return whatever was answered. Raises KintoneUnreachableError or KintoneUncallableError."""
        call = self._call(method, path, params or {}, body, file)
        try:
            answer = self._outbound.send(call)
        except OutboundError as error:
            raise failure_of(error) from None
        return Reply(answer.status, self._without_secrets(answer), answer.headers)

    def _call(
        self, method: str, path: str, params: Mapping[str, str], body: JsonObject | None, file: Upload | None
    ) -> OutboundCall:
        headers = {**self._account.headers(), "User-Agent": USER_AGENT, "Accept": "application/json"}
        url = self._account.address + path
        if file is not None:
            content, headers["Content-Type"] = written_multipart(file)
            return OutboundCall("POST", url, headers, content, LARGEST_ANSWER, self._seconds)
        whole = f"{url}?{urlencode(params)}" if params else url
        if len(whole) > LONGEST_ADDRESS:
            headers["X-HTTP-Method-Override"], method = method, "POST"
            whole, body = url, nested(params)
        content = b"" if body is None else json.dumps(body, ensure_ascii=False).encode("utf-8")
        if body is not None:
            headers["Content-Type"] = "application/json"
        return OutboundCall(method, whole, headers, content, LARGEST_ANSWER, self._seconds)

    def _without_secrets(self, answer: OutboundAnswer) -> bytes:
        """Return the content; what a refusal says is shown to people, so a server that echoes secrets is not believed.

        An answer that was cut short is made too large for its reader, who then refuses it.
        """
        content = answer.content + b" " if answer.is_cut else answer.content
        if answer.status < HTTPStatus.BAD_REQUEST:
            return content
        for secret in self._account.secrets():
            if len(secret) >= SHORTEST_SECRET:
                for form in (secret, json.dumps(secret)[1:-1], json.dumps(secret, ensure_ascii=False)[1:-1]):
                    content = content.replace(form.encode("utf-8"), HIDDEN.encode("ascii"))
        return content
