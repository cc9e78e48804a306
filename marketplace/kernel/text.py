"""Sentences that exist in Japanese and in English."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Language(StrEnum):
    """A language the service speaks; Japanese is the default."""

    JA = "ja"
    EN = "en"


@dataclass(frozen=True, slots=True)
class Text:
    """One sentence in both languages; braces hold the names of its parameters."""

    ja: str
    en: str

    def in_language(self, language: Language, **params: object) -> str:
        """Return the sentence in one language, its parameters filled in."""
        sentence = self.en if language is Language.EN else self.ja
        return sentence.format(**params) if params else sentence
