"""The receipt of an import as a page: one sheet of A4."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from marketplace.installs.models import ImportMode
from marketplace.installs.receipt import Receipt, ReceiptApp, ReceiptList, ReceiptPlaceholder
from marketplace.installs.verification import ChangedRecord, Difference, Result, Since, UnreadPart
from marketplace.kernel.text import Language, Text
from marketplace.web.catalog_cards import template_address
from marketplace.web.install_pages import STATES, space_words

SHOWN_DIFFERENCES = 8
"""What fits on the sheet; the API gives the rest."""
RESULTS: dict[Result, Text] = {
    Result.IDENTICAL: Text("テンプレートどおりです", "As the template says"),
    Result.DIFFERENT: Text("テンプレートと異なる設定があります", "Some settings differ from the template"),
    Result.INCOMPLETE: Text("確かめられなかった設定があります", "Some settings could not be checked"),
}
MODES: dict[ImportMode, Text] = {
    ImportMode.PUSH: Text("このサービスから", "By this service"),
    ImportMode.PULL: Text("ワークスペースに届く端末から（pull）", "By a machine that reaches the workspace (pull)"),
    ImportMode.CARRY: Text("パッケージを持ち込んで。結果は報告による（carry）", "With a package; as reported (carry)"),
}
UNCHECKED = Text("まだ確かめていません", "Not checked yet")
KINDS: dict[str, Text] = {
    "USER": Text("ユーザー", "User"),
    "GROUP": Text("グループ", "Group"),
    "ORGANIZATION": Text("組織", "Organisation"),
}
PARTS: dict[str, Text] = {
    "settings": Text("基本設定", "General settings"),
    "fields": Text("フィールド", "Fields"),
    "layout": Text("フォームの配置", "Layout"),
    "views": Text("一覧", "Views"),
    "process": Text("プロセス管理", "Process"),
    "permissions": Text("アクセス権", "Permissions"),
    "notifications": Text("通知", "Notifications"),
    "reports": Text("グラフ", "Graphs"),
    "actions": Text("アクション", "Actions"),
    "customize": Text("JavaScript・CSS", "JavaScript and CSS"),
    "plugins": Text("プラグイン", "Plug-ins"),
    "admin_notes": Text("管理者用メモ", "Admin note"),
    "records": Text("サンプルレコード", "Sample records"),
}
SINCE: dict[Since, Text] = {
    Since.EDITED: Text("登録後に変更されたレコード", "Records edited since"),
    Since.ADDED: Text("登録後に追加されたレコード", "Records added since"),
    Since.GONE: Text("登録後に削除された（または閲覧できない）レコード", "Records deleted since, or hidden"),
}
NOTHING = Text("なし", "nothing")


@dataclass(frozen=True, slots=True)
class PlaceholderRow:
    """A placeholder and what it became."""

    label: str
    kind: str
    code: str | None


@dataclass(frozen=True, slots=True)
class DifferenceRow:
    """A setting that is not what the template says."""

    place: str
    pointer: str
    wanted: str
    found: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class ReceiptPage:
    """The sheet."""

    import_id: str
    installation_id: str | None
    may_check: bool
    is_done: bool
    state_name: str
    template: str
    template_address: str
    template_key: str
    number: str
    digest: str
    publisher: str
    municipality: str
    workspace_name: str
    workspace_id: str
    started_by: str
    mode: str
    started_at: datetime
    finished_at: datetime | None
    apps: tuple[ReceiptApp, ...]
    space: str
    placeholders: tuple[PlaceholderRow, ...]
    lists: tuple[ReceiptList, ...]
    sample_records: int
    left_behind: tuple[str, ...]
    is_identical: bool
    result: str
    differences: tuple[DifferenceRow, ...]
    difference_count: int
    unread: tuple[str, ...]
    changed: tuple[str, ...]


def show_receipt(receipt: Receipt, language: Language, *, may_check: bool) -> ReceiptPage:
    """Return the sheet in words; `may_check` tells whether the reader is offered to compare the present settings."""
    progress, import_, verification = receipt.progress, receipt.import_, receipt.verification
    template = progress.template
    names = {app.key: app.name for app in receipt.apps}
    differences = verification.differences[:SHOWN_DIFFERENCES] if verification else ()
    return ReceiptPage(
        import_id=import_.id,
        installation_id=import_.installation_id,
        may_check=may_check,
        is_done=import_.state.value == "succeeded",
        state_name=STATES[import_.state.value].in_language(language),
        template=Text(template.name_ja, template.name_en).in_language(language),
        template_address=template_address(template.publisher_code, template.slug),
        template_key=f"{template.publisher_code}/{template.slug}",
        number=progress.version.number,
        digest=progress.version.digest,
        publisher=f"{receipt.publisher.name}（{receipt.publisher.code}）",
        municipality=f"{receipt.municipality.name}（{receipt.municipality.code}）",
        workspace_name=receipt.workspace_name,
        workspace_id=import_.workspace_id,
        started_by=receipt.started_by,
        mode=MODES[import_.mode].in_language(language),
        started_at=import_.created_at,
        finished_at=import_.finished_at,
        apps=receipt.apps,
        space=space_words(receipt.target, language),
        lists=receipt.lists,
        placeholders=tuple(_placeholder(one, language) for one in receipt.placeholders),
        sample_records=receipt.sample_records,
        left_behind=tuple(note.in_language(language) for note in receipt.left_behind),
        is_identical=verification is not None and verification.result is Result.IDENTICAL,
        result=(RESULTS[verification.result] if verification else UNCHECKED).in_language(language),
        differences=tuple(_difference(one, names, language) for one in differences),
        difference_count=verification.count if verification else 0,
        unread=tuple(show_unread(one, names, language) for one in verification.unread) if verification else (),
        changed=_changed(verification.changed, names, language) if verification else (),
    )


def _placeholder(one: ReceiptPlaceholder, language: Language) -> PlaceholderRow:
    return PlaceholderRow(one.label.in_language(language), KINDS[one.kind].in_language(language), one.code)


def _difference(one: Difference, names: dict[str, str], language: Language) -> DifferenceRow:
    nothing = NOTHING.in_language(language)
    return DifferenceRow(_place(one, names, language), one.pointer, one.wanted or nothing, one.found or nothing)


def show_unread(one: UnreadPart, names: dict[str, str], language: Language) -> str:
    """Return what was not told, and why."""
    return f"{_place(one, names, language)}：{one.reason.in_language(language)}"


def _changed(records: Sequence[ChangedRecord], names: dict[str, str], language: Language) -> tuple[str, ...]:
    """Return a line for each app and what became of its records, with their ids."""
    found: dict[tuple[str, Since], list[str]] = {}
    for one in records:
        found.setdefault((one.app, one.since), []).append(one.record)
    return tuple(
        f"{names.get(app, app)}／{SINCE[since].in_language(language)}（id: {', '.join(ids)}）"
        for (app, since), ids in found.items()
    )


def _place(one: Difference | UnreadPart, names: dict[str, str], language: Language) -> str:
    return f"{names.get(one.app, one.app)}／{part_name(one.part, language)}"


def part_name(part: str, language: Language) -> str:
    """Return what a part of an app is called."""
    return PARTS[part].in_language(language) if part in PARTS else part
