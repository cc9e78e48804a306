"""The first page of the reader's municipality: what waits for somebody, and the way to each part."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import Blueprint, g, render_template

from marketplace.edge.context import context, language
from marketplace.holdings.overview import MOST_SHOWN, Holding, Waiting, WaitingList, WaitingThing, get_overview
from marketplace.kernel.actor import Permission
from marketplace.kernel.text import Language, Text
from marketplace.municipalities.queries import get_municipality
from marketplace.web.dates import day_text, local_day

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flask.typing import ResponseReturnValue

    from marketplace.kernel.context import Context

pages = Blueprint("web_overview", __name__)

PLACE = "/my-municipality"


@dataclass(frozen=True, slots=True)
class Kind:
    """How one kind of what waits is shown."""

    title: Text
    hint: Text
    note: Text
    """Of one thing: {detail}, {day} and {count} are filled in."""
    address: str
    """Of one thing, by its {id}."""
    all: str
    """Of the list that shows all of them."""


KINDS: dict[Waiting, Kind] = {
    Waiting.DRAFT: Kind(
        Text("回答を待つ下書き", "Drafts with findings to answer"),
        Text(
            "作った人とは別の人が、点検の指摘に回答すると公開できます。",
            "They can be released once somebody other than their author answers the findings.",
        ),
        Text("版 {detail}、指摘{count}件、{day}に作成", "Version {detail}, findings: {count}, of {day}"),
        "/drafts/{id}",
        "/drafts",
    ),
    Waiting.IMPORT: Kind(
        Text("止まっている導入", "Imports that stopped"),
        Text("理由を確かめて、続きから再開できます。", "See why, and resume them where they stand."),
        Text("{detail}、{day}に停止", "{detail}, stopped on {day}"),
        "/imports/{id}",
        "/workspaces",
    ),
    Waiting.UPDATE: Kind(
        Text("新しい版がある導入済みのテンプレート", "Installed templates with a newer version"),
        Text("変わったところを読み、使うかどうかを決めます。", "Read what changed, and decide whether you want it."),
        Text("版 {detail}（{day}公開）", "Version {detail} of {day}"),
        "/workspaces/{id}",
        "/workspaces",
    ),
    Waiting.INVITATION: Kind(
        Text("返事を待っている招待", "Pending invitations"),
        Text("届いていないときは、送り直せます。", "Send them anew if nothing arrived."),
        Text("{detail}さんが送信、期限は{day}", "Sent by {detail}, until {day}"),
        "/members#invitations-title",
        "/members#invitations-title",
    ),
    Waiting.TOKEN: Kind(
        Text("30日以内に切れるAPIトークン", "API tokens that end within 30 days"),
        Text(
            "使っているプログラムのために、新しいトークンを発行します。",
            "Issue new ones for the programs that use them.",
        ),
        Text("{day}まで", "Until {day}"),
        "/tokens",
        "/tokens",
    ),
}


@dataclass(frozen=True, slots=True)
class WaitingRow:
    """One thing that waits."""

    name: str
    note: str
    address: str


@dataclass(frozen=True, slots=True)
class WaitingBox:
    """What waits of one kind."""

    name: str
    title: Text
    hint: Text
    total: int
    rows: tuple[WaitingRow, ...]
    more: str | None
    """Where the rest is read, if there is a rest."""


@dataclass(frozen=True, slots=True)
class Part:
    """One part of what the municipality holds, and how much of it there is."""

    label: Text
    note: Text
    address: str
    count: int | None = None


@dataclass(frozen=True, slots=True)
class PartKind:
    """One part of what a municipality may hold, and who sees it; {code} and {person} are filled into its address."""

    label: Text
    note: Text
    address: str
    counts: Holding | None = None
    needs: Permission | None = None
    without: Permission | None = None
    """Seen only by those who may not do this."""

    def is_seen(self, ctx: Context, code: str, counts: Mapping[Holding, int]) -> bool:
        """Tell whether the caller, for whom these were counted, sees it."""
        return (
            (self.counts is None or self.counts in counts)
            and (self.needs is None or ctx.actor.may(self.needs, code))
            and (self.without is None or not ctx.actor.may(self.without, code))
        )


PARTS = (
    PartKind(Text("構成員", "Members"), Text("役割と招待", "Roles and invitations"), "/members", Holding.MEMBERS),
    PartKind(
        Text("ワークスペース", "Workspaces"),
        Text("導入したテンプレート：{count}件", "Installed templates: {count}"),
        "/workspaces",
        Holding.WORKSPACES,
    ),
    PartKind(
        Text("公開しているテンプレート", "Published templates"),
        Text("だれでも見られる団体のページ", "On the public page of the municipality"),
        "/municipalities/{code}",
        Holding.TEMPLATES,
    ),
    PartKind(
        Text("下書き", "Drafts"), Text("公開の前の確認", "To be checked before a release"), "/drafts", Holding.DRAFTS
    ),
    PartKind(
        Text("活用事例", "Stories"),
        Text("この団体が書いたもの", "Told by this municipality"),
        "/stories?municipality={code}",
        Holding.STORIES,
    ),
    PartKind(Text("APIトークン", "API tokens"), Text("いま使えるもの", "Valid at present"), "/tokens", Holding.TOKENS),
    PartKind(
        Text("操作の記録", "Log of acts"),
        Text("だれが、いつ、何をしたか", "Who did what, and when"),
        "/members/log",
        needs=Permission.MEMBERS_MANAGE,
    ),
    PartKind(
        Text("担当と引継ぎ", "Who looks after what"),
        Text("異動のときは、まとめて後任へ", "Handed over at once when somebody moves on"),
        "/my-municipality/handover",
        needs=Permission.MEMBERS_MANAGE,
    ),
    PartKind(
        Text("自分の担当", "What you look after"),
        Text("異動のときに引き継ぐもの", "To be handed over when you move on"),
        "/my-municipality/handover/{person}",
        without=Permission.MEMBERS_MANAGE,
    ),
    PartKind(
        Text("データの書き出し", "Export of all data"),
        Text("団体のデータを1つのファイルに", "All you have here in one file"),
        "/my-municipality/data",
        needs=Permission.MEMBERS_MANAGE,
    ),
    PartKind(
        Text("サービスの運営", "Running the service"),
        Text("運営者の画面", "Pages of the operator"),
        "/operator",
        needs=Permission.SERVICE_OPERATE,
    ),
)


def parts_of(ctx: Context, code: str, counts: Mapping[Holding, int]) -> list[Part]:
    """Return the parts that the caller may see."""
    return [
        Part(
            kind.label,
            kind.note,
            kind.address.format(code=code, person=ctx.actor.person_id),
            None if kind.counts is None else counts[kind.counts],
        )
        for kind in PARTS
        if kind.is_seen(ctx, code, counts)
    ]


@pages.get(PLACE)
def show() -> ResponseReturnValue:
    """Show what waits, and the parts with their counts."""
    g.is_private = True
    ctx, spoken = context(), language()
    found = get_overview(ctx)
    code = ctx.actor.own_municipality(Permission.WORKSPACES_READ)
    return render_template(
        "holdings/overview.html",
        municipality=get_municipality(ctx, code),
        waiting=[_box(each, spoken) for each in found.waiting],
        parts=parts_of(ctx, code, found.counts),
        installations=found.counts[Holding.INSTALLATIONS],
    )


def _box(waiting: WaitingList, spoken: Language) -> WaitingBox:
    kind = KINDS[waiting.kind]
    rows = tuple(_row(kind, each, spoken) for each in waiting.first)
    return WaitingBox(
        waiting.kind.value,
        kind.title,
        kind.hint,
        waiting.total,
        rows,
        kind.all if waiting.total > MOST_SHOWN else None,
    )


def _row(kind: Kind, thing: WaitingThing, spoken: Language) -> WaitingRow:
    day = day_text(local_day(thing.since), spoken)
    note = kind.note.in_language(spoken, detail=thing.detail, day=day, count=thing.count)
    return WaitingRow(thing.name.in_language(spoken), note, kind.address.format(id=thing.id))
