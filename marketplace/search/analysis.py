"""The one analysis of text: what is indexed and what is asked go through the same functions, on both databases."""

from __future__ import annotations

import re
import unicodedata

MAX_POSITIONS = 16_000
"""Grams kept of one entry; a tsvector counts positions up to 16,383 only."""
MAX_OCCURRENCES = 255
"""Places kept of one gram in an entry; a tsvector drops the rest, so the other index must as well."""
FILLER = "§"
"""Holds the place of a gram that was dropped; it is a symbol, so no query asks for it."""

_OLD_AND_NEW_KANJI = """
    髙高 﨑崎 嵜崎 濵浜 濱浜 邊辺 邉辺 齋斉 斎斉 齊斉 澤沢 廣広 國国 學学 會会 縣県 區区 圓円 實実 應応
    藝芸 櫻桜 龍竜 瀧滝 嶋島 嶌島 冨富 眞真 惠恵 榮栄 鐵鉄 假仮 價価 壽寿 豐豊 萬万 醫医 鹽塩 與与 號号
    團団 圖図 戰戦 數数 體体 臺台 當当 黨党 發発 變変 邨村 舘館 曾曽 槇槙 彌弥 禮礼 佛仏 舊旧 檜桧 靜静
    峯峰 條条 證証 總総 續続 殘残 淺浅 來来 單単 營営 嚴厳 歸帰 觀観 驛駅 勞労 澁渋 爭争 莊荘 聲声 專専
    傳伝 燈灯 獨独 德徳 惡悪 譯訳 豫予 餘余 覽覧 兩両 綠緑 壘塁 歷歴 鷗鴎 麴麹 瀨瀬 頰頬 緖緒 吞呑 凛凜
    渕淵 籠篭 檮梼 蠣蛎
"""
_KATAKANA = {code: chr(code - 0x60) for code in range(ord("ァ"), ord("ヶ") + 1)}
_FOLDED = (
    _KATAKANA
    | {ord(pair[0]): pair[1] for pair in _OLD_AND_NEW_KANJI.split()}
    | {ord("ヵ"): "か", ord("ヶ"): "け", ord("ゕ"): "か", ord("ゖ"): "け", ord("ヽ"): "ゝ", ord("ヾ"): "ゞ"}
    | dict.fromkeys(map(ord, "〜～"), "~")
)
_DASHES = "-‐‑‒–—―−－"
_DASH_IN_NUMBER = re.compile(rf"(?<=\d)[{_DASHES}ー](?=\d)")
_DASH_IN_KANA = re.compile(rf"(?<=[ぁ-ゖ])[{_DASHES}](?=[ぁ-ゖ])")
_REPEATED = re.compile(r"(\w)([々ゝ]+)")
_SPACES = re.compile(r"\s+")
_VARIATION_SELECTORS = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]")
_UNSEEN = frozenset({"Cf", "Cs", "Co", "Cn"})


def normalise(text: str) -> str:
    """Fold what people do not mean to tell apart: width, case, kana, old characters, dashes, iteration marks, spaces.

    The result holds no control characters, surrogates or variation selectors, so both databases can store it.
    """
    text = "".join(_visible(character) for character in _VARIATION_SELECTORS.sub("", text))
    text = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold()).translate(_FOLDED)
    text = _DASH_IN_NUMBER.sub("-", text)
    text = _DASH_IN_KANA.sub("ー", text)
    text = _REPEATED.sub(lambda found: found[1] * (1 + len(found[2])), text)
    return _SPACES.sub(" ", text).strip()


def _visible(character: str) -> str:
    category = unicodedata.category(character)
    if category == "Cc":
        return " "
    return "" if category in _UNSEEN else character


def runs(normalised: str) -> list[str]:
    """Split a normalised text into its runs of letters, digits and pictures; punctuation and spaces only separate."""
    spaced = "".join(character if _counts(character) else " " for character in normalised)
    return spaced.split()


def _counts(character: str) -> bool:
    category = unicodedata.category(character)
    return category[0] in "LNM" or category == "So"


def key(text: str) -> str:
    """Return a text in the form in which titles and keywords are compared: its runs, one space between them."""
    return " ".join(runs(normalise(text)))


def grams(text: str) -> list[str]:
    """Return the pairs of neighbours of each run, then its last character, so that one character asks for a prefix."""
    found: list[str] = []
    for run in runs(normalise(text)):
        found.extend(pairs(run))
        found.append(run[-1])
    return found


def pairs(run: str) -> list[str]:
    """Return the pairs of neighbouring characters of a run; asked for in this order they are the run itself."""
    return [run[start : start + 2] for start in range(len(run) - 1)]


def positions(texts: list[str]) -> list[str]:
    """Return the grams of an entry in order, within what both indexes can hold; FILLER stands for a dropped one."""
    seen: dict[str, int] = {}
    placed: list[str] = []
    for text in texts:
        for gram in grams(text):
            if len(placed) == MAX_POSITIONS:
                return placed
            seen[gram] = seen.get(gram, 0) + 1
            placed.append(gram if seen[gram] <= MAX_OCCURRENCES else FILLER)
    return placed
