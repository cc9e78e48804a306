"""The twelve fields of municipal work that templates are sorted into."""

from __future__ import annotations

from dataclasses import dataclass

from marketplace.kernel.text import Text


@dataclass(frozen=True, slots=True)
class Category:
    """A field of work, and the departments that usually do it."""

    id: str
    name: Text
    departments: tuple[str, ...]


_ALL = (
    Category(
        "soumu",
        Text("総務・法規・議会・選挙", "General affairs, legal, assembly and elections"),
        ("総務課", "議会事務局", "選挙管理委員会", "市民協働課"),
    ),
    Category("jinji", Text("人事・研修", "Personnel and training"), ("人事課",)),
    Category(
        "zaisei",
        Text("財政・契約・管財", "Finance, contracts and property"),
        ("財政課", "契約管財課", "会計課"),
    ),
    Category(
        "jumin",
        Text("税務・住民・戸籍・窓口", "Taxes, residents, registers and counters"),
        ("市民課", "税務課", "収納課", "保険年金課"),
    ),
    Category(
        "fukushi",
        Text("福祉・介護", "Welfare and long-term care"),
        ("福祉課", "介護保険課", "障害福祉課", "長寿社会課"),
    ),
    Category(
        "kosodate",
        Text("子育て・教育", "Children and education"),
        ("こども課", "教育委員会", "生涯学習課"),
    ),
    Category("kenko", Text("健康・保健", "Public health"), ("健康増進課", "保健センター", "保健所")),
    Category(
        "sangyo",
        Text("産業・観光・農林水産", "Industry, tourism, farming, forestry and fisheries"),
        ("産業振興課", "観光課", "農林課", "農業委員会"),
    ),
    Category(
        "kensetsu",
        Text("建設・都市計画・上下水道", "Construction, city planning, water and sewerage"),
        ("道路維持課", "建築指導課", "公園緑地課", "水道課"),
    ),
    Category(
        "kankyo",
        Text("環境・くらし", "Environment and daily life"),
        ("環境課", "市民生活課", "消費生活センター"),
    ),
    Category(
        "bosai",
        Text("防災・危機管理", "Disaster prevention and crisis management"),
        ("危機管理課", "消防本部", "社会福祉協議会"),
    ),
    Category(
        "joho",
        Text("広報・情報政策・DX", "Public relations, information policy and digital transformation"),
        ("情報政策課", "広報課", "企画課", "行政改革課"),
    ),
)

CATEGORIES: dict[str, Category] = {category.id: category for category in _ALL}
"""The categories by id, in the order in which they are shown."""
