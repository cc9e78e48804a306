"""What a municipality is busy with in each month of its year, and the first-party templates that serve it.

Read through for what is the same nearly everywhere; dates differ from town to town. They rest on: the fiscal year from
April to March (Local Autonomy Act, article 208) and its books closed by the end of May (235-5); the regular assemblies
that most cities hold in March, June, September and December; injections against rabies from April to June (rules of
the Rabies Prevention Act, article 11); the season of floods, mostly June to October (rivers are guarded more closely
then); Disaster Prevention Day on 1 September; the yearly survey of farmland (Agricultural Land Act, article 30);
influenza shots for older people from October (Immunization Act, category B); the autumn fire prevention week from
9 November and the month against child abuse, November; property as it stands on 1 January (Local Tax Act, article
359); tax returns from 16 February to 15 March (Income Tax Act, article 120).
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from marketplace.catalog.listing import summaries_of
from marketplace.catalog.models import Template
from marketplace.catalog.summaries import TemplateSummary
from marketplace.kernel.context import Context
from marketplace.kernel.text import Text
from marketplace.municipalities.codes import OPERATOR_CODE

MOST = 6


@dataclass(frozen=True, slots=True)
class Season:
    """One month: what it is about, in a sentence, and the slugs of the templates that fit, the most fitting first."""

    about: Text
    slugs: tuple[str, ...]


def _season(ja: str, en: str, slugs: str) -> Season:
    return Season(Text(ja, en), tuple(slugs.split()))


SEASONS: dict[int, Season] = {
    4: _season(
        "引継ぎ、新しい職員、転入の手続",
        "handovers, new staff, people moving in",
        "handover-notes personnel-transfer-set staff-training-management device-license-ledger "
        "moving-in-out-checklist dog-registration",
    ),
    5: _season(
        "補助金の受付、委員や自治会の名簿、健診の予約、出水期の備え",
        "subsidies, lists of members, health checks, getting ready for floods",
        "subsidy-grant-management health-checkup-reservation resident-association-register "
        "committee-member-register stockpile-inventory dog-registration",
    ),
    6: _season(
        "出水期、6月の議会、健診",
        "floods, the assembly of June, health checks",
        "disaster-response-set evacuation-shelter-operation staff-safety-muster evacuation-support-roster "
        "council-question-tracker health-checkup-reservation",
    ),
    7: _season(
        "大雨と台風、職員採用試験、夏休みの施設修繕と行事",
        "heavy rain, recruitment, repairs and events of the summer",
        "disaster-damage-report disaster-response-set recruitment-applicants school-facility-repair "
        "tourism-event-calendar specific-health-guidance",
    ),
    8: _season(
        "台風、農地や空家の調査、事業の中間点検",
        "typhoons, surveys of farmland and empty houses, half-yearly reviews",
        "disaster-damage-report disaster-certificate farmland-use-ledger vacant-house-survey "
        "kpi-visualization-dashboard school-facility-repair",
    ),
    9: _season(
        "防災訓練、9月の議会、高齢者の見守り",
        "disaster drills, the assembly of September, looking after the elderly",
        "staff-safety-muster stockpile-inventory evacuation-support-roster council-question-tracker "
        "elderly-watch-network health-checkup-reservation",
    ),
    10: _season(
        "予算要求、予防接種、保育所の申込",
        "budgets, vaccinations, applications for nurseries",
        "budget-request-hearing vaccination-reservation vaccination-checkup-set childcare-enrollment "
        "wildlife-damage-report property-tax-survey-schedule",
    ),
    11: _season(
        "予算のヒアリング、保育所の申込、火災予防、児童虐待防止、家屋調査",
        "budget hearings, nurseries, fire prevention, protecting children, surveys of houses",
        "budget-request-hearing childcare-enrollment fire-hydrant-inspection child-consultation-record "
        "property-tax-survey-schedule furusato-partner-management",
    ),
    12: _season(
        "12月の議会、ふるさと納税、年末のごみ、学童の申込",
        "the assembly of December, hometown tax gifts, waste at the end of the year, after-school clubs",
        "furusato-partner-management council-question-tracker bulky-waste-collection "
        "afterschool-club-application property-tax-survey-schedule budget-request-hearing",
    ),
    1: _season(
        "申告相談の準備、会計年度任用職員の任用、学童の申込、凍結による漏水",
        "getting ready for tax returns, yearly staff, after-school clubs, frozen pipes",
        "tax-return-consultation-reservation part-time-staff-management afterschool-club-application "
        "leak-repair-log construction-progress contract-register",
    ),
    2: _season(
        "申告相談、来年度の契約、補助金の実績報告",
        "tax returns, next year's contracts, final reports of subsidies",
        "tax-return-consultation-reservation contract-register subsidy-grant-management "
        "part-time-staff-management council-question-tracker leak-repair-log",
    ),
    3: _season(
        "異動と引継ぎ、転出入の窓口、年度末の照合",
        "transfers and handovers, people moving, stocktaking at the end of the year",
        "handover-notes personnel-transfer-set moving-in-out-checklist water-start-stop "
        "counter-visit-reservation equipment-asset-ledger",
    ),
}
"""By month."""


def list_seasonal(ctx: Context, month: int) -> list[TemplateSummary]:
    """Return the templates of a month that are there and can be installed; two queries."""
    slugs = SEASONS[month].slugs
    chosen = select(Template.slug, Template.id).where(
        Template.publisher_code == OPERATOR_CODE, Template.slug.in_(slugs)
    )
    ids: dict[str, str] = dict(ctx.session.execute(chosen).all())
    return summaries_of(ctx, [ids[slug] for slug in slugs if slug in ids])[:MOST]
