"""Finds suspects in one piece of text, and veils them where a text must be shown."""

from __future__ import annotations

import re
from collections.abc import Iterator

from marketplace.kernel.personal import POSTAL, Suspect, is_example, is_example_postal_code, plain_text, suspects_in
from marketplace.publishing.scan.held import SuspectKind, mask

MAY_HOLD = re.compile(r"[@＠﹫]|\d")
"""What no suspect is without; most texts of a bundle have neither."""
MAIL_HOST = re.compile(r"@([A-Za-z0-9_-]+\.)+[A-Za-z]{2,}\.?\Z")
"""What a mail address ends with; library@3.7.1 is a package."""
PREFECTURES = (
    "北海道|青森県|岩手県|宮城県|秋田県|山形県|福島県|茨城県|栃木県|群馬県|埼玉県|千葉県|東京都|神奈川県|新潟県|富山県|石川県|福井県|山梨県|"
    "長野県|岐阜県|静岡県|愛知県|三重県|滋賀県|京都府|大阪府|兵庫県|奈良県|和歌山県|鳥取県|島根県|岡山県|広島県|山口県|徳島県|香川県|愛媛県|"
    "高知県|福岡県|佐賀県|長崎県|熊本県|大分県|宮崎県|鹿児島県|沖縄県"
)
HOUSE = re.compile(
    rf"(?:{PREFECTURES})[^\s、。,]{{1,25}}?[\d一二三四五六七八九十]{{1,6}}(?:丁目|番|-\d)[^\s、。,]{{0,20}}"
)
INVENTED = re.compile(
    r"見本|例示|架空|試用|仮名|匿名|みほん|ミホン|サンプル|テスト|ダミー|sample|test|dummy|example", re.IGNORECASE
)
"""Words that an invented name or place shows itself by."""
AFTER_POSTAL_CODE = re.compile(r"[^\n]{0,30}?[都道府県市区町村郡]")
ACCOUNT = re.compile(r"(?:口座番号|(?:普通|当座)(?:預金)?(?:口座)?)[\s::No.]{0,6}(\d{7})(?!\d)")
MAIN_ACCOUNTS = frozenset({"1234567", "7654321"})
KINDS = {
    Suspect.MAIL: SuspectKind.MAIL,
    Suspect.PHONE: SuspectKind.PHONE,
    Suspect.INDIVIDUAL_NUMBER: SuspectKind.INDIVIDUAL_NUMBER,
}


def suspects_of(text: str) -> Iterator[tuple[SuspectKind, str]]:
    """Yield each suspect of a text once, leaving out what is plainly an example."""
    if MAY_HOLD.search(text):
        seen: set[tuple[SuspectKind, str]] = set()
        for found in _suspects_of(text):
            if found not in seen:
                seen.add(found)
                yield found


def veil(text: str) -> str:
    """Return a text with its suspects masked: names of files and things stand in findings too."""
    plain = plain_text(text)
    found = list(suspects_of(text))
    for kind, written in found:
        plain = plain.replace(written, mask(kind, written))
    return plain if found else text


def is_example_account(digits: str) -> bool:
    """Tell whether seven digits are plainly made up."""
    return len(set(digits)) == 1 or digits in MAIN_ACCOUNTS


def _suspects_of(text: str) -> Iterator[tuple[SuspectKind, str]]:
    for kind, written in suspects_in(text):
        if not is_example(kind, written) and (kind is not Suspect.MAIL or MAIL_HOST.search(written)):
            yield KINDS[kind], written
    plain = plain_text(text)
    for code in POSTAL.finditer(plain):
        marked = "〒" in plain[max(0, code.start() - 2) : code.start()]
        if not is_example_postal_code(code[0]) and (marked or AFTER_POSTAL_CODE.match(plain, code.end())):
            yield SuspectKind.ADDRESS, code[0]
    yield from ((SuspectKind.ADDRESS, house[0]) for house in HOUSE.finditer(plain) if not INVENTED.search(house[0]))
    for account in ACCOUNT.finditer(plain):
        if not is_example_account(account[1]):
            yield SuspectKind.ACCOUNT, account[1]
