"""Templates like a template: what counts, what is named, and how the rows follow the data."""

from __future__ import annotations

from datetime import timedelta

import pytest

from marketplace.catalog import similar
from marketplace.catalog.first_party import PUBLISHER, sync_catalog
from marketplace.catalog.models import SimilarTemplate, Template
from marketplace.catalog.queries import find_template, get_version, similar_templates
from marketplace.catalog.services import add_version, mark_withdrawn
from marketplace.catalog.similarity import MOST_BY_FIELDS
from marketplace.catalog.traits import TraitKind, traits_of
from marketplace.housekeeping import compare_some
from marketplace.kernel.context import Context
from marketplace.municipalities.services import load_master
from tests.bundle.factories import Json, make_app, make_bundle, make_field
from tests.catalog_domain.factories import ASAHIKAWA, OSAKA, make_municipality, make_version

ROADS = ("受付日", "現場写真", "損傷の種類", "備考")
DUMPING = ("受付日", "現場写真", "ごみの種類", "備考")
LOANS = ("貸出日", "返却日", "備考")
TELLING = {
    "road-damage-report": "illegal-dumping-report",
    "vaccination-reservation": "health-checkup-reservation",
    "meeting-room-reservation": "community-hall-reservation",
    "bridge-inspection-ledger": "park-playground-inspection",
    "childcare-enrollment": "afterschool-club-application",
    "vacant-house-bank": "vacant-house-survey",
    "subsidy-program-master": "subsidy-grant-management",
    "child-consultation-record": "welfare-consultation-record",
    "school-absence-report": "infection-health-monitoring",
    "device-license-ledger": "giga-device-ledger",
    "pollution-complaint": "citizen-voice-management",
    "bereavement-support-desk": "moving-in-out-checklist",
}


def release(ctx: Context, slug: str, name: str, *labels: str, version: str = "1.0.0", **manifest: object) -> Template:
    """Release a template with one app of text fields with these labels, and let the worker have compared it."""
    fields = [make_field("SINGLE_LINE_TEXT", f"f{at}", label=label) for at, label in enumerate(labels)]
    about: Json = {"name": {"ja": name, "en": slug}, "keywords": [], "departments": [], **manifest}
    publisher = str(about.pop("publisher", ASAHIKAWA))
    bundle = make_bundle({"app": make_app(name, *fields)}, slug=slug, version=version, **about)
    make_version(ctx, publisher=publisher, bundle=bundle)
    found = find_template(ctx, publisher, slug)
    assert found is not None
    compare_again(ctx, [found.id])
    return found


def near(ctx: Context, slug: str, publisher: str = ASAHIKAWA) -> list[str]:
    return [each.template.slug for each in similar_templates(ctx, publisher, slug)]


def compare_again(ctx: Context, ids: list[str]) -> None:
    similar.write_neighbours(ctx, similar.find_neighbours(ctx, ids))


@pytest.fixture
def three(ctx: Context) -> None:
    """Release two that are alike, one that is not, and some that make 備考 common."""
    for at in range(4):
        release(ctx, f"filler-{at}", f"{at}{at}", "備考", f"{at}番", category="joho")
    release(ctx, "roads", "道路の損傷", *ROADS)
    release(ctx, "dumping", "不法投棄の通報", *DUMPING, publisher=OSAKA)
    release(ctx, "loans", "機材の持ち出し", *LOANS, category="joho")


@pytest.mark.usefixtures("three")
def test_templates_with_fields_in_common_name_each_other_and_say_which(ctx: Context) -> None:
    (found,) = similar_templates(ctx, ASAHIKAWA, "roads")[:1]
    assert (found.template.slug, found.template.publisher.code) == ("dumping", OSAKA)
    assert found.reason.fields == ("受付日", "現場写真")
    assert near(ctx, "dumping", OSAKA)[0] == "roads"


@pytest.mark.usefixtures("three")
def test_a_field_that_all_templates_have_makes_nobody_similar(ctx: Context) -> None:
    assert "loans" not in near(ctx, "roads")
    assert near(ctx, "loans") == []


def test_labels_are_compared_as_written_by_anybody_but_only_with_the_same_kind_of_answer(ctx: Context) -> None:
    date, text = make_field("DATE", "a", label="受 付日"), make_field("MULTI_LINE_TEXT", "b", label="フリガナ")
    other = make_field("DATETIME", "c", label="受付日"), make_field("SINGLE_LINE_TEXT", "d", label="ﾌﾘｶﾞﾅ")
    same = [traits_of(make_bundle({"app": make_app("申請", *fields)})) for fields in ((date, text), other)]
    terms = [{trait.term for trait in traits if trait.kind is TraitKind.FIELD} for traits in same]
    assert terms[0] == terms[1]
    numbers = traits_of(make_bundle({"app": make_app("申請", make_field("NUMBER", "a", label="受付日"))}))
    assert not terms[0] & {trait.term for trait in numbers}


