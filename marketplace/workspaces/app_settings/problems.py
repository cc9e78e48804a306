"""Why an address can't be called, or a call brought no answer, in words."""

from __future__ import annotations

from marketplace.kernel.outbound import OutboundProblem
from marketplace.kernel.text import Text
from marketplace.sandbox.webhooks.outbox import INTERRUPTED

PROBLEMS: dict[str, Text] = {
    OutboundProblem.ADDRESS_MALFORMED: Text(
        "「https://」で始まるURLを、2,048文字以内で入力してください。ユーザー名やパスワードは含められません。",
        "Enter a URL that begins with https://, of at most 2,048 characters, without user name or password.",
    ),
    OutboundProblem.NOT_HTTPS: Text(
        "送信先は「https://」で始まるURLにしてください。", "Use a URL that begins with https://."
    ),
    OutboundProblem.PORT_FORBIDDEN: Text("送信先のポートは443だけが使えます。", "Only port 443 can be called."),
    OutboundProblem.ADDRESS_FORBIDDEN: Text(
        "内部のネットワークなど、インターネットに公開されていないアドレスには送信できません。",
        "Addresses that are not on the open internet, such as internal networks, can't be called.",
    ),
    OutboundProblem.NAME_UNKNOWN: Text("送信先のホスト名が見つかりません。", "The host name is not known."),
    OutboundProblem.UNREACHABLE: Text("送信先に接続できません。", "The host can't be reached."),
    OutboundProblem.CERTIFICATE: Text(
        "送信先の証明書を確認できません。", "The certificate of the host can't be verified."
    ),
    OutboundProblem.TIME_OUT: Text("時間内に応答がありませんでした。", "No answer came in time."),
    OutboundProblem.BROKEN_OFF: Text("応答が途中で切れました。", "The answer broke off."),
    OutboundProblem.CROWDED: Text(
        "外部への送信が混み合っているため、送りませんでした。", "Too many calls were under way; this one was not sent."
    ),
    INTERRUPTED: Text("送信中に中断しました。", "The attempt was interrupted."),
}
