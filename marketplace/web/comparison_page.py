"""Differences between two versions, grouped by what they mean for those who use the template, by app and by kind."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from marketplace.bundle.comparing import Comparison
from marketplace.kernel.text import Language, Text
from marketplace.web.changed_values import show_values
from marketplace.web.changes_meaning import Weighed, tell_meaning

GROUPS: tuple[tuple[str, Text, Text], ...] = (
    (
        "breaking",
        Text("使い方が変わる変更", "Breaking changes"),
        Text(
            "入力済みのデータや業務の手順に影響することがあります。内容を確かめてください。",
            "They may affect data already entered or the way people work.",
        ),
    ),
    (
        "additive",
        Text("機能が増える変更", "Additions"),
        Text("これまでの使い方は、そのまま続けられます。", "What worked before goes on working."),
    ),
    (
        "cosmetic",
        Text("表示や文言の変更", "Wording and appearance"),
        Text("データや手順には影響しません。", "Data and procedures are not affected."),
    ),
)
VERDICTS = {
    "major": Text("使い方が変わる変更を含みます。", "There are breaking changes."),
    "minor": Text("機能が増えています。これまでの使い方は続けられます。", "There are additions; nothing breaks."),
    "patch": Text("表示や文言だけの変更です。", "Only wording and appearance changed."),
    "none": Text("差分はありません。", "There are no differences."),
}
AREAS: tuple[tuple[frozenset[str], Text], ...] = (
    (frozenset({"app"}), Text("アプリ", "Apps")),
    (frozenset({"field", "option"}), Text("項目と選択肢", "Fields and options")),
    (frozenset({"layout"}), Text("フォームの配置", "Layout of the form")),
    (frozenset({"process", "state", "process_action"}), Text("プロセス管理", "Process management")),
    (frozenset({"view"}), Text("一覧", "Views")),
    (frozenset({"report"}), Text("グラフ", "Reports")),
    (frozenset({"permission"}), Text("アクセス権", "Permissions")),
    (frozenset({"notification"}), Text("通知", "Notifications")),
    (frozenset({"action"}), Text("アプリアクション", "App actions")),
    (frozenset({"customize", "file", "plugin"}), Text("カスタマイズとプラグイン", "Customisation and plug-ins")),
    (frozenset({"settings"}), Text("アプリの設定", "Settings of the app")),
    (frozenset({"records"}), Text("サンプルレコード", "Sample records")),
    (frozenset({"admin_notes"}), Text("管理者用メモ", "Administrators' notes")),
    (frozenset({"placeholder"}), Text("差し込み項目", "Placeholders")),
    (frozenset({"manifest", "document", "image"}), Text("説明", "Description")),
)
"""The kinds of things that change, in the order of the page."""
OTHER_AREA = Text("そのほか", "Other")
WHOLE_TEMPLATE = Text("テンプレート全体", "The template as a whole")
MOST_SHOWN = 200
"""More differences than that nobody reads; the weightiest come first."""


@dataclass(frozen=True, slots=True)
class ShownChange:
    """One difference in words, with what stood before and what stands after where that tells more."""

    impact: str
    text: str
    before: tuple[str, ...]
    after: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AreaChanges:
    """The differences of one kind of things."""

    name: str
    changes: tuple[ShownChange, ...]


@dataclass(frozen=True, slots=True)
class AppChanges:
    """The differences of one app, or of the template as a whole."""

    name: str | None
    """None where the sentences name the apps themselves."""
    areas: tuple[AreaChanges, ...]


@dataclass(frozen=True, slots=True)
class ChangeGroup:
    """The differences of one impact."""

    impact: str
    name: str
    meaning: str
    count: int
    """How many there are, whether they are shown or not."""
    apps: tuple[AppChanges, ...]


@dataclass(frozen=True, slots=True)
class ComparisonPage:
    """All differences, and what they amount to."""

    verdict: str
    groups: tuple[ChangeGroup, ...]
    """One for each impact, also where there are no differences of it."""
    meaning: tuple[str, ...]
    """What they ask of those who run the older version."""

    @property
    def count(self) -> int:
        """How many differences there are."""
        return sum(group.count for group in self.groups)

    @property
    def hidden(self) -> int:
        """How many of them are not shown."""
        return max(0, self.count - MOST_SHOWN)


class AnyChange(Weighed, Protocol):
    """A difference, fresh from a comparison or as it was kept with a version."""

    @property
    def app_key(self) -> str | None:
        """The app it is in; None for the template as a whole."""

    @property
    def text(self) -> Text:
        """The difference in words."""

    @property
    def before(self) -> object:
        """The value before."""

    @property
    def after(self) -> object:
        """The value after."""


def show_comparison(comparison: Comparison, language: Language) -> ComparisonPage:
    """Return the differences of two bundles as the page groups them."""
    return show_changes(comparison.changes, comparison.bump.name.lower(), language, comparison.app_names)


def show_changes(
    changes: Sequence[AnyChange], bump: str, language: Language, app_names: Mapping[str, str] | None = None
) -> ComparisonPage:
    """Return differences, the weightiest first, by impact, app and kind; by kind alone without names of apps."""
    shown, groups = changes[:MOST_SHOWN], []
    for impact, name, meaning in GROUPS:
        count = sum(str(change.impact) == impact for change in changes)
        apps = _apps([change for change in shown if str(change.impact) == impact], language, app_names)
        groups.append(ChangeGroup(impact, name.in_language(language), meaning.in_language(language), count, apps))
    return ComparisonPage(VERDICTS[bump].in_language(language), tuple(groups), tell_meaning(changes, language))


def _apps(changes: Sequence[AnyChange], language: Language, names: Mapping[str, str] | None) -> tuple[AppChanges, ...]:
    if names is None:
        return (AppChanges(None, _areas(changes, language)),) if changes else ()
    found = []
    for key, name in [*names.items(), (None, WHOLE_TEMPLATE.in_language(language))]:
        own = [change for change in changes if (change.app_key if change.app_key in names else None) == key]
        if own:
            found.append(AppChanges(name, _areas(own, language, name if key else "")))
    return tuple(found)


def _areas(changes: Sequence[AnyChange], language: Language, app_name: str = "") -> tuple[AreaChanges, ...]:
    """Return the changes by kind, in the order of the kinds; what no kind has comes last."""
    known = frozenset().union(*(areas for areas, _ in AREAS))
    others = frozenset(str(change.area) for change in changes) - known
    return tuple(
        AreaChanges(name.in_language(language), tuple(_show(change, language, app_name) for change in found))
        for areas, name in (*AREAS, (others, OTHER_AREA))
        if (found := [change for change in changes if str(change.area) in areas])
    )


def _show(change: AnyChange, language: Language, app_name: str) -> ShownChange:
    """Return a change in words, without the name of the app above it."""
    said = change.text.in_language(language)
    if app_name:
        said = said.removeprefix(f"{app_name}：").removeprefix(f"{app_name}: ")
    values = show_values(change.before, change.after, language)
    return ShownChange(str(change.impact), said[:1].upper() + said[1:], values.before, values.after)
