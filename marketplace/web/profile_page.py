"""The public page of one municipality."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import urlencode

from marketplace.community.profile import GivenReview, Profile
from marketplace.kernel.text import Language, Text
from marketplace.municipalities.models import MunicipalityType
from marketplace.municipalities.prefectures import prefecture_text
from marketplace.web.catalog_cards import TemplateCard, publisher_name, template_address, template_card
from marketplace.web.directory_list import municipality_address, size_name

TYPES: dict[MunicipalityType, Text] = {
    MunicipalityType.PREFECTURE: Text("都道府県", "Prefecture"),
    MunicipalityType.DESIGNATED_CITY: Text("政令指定都市", "Designated city"),
    MunicipalityType.CORE_CITY: Text("中核市", "Core city"),
    MunicipalityType.CITY: Text("市", "City"),
    MunicipalityType.SPECIAL_WARD: Text("特別区", "Special ward"),
    MunicipalityType.TOWN: Text("町", "Town"),
    MunicipalityType.VILLAGE: Text("村", "Village"),
    MunicipalityType.WARD: Text("行政区", "Ward"),
    MunicipalityType.NORTHERN_TERRITORIES: Text("北方領土の村", "Village of the Northern Territories"),
    MunicipalityType.OPERATOR: Text("このサービスの運営者", "Operator of this service"),
}


@dataclass(frozen=True, slots=True)
class UsedTemplate:
    """A template the municipality uses."""

    name: str
    address: str
    category: str


@dataclass(frozen=True, slots=True)
class ReviewRow:
    """A review the municipality wrote."""

    template: str
    address: str
    stars: int
    text: str
    number: str
    written_at: datetime


@dataclass(frozen=True, slots=True)
class ProfilePage:
    """Everything the page shows."""

    name: str
    kana: str
    code: str
    prefecture: Text
    type: str
    size: str | None
    population: int | None
    population_date: date | None
    is_active: bool
    is_fictitious: bool
    is_operator: bool
    is_verified: bool
    cards: tuple[TemplateCard, ...]
    template_count: int
    all_templates: str | None
    """Where the rest is listed, if not all are shown."""
    uses: tuple[UsedTemplate, ...]
    use_count: int
    reviews: tuple[ReviewRow, ...]
    review_count: int
    more_reviews: str | None


def show_profile(profile: Profile, language: Language) -> ProfilePage:
    """Return the page of a municipality in one language."""
    municipality = profile.municipality
    cursor = profile.reviews.next_cursor
    address = municipality_address(municipality.code)
    return ProfilePage(
        name=publisher_name(municipality),
        kana=municipality.kana,
        code=municipality.code,
        prefecture=prefecture_text(municipality.prefecture),
        type=TYPES[municipality.type].in_language(language),
        size=size_name(municipality.size_class, language),
        population=municipality.population,
        population_date=profile.population_date,
        is_active=municipality.active,
        is_fictitious=municipality.fictitious,
        is_operator=municipality.type is MunicipalityType.OPERATOR,
        is_verified=municipality.is_verified,
        cards=tuple(template_card(item, language) for item in profile.templates),
        template_count=profile.template_count,
        all_templates=_all_templates(profile),
        uses=tuple(
            UsedTemplate(
                item.name.in_language(language),
                template_address(item.publisher.code, item.slug),
                item.category.name.in_language(language),
            )
            for item in profile.uses
        ),
        use_count=profile.use_count,
        reviews=tuple(_review(review, language) for review in profile.reviews.items),
        review_count=profile.review_count,
        more_reviews=f"{address}?{urlencode({'reviews': cursor})}#reviews" if cursor else None,
    )


def _all_templates(profile: Profile) -> str | None:
    is_more = profile.template_count > len(profile.templates)
    return f"/templates?{urlencode({'publisher': profile.municipality.code})}" if is_more else None


def _review(review: GivenReview, language: Language) -> ReviewRow:
    return ReviewRow(
        template=review.name.in_language(language),
        address=template_address(review.publisher_code, review.slug),
        stars=review.stars,
        text=review.text,
        number=review.version,
        written_at=review.updated_at,
    )
