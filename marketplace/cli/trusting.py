"""Reads whom the user trusts: a file of public keys as the service publishes them, or a fingerprint."""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Sequence
from pathlib import Path

from marketplace.cli.outcomes import CommandError, Outcome
from marketplace.installs.offline.opening import Trust
from marketplace.kernel.signing import PublicKey
from marketplace.kernel.text import Text

FINGERPRINT = re.compile(r"[0-9A-Fa-f]{32}")
REMEDY = Text(
    "サービスからダウンロードした公開鍵のファイルか、32桁の指紋を指定してください。",
    "Give the file of public keys that the service publishes, or a fingerprint of 32 digits.",
)


def read_trust(given: Sequence[str]) -> Trust:
    """Return whom to believe. Raises CommandError."""
    keys: list[PublicKey] = []
    fingerprints: list[str] = []
    for one in given:
        if FINGERPRINT.fullmatch(one.replace(" ", "").replace(":", "")):
            fingerprints.append(one)
        else:
            keys += _keys_in(Path(one))
    return Trust(tuple(keys), tuple(fingerprints))


def _keys_in(path: Path) -> list[PublicKey]:
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
        items = document.get("items", [document])
        return [PublicKey(base64.b64decode(item["public_key"], validate=True)) for item in items]
    except (OSError, ValueError, KeyError, TypeError, AttributeError, binascii.Error) as error:
        title = Text(f"「{path}」を公開鍵として読めません。", f"“{path}” holds no public keys.")
        raise CommandError(Outcome.USAGE, title, REMEDY, code="keys-unreadable") from error
