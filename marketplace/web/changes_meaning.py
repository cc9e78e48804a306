"""What the differences between two versions ask of those who run the older one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Protocol

from marketplace.kernel.text import Language, Text

GONE = Text(
    "なくなる項目や選択肢があります（{count}件）。今のレコードに入っている値は、先にCSVに書き出して残してください。",
    "Fields or options go away ({count}). Export the values in your records as CSV first.",
)
DEMANDED = Text(
    "入力が必須の項目が増えます（{count}件）。レコードを移すときは、その値を用意してください。",
    "There are new required fields ({count}). Have values ready for them when you carry records over.",
)
RENAMED = Text(
    "フィールドコードなどの名前が変わります（{count}件）。CSVの見出しや連携で使っている名前も直してください。",
    "Field codes or other names change ({count}). Change them in your CSV files and integrations too.",
)
OTHER_BREAKING = Text(
    "業務の手順やデータの扱いに関わる変更があります（{count}件）。今の使い方に合うかを確かめてください。",
    "Changes touch procedures or the way data is treated ({count}). See whether they fit the way you work.",
)
RIGHTS = Text(
    "アクセス権が変わります（{count}件）。だれが見て、だれが変更できるかを確かめてください。",
    "Permissions change ({count}). See who may read and who may change what.",
)
ADDED = Text(
    "機能が増える変更があります（{count}件）。使わなければ、取り入れなくてもかまいません。",
    "There are additions ({count}). You may leave out what you don't need.",
)
COSMETIC = Text(
    "表示や文言の変更があります（{count}件）。取り入れなくても、業務に支障はありません。",
    "Wording or appearance changes ({count}). Your work goes on without them.",
)
NOTHING = Text("何もする必要はありません。", "You need not do anything.")
KINDS = (GONE, DEMANDED, RENAMED, OTHER_BREAKING, RIGHTS, ADDED, COSMETIC)
OF_FORMS = {"removed": GONE, "added": DEMANDED, "renamed": RENAMED}
"""What a breaking change of a field or an option asks for, by what happened to it."""


class Weighed(Protocol):
    """A difference, as far as its weight and its kind go."""

    @property
    def impact(self) -> str:
        """What it means for those who use the template."""

    @property
    def area(self) -> str:
        """What kind of thing changed."""

    @property
    def act(self) -> str:
        """What happened to it."""


def tell_meaning(changes: Sequence[Weighed], language: Language) -> tuple[str, ...]:
    """Return what to look at, the weightiest first."""
    counts = Counter(map(_kind, changes))
    told = tuple(text.in_language(language, count=counts[text]) for text in KINDS if counts[text])
    return told or (NOTHING.in_language(language),)


def _kind(change: Weighed) -> Text:
    impact, area, act = str(change.impact), str(change.area), str(change.act)
    if impact == "breaking":
        return OF_FORMS.get(act, OTHER_BREAKING) if area in {"field", "option"} else OTHER_BREAKING
    if area == "permission":
        return RIGHTS
    return ADDED if impact == "additive" else COSMETIC
