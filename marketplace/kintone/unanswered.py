"""Says in words why a call to a domain brought no answer, and no more than that of any network."""

from __future__ import annotations

from collections.abc import Mapping

from marketplace.kernel.outbound import OutboundError, OutboundProblem
from marketplace.kernel.text import Text
from marketplace.kintone.errors import KintoneUncallableError, KintoneUnreachableError

FORBIDDEN = Text(
    "このアドレスへの接続は許可されていません。", "Calls to this address are not allowed from this service."
)
CERTIFICATE = Text("接続先の証明書を確認できませんでした。", "The certificate of the other side could not be verified.")
FINAL: Mapping[OutboundProblem, Text] = {
    OutboundProblem.ADDRESS_MALFORMED: FORBIDDEN,
    OutboundProblem.NOT_HTTPS: FORBIDDEN,
    OutboundProblem.PORT_FORBIDDEN: FORBIDDEN,
    OutboundProblem.ADDRESS_FORBIDDEN: FORBIDDEN,
    OutboundProblem.CERTIFICATE: CERTIFICATE,
}
"""What waiting does not help against."""
PASSING: Mapping[OutboundProblem, Text] = {
    OutboundProblem.NAME_UNKNOWN: Text(
        "接続先のホスト名が見つかりませんでした。", "The name of the host could not be found."
    ),
    OutboundProblem.UNREACHABLE: Text("接続先につながりませんでした。", "The host could not be reached."),
    OutboundProblem.TIME_OUT: Text("接続先から時間内に応答がありませんでした。", "The host did not answer in time."),
    OutboundProblem.BROKEN_OFF: Text(
        "接続が途中で切れ、応答を受け取れませんでした。", "The connection broke off before the answer was complete."
    ),
    OutboundProblem.CROWDED: Text(
        "外部への接続が混み合っているため、接続先を呼び出しませんでした。",
        "The host was not called, for too many calls to other hosts are under way.",
    ),
}


def failure_of(error: OutboundError) -> KintoneUncallableError | KintoneUnreachableError:
    """Return the failure that a call without an answer is."""
    final = FINAL.get(error.problem)
    if final is not None:
        return KintoneUncallableError(final, code=error.problem.value)
    return KintoneUnreachableError(PASSING[error.problem], code=error.problem.value)
