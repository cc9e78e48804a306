"""What can go wrong between a command and the service, in words for people."""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

from marketplace.cli.outcomes import CommandError, Outcome
from marketplace.kernel.text import Language, Text

CONTRADICTIONS = frozenset({HTTPStatus.CONFLICT, HTTPStatus.PRECONDITION_FAILED})
MOST_DETAILS = 50
LOGIN_AGAIN = Text(
    "yokoten login で、有効なAPIトークンを登録してください（環境変数 YOKOTEN_TOKEN も使えます）。",
    "Run yokoten login with a valid API token (or set YOKOTEN_TOKEN).",
)


def unreachable(url: str, error: BaseException) -> CommandError:
    """Return the refusal for a service that did not answer."""
    if _is_about_trust(error):
        title = Text(f"{url} の証明書を確かめられません。", f"The certificate of {url} can't be trusted.")
        remedy = Text(
            "庁内の認証局を使う場合は、その証明書を --ca-bundle または YOKOTEN_CA_BUNDLE で指定してください。",
            "If your organisation has an authority of its own, name its certificate by --ca-bundle or"
            " YOKOTEN_CA_BUNDLE.",
        )
        return CommandError(Outcome.UNREACHABLE, title, remedy, code="certificate-untrusted")
    reason = type(error).__name__
    title = Text(f"{url} につながりません（{reason}）。", f"{url} can't be reached ({reason}).")
    remedy = Text(
        "アドレス、ネットワーク、プロキシ（HTTPS_PROXY など）を確かめてから、もう一度実行してください。",
        "Check the address, the network and the proxy (HTTPS_PROXY and the like), then run it again.",
    )
    return CommandError(Outcome.UNREACHABLE, title, remedy, code="service-unreachable")


def _is_about_trust(error: BaseException) -> bool:
    pending: list[BaseException | None] = [error, *(arg for arg in error.args if isinstance(arg, BaseException))]
    return any(isinstance(one, ssl.SSLCertVerificationError) for one in [*pending, error.__cause__, error.__context__])


def not_our_service(url: str, status: int, media: str, location: str | None = None) -> CommandError:
    """Return the refusal for an answer that is not one of the service's: a gateway's page, a redirect, a wrong host."""
    shown = media if media and media.isascii() and media.isprintable() else "?"
    host = urlsplit(location).hostname if location else None
    elsewhere = Text(f"、{host} へ転送", f", sent on to {host}") if host else Text("", "")
    title = Text(
        f"{url} は、ヨコテンのサービスとして答えませんでした（{status}、{shown}{elsewhere.ja}）。",
        f"{url} did not answer as a Yokoten service ({status}, {shown}{elsewhere.en}).",
    )
    remedy = Text(
        "アドレスが正しいか、間にあるプロキシや認証の画面が答えていないかを確かめてください。",
        "Check the address, and whether a proxy or a sign-in page in between answered instead.",
    )
    return CommandError(Outcome.UNREACHABLE, title, remedy, code="not-the-service")


def refused(status: int, problem: Mapping[str, Any], language: Language) -> CommandError:
    """Return the refusal that the service put into words, in the user's language already."""
    remedy: Text | str = LOGIN_AGAIN if status == HTTPStatus.UNAUTHORIZED else str(problem.get("detail", ""))
    errors = problem.get("errors")
    details = [_detail(one, language) for one in errors[:MOST_DETAILS] if isinstance(one, dict)] if errors else []
    outcome = Outcome.CONFLICT if status in CONTRADICTIONS else Outcome.REFUSED
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        outcome = Outcome.UNREACHABLE
    code = str(problem.get("code", ""))
    error = CommandError(outcome, str(problem["title"]), remedy, code=code, status=status, details=details)
    params = problem.get("params")
    error.draft = params.get("draft") if isinstance(params, dict) else None
    return error


def _detail(error: Mapping[str, Any], language: Language) -> str:
    """Return one line for an item of a problem: a field of the input, or a finding about a bundle."""
    if "message" in error:
        return f"{error.get('pointer', '')}: {error['message']}"
    title = error.get("title")
    sentence = title.get(language.value, "") if isinstance(title, dict) else str(title)
    return f"{error.get('file', '')}{error.get('pointer', '')}: {sentence}"


def unusable_bundle() -> CommandError:
    """Return the refusal for a bundle whose digest is not the one the service tells."""
    title = Text(
        "受け取ったファイルが、サービスの示すものと違います。", "The file that came is not the one the service names."
    )
    remedy = Text(
        "途中で変わったおそれがあります。もう一度実行してください。", "It may have changed on the way. Run it again."
    )
    return CommandError(Outcome.UNREACHABLE, title, remedy, code="digest-mismatch")
