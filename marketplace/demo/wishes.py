"""What the invented municipalities want; one of the wishes has come true."""

from __future__ import annotations

from marketplace.catalog.queries import find_template
from marketplace.community.wanted import services as wanted
from marketplace.community.wanted.queries import WantedFilter, list_wanted
from marketplace.demo.municipalities import KASUMI, SAZANAMI, as_member
from marketplace.kernel.context import Context
from marketplace.municipalities.services import FictitiousMunicipality

ROADS = "道路占用許可の期限管理"
BUSES = "スクールバスの運行と乗車の記録"
GRAVES = "町営墓地の使用許可と管理料の台帳"
WISHES: tuple[tuple[FictitiousMunicipality, dict[str, object]], ...] = (
    (
        KASUMI,
        {
            "title": GRAVES,
            "text": "区画ごとの使用者、使用許可の日、管理料の納付を紙の台帳で管理しています。\n"
            "使用者の承継や返還の手続と、毎年の管理料の案内を、区画から引けるようにしたいです。",
            "category": "kankyo",
            "department": "環境課",
            "month": 4,
        },
    ),
    (
        SAZANAMI,
        {
            "title": BUSES,
            "text": "委託先と学校と教育委員会が、別々の表で乗車する児童を管理しています。\n"
            "路線・停留所・乗車する曜日を一つにまとめ、欠席や運休の連絡をその日のうちに委託先へ伝えたいです。",
            "category": "kosodate",
            "department": "教育委員会",
            "month": 4,
        },
    ),
    (
        KASUMI,
        {
            "title": ROADS,
            "text": "更新の案内を出し忘れることがあります。期限の1か月前に担当へ知らせ、"
            "占用料の請求までつながる台帳がほしいです。",
            "category": "kensetsu",
            "department": "道路維持課",
        },
    ),
)
ROADS_ANSWER = ("yokoten", "road-occupancy-permit", "許可の期限の一覧と、期限前の通知がそのまま使えます。")


def wish(ctx: Context) -> None:
    """Fill the wanted list, unless something is there already; one of the wishes has come true."""
    if list_wanted(ctx, WantedFilter(limit=1)).total:
        return
    kasumi, sazanami = as_member(ctx, KASUMI), as_member(ctx, SAZANAMI)
    written = {str(data["title"]): wanted.write_wanted(as_member(ctx, owner), data).id for owner, data in WISHES}
    wanted.vote(kasumi, written[BUSES])
    for title in (GRAVES, ROADS):
        wanted.vote(sazanami, written[title])
    publisher, slug, text = ROADS_ANSWER
    if find_template(ctx, publisher, slug) is not None:
        answer = wanted.answer_wanted(sazanami, written[ROADS], {"template": f"{publisher}/{slug}", "text": text})
        wanted.fulfil_wanted(kasumi, written[ROADS], {"answer": answer.id})