def test_synonyms_and_not_their_readings_are_keywords_in_common(ctx: Context) -> None:
    release(ctx, "cars", "車両", "甲", keywords=["公用車", "くるま"])
    release(ctx, "trips", "出張", "乙", keywords=["庁用車", "くるま"])
    release(ctx, "others", "別の業務", "丙", keywords=["給食"], category="joho")
    (found,) = similar_templates(ctx, ASAHIKAWA, "cars")
    assert (found.template.slug, found.reason.keywords) == ("trips", ("庁用車",))


def test_two_templates_that_hold_the_same_app_are_not_alike_for_that_alone(ctx: Context) -> None:
    labels = [f"{at}番目の問い" for at in range(30)]
    release(ctx, "one", "甲の業務", *labels, category="joho")
    release(ctx, "two", "乙", *labels, category="bosai")
    (found,) = similar_templates(ctx, ASAHIKAWA, "one")
    assert found.score <= MOST_BY_FIELDS + 10
    assert len(found.reason.fields) == 5


def test_a_set_is_compared_with_sets_only(ctx: Context) -> None:
    for slug in ("roads", "dumping"):
        release(ctx, slug, slug, *ROADS)
        includes = [{"template": slug, "version": "1.0.0", "apps": ["app"]}]
        release(ctx, f"{slug}-set", "セット", *ROADS, includes=includes)
    assert near(ctx, "roads") == ["dumping"]
    assert near(ctx, "roads-set") == ["dumping-set"]


@pytest.mark.usefixtures("three")
def test_a_withdrawn_template_is_named_no_more_and_its_neighbours_look_for_others(ctx: Context) -> None:
    release(ctx, "leaks", "漏水の記録", *ROADS[:3])
    assert set(near(ctx, "roads")) == {"leaks", "dumping"}
    mark_withdrawn(ctx, get_version(ctx, OSAKA, "dumping", "1.0.0"), "誤りがありました")
    assert near(ctx, "roads") == ["leaks"]
    assert near(ctx, "dumping", OSAKA) == []
    roads = find_template(ctx, ASAHIKAWA, "roads")
    assert roads is not None
    assert roads.id in similar.due_for_comparison(ctx, ctx.now() - timedelta(days=1))


@pytest.mark.usefixtures("three")
def test_a_version_with_other_fields_ends_a_likeness_on_both_sides(ctx: Context) -> None:
    release(ctx, "roads", "給食", "献立", "食数", "備考", version="2.0.0", category="kosodate")
    assert near(ctx, "roads") == near(ctx, "dumping", OSAKA) == []


@pytest.mark.usefixtures("three")
def test_comparing_again_changes_nothing_where_nothing_changed(ctx: Context) -> None:
    seen = []
    for _ in range(2):
        ids = similar.due_for_comparison(ctx, ctx.now() + timedelta(seconds=1))
        assert len(ids) == 7
        compare_again(ctx, ids)
        seen.append(sorted((row.template_id, row.similar_id, row.score) for row in ctx.session.query(SimilarTemplate)))
    assert seen[0] == seen[1]


def test_the_worker_compares_what_was_released_in_bulk_and_passes_over_a_lost_file(
    ctx: Context, sessions, ports, clock
) -> None:
    make_municipality(ctx.session)
    for slug in ("roads", "dumping", "leaks"):
        app = make_app("通報", *[make_field("SINGLE_LINE_TEXT", code) for code in ROADS])
        bundle = make_bundle({"app": app}, slug=slug, name={"ja": slug, "en": slug})
        add_version(ctx, ASAHIKAWA, bundle)
    assert near(ctx, "roads") == []
    ctx.session.commit()
    compare_some(sessions, ports, clock)
    assert sorted(near(ctx, "roads")) == ["dumping", "leaks"]
    assert similar.due_for_comparison(ctx, ctx.now() - timedelta(days=1)) == []


@pytest.fixture
def whole_catalog(ctx: Context) -> None:
    load_master(ctx.session)
    sync_catalog(ctx, "templates_catalog")
    compare_again(ctx, similar.due_for_comparison(ctx, ctx.now()))


@pytest.mark.slow
@pytest.mark.usefixtures("whole_catalog")
def test_the_first_party_templates_find_those_an_official_would_name(ctx: Context) -> None:
    found = {slug: near(ctx, slug, PUBLISHER) for slug in TELLING}
    assert {slug: found[slug] for slug, like in TELLING.items() if like not in found[slug]} == {}
    assert len(found["road-damage-report"]) == similar.KEPT
    # The register of associations comes with the template, and what else holds it is not nearer for that.
    order = found["road-damage-report"].index
    assert order("illegal-dumping-report") < order("resident-association-register")
