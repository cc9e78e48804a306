"""Which service the commands speak to, and the token they show it; kept in a file that only its owner may read."""

from __future__ import annotations

import ipaddress
import json
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import click

from marketplace.cli.files import write_private
from marketplace.cli.outcomes import CommandError, Outcome
from marketplace.kernel.text import Text

URL, TOKEN = "YOKOTEN_URL", "YOKOTEN_TOKEN"
FOLDER = "YOKOTEN_CONFIG_DIR"
LOGIN = Text("yokoten login で接続先を登録してください。", "Run yokoten login first.")


@dataclass(frozen=True, slots=True)
class KnownService:
    """The address of a service, and a token for it."""

    url: str
    token: str | None = field(default=None, repr=False)


def config_folder() -> Path:
    """Return the folder that holds what the commands keep for the user."""
    return Path(os.environ.get(FOLDER) or click.get_app_dir("yokoten"))


def _login_file() -> Path:
    return config_folder() / "login.json"


def remember(service: KnownService) -> Path:
    """Keep a service and its token. Raises CommandError."""
    content = json.dumps({"url": service.url, "token": service.token}, indent=2) + "\n"
    write_private(_login_file(), content.encode())
    return _login_file()


def forget() -> bool:
    """Forget what was kept; tell whether there was anything."""
    was_there = _login_file().exists()
    _login_file().unlink(missing_ok=True)
    return was_there


def stored() -> KnownService | None:
    """Return what was kept, or None."""
    try:
        kept = json.loads(_login_file().read_text(encoding="utf-8"))
        return KnownService(str(kept["url"]), str(kept["token"]))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError) as error:
        title = Text(f"「{_login_file()}」を読めません。", f"“{_login_file()}” can't be read.")
        raise CommandError(Outcome.USAGE, title, LOGIN, code="login-unreadable") from error


def chosen_service(
    environ: Mapping[str, str], url: str | None, token_file: Path | None, *, allows_http: bool
) -> KnownService:
    """Return the service the user means: options go before the environment, the environment before what was kept.

    A kept token is shown to the address it was kept for and to no other. Raises CommandError.
    """
    kept = stored()
    address = url or environ.get(URL) or (kept.url if kept else None)
    if address is None:
        title = Text("接続先のサービスが決まっていません。", "No service is known.")
        raise CommandError(Outcome.USAGE, title, LOGIN, code="service-unknown")
    address = checked_url(address, allows_http=allows_http)
    if token_file is not None:
        return KnownService(address, read_token(token_file))
    if environ.get(TOKEN):
        return KnownService(address, checked_token(environ[TOKEN]))
    return kept if kept and kept.url == address else KnownService(address)


def read_token(path: Path) -> str:
    """Return the token in a file, or on standard input if the file is “-”. Raises CommandError."""
    try:
        text = sys.stdin.read() if str(path) == "-" else path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise _token_wrong() from error
    return checked_token(text)


def checked_token(text: str) -> str:
    """Return a token without the space around it. Raises CommandError; what was given is never repeated."""
    token = text.strip()
    if not token or not token.isascii() or not token.isprintable() or " " in token:
        raise _token_wrong()
    return token


def _token_wrong() -> CommandError:
    title = Text("APIトークンを読み取れません。", "The API token can't be read.")
    remedy = Text("発行されたトークンだけを1行で指定してください。", "Give the token as it was issued, on one line.")
    return CommandError(Outcome.USAGE, title, remedy, code="token-unreadable")


def checked_url(url: str, *, allows_http: bool) -> str:
    """Return the address of a service without a final slash. Raises CommandError."""
    try:
        parts = urlsplit(url.strip())
        host, _port = parts.hostname, parts.port
    except ValueError as error:
        raise _url_wrong() from error
    if host is None or parts.scheme not in {"http", "https"} or parts.username or parts.query or parts.fragment:
        raise _url_wrong()
    if parts.scheme == "http" and not (allows_http or is_this_machine(host)):
        title = Text(
            "暗号化されない http では、トークンが盗み見られます。", "Over plain http, others could read the token."
        )
        remedy = Text(
            "https のアドレスを指定してください（閉じた試験環境に限り --insecure で許せます）。",
            "Use an https address (--insecure allows http, for closed test networks only).",
        )
        raise CommandError(Outcome.USAGE, title, remedy, code="url-insecure")
    return url.strip().rstrip("/")


def _url_wrong() -> CommandError:
    title = Text("サービスのアドレスが正しくありません。", "The address of the service is not valid.")
    remedy = Text("https://yokoten.example.jp のように指定してください。", "Give it like https://yokoten.example.jp")
    return CommandError(Outcome.USAGE, title, remedy, code="url-invalid")


def is_this_machine(host: str) -> bool:
    """Tell whether a host is the machine the command runs on."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
