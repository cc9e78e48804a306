"""A draft that waits for the operator as a page: what there is to look at before it is released."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from marketplace.kernel.text import Language, Text
from marketplace.publishing.models import HoldDecision
from marketplace.web.catalog_cards import publisher_name
from marketplace.web.draft_pages import DraftPage, Looked, reasons_of, show_draft
from marketplace.web.operating.place import START

if TYPE_CHECKING:
    from marketplace.bundle.model import Bundle
    from marketplace.operating.drafts import HeldContent, HeldDraft

PLACE = f"{START}/drafts"
SCRIPT_ENDS = (".js", ".mjs", ".cjs", ".css", ".html", ".htm", ".svg")
MOST_SHOWN = 100_000
"""Letters of one script or text; the rest is in the file to download."""
DECISIONS: dict[HoldDecision, Text] = {
    HoldDecision.RELEASED: Text("公開した", "Released"),
    HoldDecision.TURNED_BACK: Text("公開せずに戻した", "Given back"),
    HoldDecision.TAKEN_BACK: Text("作者が取り下げた", "Taken back by the author"),
}
WAITING = Text("確認待ち", "Waiting")
LABELS = {
    "name": Text("名前", "Name"),
    "name_en": Text("名前（英語）", "Name (English)"),
    "summary": Text("概要", "Summary"),
    "summary_en": Text("概要（英語）", "Summary (English)"),
    "keywords": Text("キーワード", "Keywords"),
    "license": Text("ライセンス", "Licence"),
    "apps": Text("アプリ", "Apps"),
}


@dataclass(frozen=True, slots=True)
class HeldRow:
    """A draft in the lists of the operator."""

    address: str
    name: str
    number: str
    municipality: str
    reasons: tuple[str, ...]
    asked_at: datetime
    decision: str
    decided_by: str
    decided_at: datetime | None
    reason: str


@dataclass(frozen=True, slots=True)
class ShownText:
    """A file as it is, never run and never drawn."""

    path: str
    content: str
    size: int
    is_cut: bool


@dataclass(frozen=True, slots=True)
class HeldPage:
    """Everything the operator sees of it."""

    row: HeldRow
    municipality_code: str
    is_verified: bool
    asked_by: str
    digest: str
    draft: DraftPage
    facts: tuple[tuple[str, str], ...]
    scripts: tuple[ShownText, ...]
    texts: tuple[ShownText, ...]
    earlier: tuple[HeldRow, ...]
    is_own: bool


def show_held_row(held: HeldDraft, language: Language) -> HeldRow:
    """Return what the lists show of a draft."""
    draft, hold = held.draft, held.hold
    decision = DECISIONS[hold.decision] if hold.decision else WAITING
    return HeldRow(
        address=f"{PLACE}/{draft.id}",
        name=Text(draft.name_ja, draft.name_en).in_language(language),
        number=draft.number,
        municipality=publisher_name(held.municipality),
        reasons=tuple(reason.in_language(language) for reason in reasons_of(hold)),
        asked_at=hold.asked_at,
        decision=decision.in_language(language),
        decided_by="" if hold.decision is HoldDecision.TAKEN_BACK else hold.decided_by,
        decided_at=hold.decided_at,
        reason=hold.reason,
    )


def show_held(content: HeldContent, language: Language) -> HeldPage:
    """Return the page of a draft that waits."""
    held, bundle = content.held, content.bundle
    looked = Looked(content.findings, content.answered, (), person_id=None)
    return HeldPage(
        row=show_held_row(held, language),
        municipality_code=held.municipality.code,
        is_verified=held.municipality.is_verified,
        asked_by=held.hold.asked_by_name,
        digest=held.draft.digest,
        draft=show_draft(held.draft, looked, language),
        facts=_facts(bundle, language),
        scripts=_scripts(bundle),
        texts=tuple(_show(path, text) for path, text in sorted(bundle.documents.items())),
        earlier=tuple(show_held_row(one, language) for one in content.earlier),
        is_own=content.is_own,
    )


def _facts(bundle: Bundle, language: Language) -> tuple[tuple[str, str], ...]:
    manifest = bundle.manifest
    told = {
        "name": manifest.name.ja,
        "name_en": manifest.name.en,
        "summary": manifest.summary.ja,
        "summary_en": manifest.summary.en,
        "keywords": "、".join(manifest.keywords),
        "license": manifest.license,
        "apps": "、".join(app.name for app in bundle.apps),
    }
    return tuple((LABELS[name].in_language(language), value) for name, value in told.items() if value)


def _scripts(bundle: Bundle) -> tuple[ShownText, ...]:
    return tuple(
        _show(f"apps/{app.key}/{path}", data.decode("utf-8", errors="replace"), len(data))
        for app in bundle.apps
        for path, data in sorted(app.files.items())
        if path.lower().endswith(SCRIPT_ENDS)
    )


def _show(path: str, text: str, size: int | None = None) -> ShownText:
    return ShownText(path, text[:MOST_SHOWN], len(text.encode()) if size is None else size, len(text) > MOST_SHOWN)
