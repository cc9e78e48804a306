"""Reads the address of a kintone domain as people write it."""

from __future__ import annotations

import re
from urllib.parse import SplitResult, urlsplit

from marketplace.kernel.domains import DomainRules
from marketplace.kernel.text import Text

LONGEST = 300
HOST = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
PATH = re.compile(r"(?:/[A-Za-z0-9_-]+)*")
CERTIFICATE_LABEL = "s"

MALFORMED = Text(
    "kintoneのアドレスを「https://example.cybozu.com」の形で入力してください。",
    "Enter the address of the kintone, such as https://example.cybozu.com.",
)
UNKNOWN_HOST = Text(
    "kintoneのドメインではありません。使えるのは、次の末尾を持つアドレスです：{suffixes}",
    "This is no kintone domain. Addresses may end in: {suffixes}",
)
NEEDS_CERTIFICATE = Text(
    "クライアント証明書用のアドレス（～.s.cybozu.com）は使えません。通常のアドレスを入力し、"
    "必要ならBasic認証とIPアドレス制限を使ってください。",
    "Addresses for client certificates (….s.cybozu.com) can't be used. Enter the plain address, and use Basic "
    "authentication and a restriction of IP addresses if needed.",
)
ONLY_HTTPS = Text("https:// で始まるアドレスを入力してください。", "The address must begin with https://.")


class AddressRefusedError(ValueError):
    """An address that can't be a kintone domain, and why."""

    def __init__(self, reason: Text) -> None:
        """Keep the reason."""
        super().__init__(reason.en)
        self.reason = reason


def read_address(written: str, rules: DomainRules) -> str:
    """Return the address in the form it is kept; a page of the kintone will do. Raises AddressRefusedError."""
    parts = _split(written)
    host, port = (parts.hostname or "").rstrip("."), _port(parts)
    if len(written) > LONGEST or parts.username is not None or parts.password is not None or not HOST.fullmatch(host):
        raise AddressRefusedError(MALFORMED)
    if rules.trusts(host, port):
        return _trusted(parts, host)
    if not rules.is_below(host):
        suffixes = ", ".join(f".{suffix}" for suffix in rules.suffixes)
        reason = Text(UNKNOWN_HOST.ja.format(suffixes=suffixes), UNKNOWN_HOST.en.format(suffixes=suffixes))
        raise AddressRefusedError(reason)
    if parts.scheme != "https" or parts.port not in {None, 443}:
        raise AddressRefusedError(ONLY_HTTPS)
    if CERTIFICATE_LABEL in host.split("."):
        raise AddressRefusedError(NEEDS_CERTIFICATE)
    return f"https://{host}"


def _split(written: str) -> SplitResult:
    whole = written if "://" in written else f"https://{written}"
    try:
        parts = urlsplit(whole)
    except ValueError:
        raise AddressRefusedError(MALFORMED) from None
    if parts.scheme not in {"http", "https"} or not whole.isprintable() or " " in whole or "\\" in whole:
        raise AddressRefusedError(MALFORMED)
    return parts


def _port(parts: SplitResult) -> int:
    try:
        return parts.port or (443 if parts.scheme == "https" else 80)
    except ValueError:
        raise AddressRefusedError(MALFORMED) from None


def _trusted(parts: SplitResult, host: str) -> str:
    """Return the address of a host the operator trusts: its scheme, port and the path before /k/ are kept."""
    path = parts.path.rstrip("/")
    if not PATH.fullmatch(path) or parts.query:
        raise AddressRefusedError(MALFORMED)
    port = "" if parts.port is None else f":{parts.port}"
    return f"{parts.scheme}://{host}{port}{path}"
