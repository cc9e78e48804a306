"""Sample records of the templates written by hand, worked out by hand; sources say “= 項目: 値” themselves."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Worked:
    """A sample record worked out by hand: what its formulas have to make of it."""

    app: str
    key: str
    expected: dict[str, str]


WORKED = {
    "subsidy-grant-management": [
        Worked(
            "subsidy-grant-management",
            "見本-003",  # 3/4 of 330,000 yen, cut to thousands
            {"総事業費": "330000", "補助率による額": "247000", "交付限度額": "247000", "審査日数": ""},
        ),
        Worked("subsidy-grant-management", "見本-001", {"補助率による額": "575000", "交付限度額": "500000"}),
    ],
    "subsidy-program-master": [Worked("subsidy-program-master", "S-01", {"予算残": "1800000", "執行率": "40"})],
    "vaccination-reservation": [Worked("vaccination-venue-slot", "H-204", {"残枠": "5", "予約率": "16.7"})],
    "vaccination-venue-slot": [Worked("vaccination-venue-slot", "H-204", {"残枠": "5", "予約率": "16.7"})],
    "online-application-intake": [
        Worked(
            "online-application-intake",
            "見本-019",  # 12 days from arrival to the end, 6 of them waiting for a correction
            {"補正日数": "6", "経過日数": "12", "処理日数": "6", "期限の判定": "期限内に完了", "オンライン率": "0"},
        ),
        Worked("online-application-intake", "見本-021", {"処理日数": "9", "期限の判定": "期限を超えて完了"}),
    ],
    "external-partner-workspace": [
        Worked("external-partner-workspace", "見本-003", {"共有の判定": "協定・契約の番号が必要です", "共有日数": ""}),
        Worked("external-partner-workspace", "見本-005", {"共有の判定": "共有できます", "未済依頼数": "2"}),
    ],
    "kpi-visualization-dashboard": [
        Worked(
            "kpi-visualization-dashboard",
            "見本-005",  # to fall from 18 to 0, to 6 this year; stands at 5
            {"達成率": "72.2", "今年度達成率": "108.3", "執行率": "74.4", "予算残": "21000000"},
        ),
        Worked("kpi-visualization-dashboard", "見本-017", {"達成率": "", "判定の目安": "実績が未入力です"}),
    ],
    "handover-notes": [
        Worked("handover-notes", "見本-012", {"移管の判定": "残っています", "未回答数": "1", "引継日数": "3"}),
        Worked("handover-notes", "見本-013", {"移管の判定": "済んでいます", "未回答数": "0"}),
    ],
}
