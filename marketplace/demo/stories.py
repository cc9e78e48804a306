"""How the invented municipalities use first-party templates."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marketplace.catalog.queries import find_template
from marketplace.community.stories import create_story
from marketplace.community.stories_queries import newest_stories
from marketplace.demo.municipalities import KASUMI, MIHON, as_member
from marketplace.kernel.context import Context
from marketplace.kernel.pages import MAX_LIMIT
from marketplace.municipalities.codes import OPERATOR_CODE
from marketplace.municipalities.services import FictitiousMunicipality

STORIES: tuple[tuple[FictitiousMunicipality, Mapping[str, Any]], ...] = (
    (
        MIHON,
        {
            "template": "subsidy-grant-management",
            "title": "補助金の受付から実績報告までを一つの一覧で追えるように",
            "problem": "住宅の耐震や省エネなど、課ごとに別々のExcelで受付をしていました。"
            "申請がいまどこにあるのかは担当者に"
            "聞かないと分からず、年度末には集計だけで一週間かかっていました。",
            "solution": "まず一つの補助金だけで始めました。紙の様式はそのままにして、"
            "受け付けた日に職員が登録します。\n\n"
            "審査の状態はプロセスで進め、止まっている申請を毎週月曜の朝に一覧で確かめることにしました。"
            "二つ目からは、選択肢に補助金の名前を足すだけで済みました。",
            "effect": "「あの申請はどうなりましたか」という電話に、だれが出ても一分で答えられます。"
            "年度末の集計はグラフを開くだけになり、実績報告の督促漏れもなくなりました。",
            "hours_saved": 180,
            "department": "企画政策課",
        },
    ),
    (
        MIHON,
        {
            "template": "handover-notes",
            "title": "三月の引継ぎを、二月から書きためる",
            "problem": "異動の内示から引継ぎまで十日ほどしかなく、"
            "引継書は前年のものの日付を直しただけになりがちでした。",
            "solution": "業務ごとに一件ずつ、気づいたときに数行だけ書くことにしました。係長が月に一度、"
            "空いている業務を"
            "一覧で見て声をかけます。",
            "effect": "四月の問い合わせが目に見えて減りました。前任者に電話をかける前に、"
            "まず一覧を見るようになっています。",
            "hours_saved": 60,
            "department": "総務課",
        },
    ),
    (
        KASUMI,
        {
            "template": "handover-notes",
            "title": "一人で担当する業務が多い町の、休んでも止まらない備え",
            "problem": "職員が少なく、ほとんどの業務を一人で担当しています。急な休みのときに、"
            "手順がだれにも分かりませんでした。",
            "solution": "「急に休んだら、まずこれを見る」という項目を一つ足し、必ず三行で書くことにしました。"
            "長い手順書は添付ファイルのままにして、探さずに開けるようにしています。",
            "effect": "窓口を閉めずに済んだ日が、この半年で三日ありました。",
            "department": "住民課",
        },
    ),
)


def tell_stories(ctx: Context) -> None:
    """Have the municipalities tell their stories of the templates that are there; none is told twice."""
    for municipality, told in STORIES:
        template = find_template(ctx, OPERATOR_CODE, told["template"])
        if template is None or template.latest_version_id is None:
            continue
        if told["title"] not in {story.title for story in newest_stories(ctx, template.id, MAX_LIMIT)}:
            create_story(as_member(ctx, municipality), {**told, "template": f"{OPERATOR_CODE}/{template.slug}"})
