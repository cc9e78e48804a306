"""The one analysis of text: what is indexed and what is asked go through the same functions, on both databases."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from functools import lru_cache

VERSION = 2
"""Counted up whenever the same text would give other terms: the index is then made anew at the next start."""
LONGEST_TERM = 3
"""Characters of the longest n-gram: words of up to three are found exactly, longer ones by all their triples."""
START, END = "‹", "›"
"""Stand around the runs of titles and keywords, so that a hit at the beginning can be told; no query holds them."""

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


class _CharacterTable(dict[int, str]):
    """A table for str.translate that asks once for each character."""

    def __init__(self, ask: Callable[[str], str]) -> None:
        super().__init__()
        self._ask = ask

    def __missing__(self, code: int) -> str:
        self[code] = self._ask(chr(code))
        return self[code]


def _visible(character: str) -> str:
    category = unicodedata.category(character)
    if category == "Cc":
        return " "
    return "" if category in _UNSEEN else character


def _counted(character: str) -> str:
    category = unicodedata.category(character)
    return character if category[0] in "LNM" or category == "So" else " "


_SEEN = _CharacterTable(_visible)
_COUNTED = _CharacterTable(_counted)


def visible(text: str) -> str:
    """Return a text without control characters and halves of characters, so that both databases can store it."""
    return text.translate(_SEEN)


def normalise(text: str) -> str:
    """Fold what people do not mean to tell apart: width, case, kana, old characters, dashes, iteration marks, spaces.

    The result holds no control characters, surrogates or variation selectors, so both databases can store it.
    """
    text = _VARIATION_SELECTORS.sub("", visible(text))
    text = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold()).translate(_FOLDED)
    text = _DASH_IN_NUMBER.sub("-", text)
    text = _DASH_IN_KANA.sub("ー", text)
    text = _REPEATED.sub(lambda found: found[1] * (1 + len(found[2])), text)
    return _SPACES.sub(" ", text).strip()


def runs(normalised: str) -> list[str]:
    """Split a normalised text into its runs of letters, digits and pictures; punctuation and spaces only separate."""
    return normalised.translate(_COUNTED).split()


def key(text: str) -> str:
    """Return a text in the form in which titles and keywords are compared: its runs, one space between them."""
    return " ".join(runs(normalise(text)))


def terms(text: str, tag: str, *, bounded: bool) -> frozenset[str]:
    """Return the n-grams of the runs of a text, marked with the letter of the place where the text stands."""
    found = [_terms_of_run(run, tag, bounded) for run in runs_of(text)]
    return found[0] if len(found) == 1 else frozenset().union(*found)


@lru_cache(maxsize=20_000)
def runs_of(text: str) -> tuple[str, ...]:
    """Return the runs of a text, each once; most are labels that many templates have."""
    return tuple(dict.fromkeys(runs(normalise(text))))


@lru_cache(maxsize=20_000)
def _terms_of_run(run: str, tag: str, bounded: bool) -> frozenset[str]:  # noqa: FBT001 - positional for the cache
    marked = f"{START}{run}{END}" if bounded else run
    return frozenset(
        tag + marked[start : start + length]
        for length in range(1, LONGEST_TERM + 1)
        for start in range(len(marked) - length + 1)
    )


def asked_terms(run: str, tag: str) -> tuple[str, ...]:
    """Return the fewest terms that a text holds if it holds the run: the run itself, or its triples."""
    if len(run) <= LONGEST_TERM:
        return (tag + run,)
    return tuple(tag + run[start : start + LONGEST_TERM] for start in range(len(run) - LONGEST_TERM + 1))


def trait_term(trait: str) -> str:
    """Return the term that only entries with this trait hold; no text has terms that begin so."""
    return f"x{trait}"


def pairs(run: str) -> list[str]:
    """Return the pairs of neighbouring characters of a run, or the run if it has but one."""
    return [run[start : start + 2] for start in range(len(run) - 1)] or [run]
