"""What a scan finds: masked from the start, with a name of its own by which people answer for it."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from marketplace.bundle.model import SEVERITY_ERROR, SEVERITY_WARNING, Finding
from marketplace.kernel.text import Text


class SuspectKind(StrEnum):
    """What a finding may be; a マイナンバー blocks, all others wait for the answer of a second person."""

    INDIVIDUAL_NUMBER = "individual-number"
    MAIL = "mail"
    PHONE = "phone"
    ADDRESS = "address"
    BIRTHDAY = "birthday"
    ACCOUNT = "account"
    HOST = "script-host"
    CALL = "script-call"


OF_SCRIPTS = frozenset({SuspectKind.HOST, SuspectKind.CALL})
"""These tell what a script reaches, not whose data something is."""
_FICTITIOUS = Text(
    "実在の人のものなら、架空の値に直してください。", "If it is of somebody real, put a fictitious value in its place."
)
WORDS: Mapping[SuspectKind, tuple[Text, Text]] = {
    SuspectKind.INDIVIDUAL_NUMBER: (
        Text("マイナンバーと思われる番号があります", "This could be a マイナンバー"),
        Text(
            "マイナンバーは公開できません。取り除いてください。別の番号なら、サンプルの番号を1けた変えてください。",
            "A マイナンバー can't be published: remove it. If it is another number, change one digit of the sample.",
        ),
    ),
    SuspectKind.MAIL: (
        Text("メールアドレスと思われる値があります", "This looks like a mail address"),
        Text(
            f"{_FICTITIOUS.ja}例のメールアドレスは「@example.jp」で終わるようにします。",
            f"{_FICTITIOUS.en} Addresses for examples end with @example.jp.",
        ),
    ),
    SuspectKind.PHONE: (
        Text("電話番号と思われる値があります", "This looks like a telephone number"),
        Text(
            f"{_FICTITIOUS.ja}例の電話番号は「000-0000-0000」のようにします。",
            f"{_FICTITIOUS.en} Numbers for examples look like 000-0000-0000.",
        ),
    ),
    SuspectKind.ADDRESS: (
        Text("住所と思われる値があります", "This looks like a postal address"),
        Text(
            f"{_FICTITIOUS.ja}例の住所は「〒000-0000 みほん市見本町」のようにします。",
            f"{_FICTITIOUS.en} Addresses for examples look like 〒000-0000 みほん市見本町.",
        ),
    ),
    SuspectKind.BIRTHDAY: (
        Text("1件の中に、氏名と生年月日がそろっています", "A name and a birthday stand beside each other"),
        Text(
            f"{_FICTITIOUS.ja}例の氏名は「見本 太郎」のように、架空と分かるものにします。",
            f"{_FICTITIOUS.en} Names for examples are plainly invented, like 見本 太郎.",
        ),
    ),
    SuspectKind.ACCOUNT: (
        Text("口座番号と思われる値があります", "This looks like the number of a bank account"),
        Text(f"{_FICTITIOUS.ja}例の口座番号は「0000000」にします。", f"{_FICTITIOUS.en} Account numbers are 0000000."),
    ),
    SuspectKind.HOST: (
        Text("JavaScript・CSSが、ほかのサイトにつながります", "JavaScript or CSS reaches another host"),
        Text(
            "導入した団体のデータがこの通信先に送られないかを確かめてください。要らない通信先は取り除いてください。",
            "See that no data of those who install it goes there. Remove hosts that are not needed.",
        ),
    ),
    SuspectKind.CALL: (
        Text(
            "JavaScriptの通信先を、書かれた文字からは読み取れません",
            "Which host this JavaScript reaches can't be told from what is written",
        ),
        Text(
            "どこに何を送るのかを、プログラムを作った人に確かめてください。",
            "Ask whoever wrote it what it sends, and where.",
        ),
    ),
}


@dataclass(frozen=True, slots=True)
class Held:
    """A finding, its kind, where it stands in words, and the name that stays the same from upload to upload."""

    finding: Finding
    id: str
    kind: SuspectKind
    masked: str
    place: Text

    @property
    def needs_answer(self) -> bool:
        """Tell whether somebody may answer for it; otherwise it must be corrected."""
        return not self.finding.is_error

    def as_document(self) -> dict[str, Any]:
        """Return the finding as a draft keeps it."""
        held = {
            "id": self.id,
            "kind": self.kind.value,
            "masked": self.masked,
            "needs_answer": self.needs_answer,
            "place": {"ja": self.place.ja, "en": self.place.en},
        }
        return {**self.finding.as_dict(), "held": held}


@dataclass(frozen=True, slots=True)
class Spot:
    """A place in the bundle, in words too."""

    file: str
    pointer: str
    words: Text
    origin: str
    """Of file and pointer, with nothing masked; it is never shown."""


def hold(spot: Spot, kind: SuspectKind, written: str) -> Held:
    """Make the finding; nobody reads what was written from it, only whether it is the same."""
    masked = mask(kind, written)
    title, remedy = WORDS[kind]
    severity = SEVERITY_ERROR if kind is SuspectKind.INDIVIDUAL_NUMBER else SEVERITY_WARNING
    named = Text(f"{title.ja}：{masked}", f"{title.en}: {masked}")
    code = kind.value if kind in OF_SCRIPTS else f"personal-{kind.value}"
    identity = "\n".join((spot.origin, kind.value, re.sub(r"[\s()-]", "", written)))
    return Held(
        Finding(severity, code, spot.file, spot.pointer, named, remedy),
        hashlib.sha256(identity.encode("utf-8", "surrogatepass")).hexdigest()[:32],
        kind,
        masked,
        spot.words,
    )


def mask(kind: SuspectKind, written: str) -> str:
    """Return enough of a value to recognise it by, and too little to learn it from."""
    if kind in OF_SCRIPTS:
        return written[:100]
    if kind is SuspectKind.INDIVIDUAL_NUMBER:
        return "****-****-****"
    if kind is SuspectKind.MAIL:
        mailbox, _, host = written.rpartition("@")
        return f"{mailbox[:1]}***@{host[:100]}"
    shown = 1 if kind is SuspectKind.BIRTHDAY else 3 if kind is SuspectKind.ADDRESS else 2
    return written[:shown] + re.sub(r"[^\s()@-]", "*", written[shown:40])
