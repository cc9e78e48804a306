"""Users, groups and organisations of a site."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from marketplace.sandbox import sites
from marketplace.sandbox.caller import Standing
from marketplace.sandbox.models import PrincipalKind, Site
from marketplace.sandbox.people import queries, services
from marketplace.sandbox.people.crowd import read_crowd
from marketplace.sandbox.people.errors import (
    BuiltInGroupError,
    BuiltInUserError,
    OrganizationLoopError,
    PeopleCodeTakenError,
    PrimaryOrganizationError,
    PrincipalNotFoundError,
    SiteUserNotFoundError,
)
from tests.fakes import FixedClock

SITE = "site-of-people"
GROUP, ORGANIZATION = PrincipalKind.GROUP, PrincipalKind.ORGANIZATION


@pytest.fixture
def site(session: Session) -> Site:
    """A site with three users, a group, and jinjibu > ka > kakari."""
    made = sites.create_site(session, SITE, "みほん市", FixedClock()())
    for code, name in (("sato", "佐藤 花子"), ("suzuki", "鈴木 太郎"), ("abe", "ＡＢＥ")):
        services.add_user(session, SITE, code, name)
    services.add_group(session, SITE, "kacho", "課長")
    for code, name, parent in (("jinjibu", "総務部", None), ("ka", "人事課", "jinjibu"), ("kakari", "給与係", "ka")):
        services.add_organization(session, SITE, code, name, parent)
    return made


def join(session, code, *, groups=(), organizations=(), primary=None):
    services.set_standing(session, SITE, code, groups=groups, organizations=organizations, primary=primary)


def standing_of(session, code):
    password = services.renew_password(session, SITE, code)
    return sites.authenticate(session, SITE, code, password).standing


def search(session, text="", kinds=("USER",), allowed=(), limit=20):
    return [each.code for each in queries.search_people(session, SITE, text, kinds, allowed, limit)]


def test_somebody_in_nothing_has_no_standing(session, site):
    assert standing_of(session, "sato") == Standing()


def test_a_caller_comes_with_groups_organisations_and_those_above(session, site):
    join(session, "sato", groups=["kacho"], organizations=["kakari"], primary="kakari")
    assert standing_of(session, "sato") == Standing(
        frozenset({"kacho"}), frozenset({"kakari"}), frozenset({"kakari", "ka", "jinjibu"}), "kakari"
    )


def test_a_primary_organisation_one_has_left_counts_no_more(session, site):
    join(session, "sato", organizations=["ka"], primary="ka")
    services.set_members(session, SITE, ORGANIZATION, "ka", [])
    services.set_members(session, SITE, GROUP, "kacho", ["sato"])
    assert standing_of(session, "sato").primary_organization is None


def test_members_are_replaced_whole(session, site):
    services.set_members(session, SITE, GROUP, "kacho", ["sato", "suzuki", "sato"])
    services.set_members(session, SITE, GROUP, "kacho", ["abe"])
    assert read_crowd(session, SITE).of_group("kacho") == ["abe"]


def test_a_disabled_user_neither_signs_in_nor_is_in_any_group(session, site):
    password = services.renew_password(session, SITE, "sato")
    services.set_members(session, SITE, GROUP, "kacho", ["sato", "abe"])
    services.disable_user(session, SITE, "sato", FixedClock()())
    assert sites.authenticate(session, SITE, "sato", password) is None
    crowd = read_crowd(session, SITE)
    assert ("sato" in crowd.of_group("everyone"), crowd.of_group("kacho")) == (False, ["abe"])
    services.enable_user(session, SITE, "sato")
    assert sites.authenticate(session, SITE, "sato", password) is not None


def test_an_organisation_holds_those_below_it_if_wanted(session, site):
    join(session, "sato", organizations=["kakari"])
    join(session, "suzuki", organizations=["jinjibu", "kakari"])
    crowd = read_crowd(session, SITE)
    assert crowd.of_organization("ka", include_subs=False) == []
    assert crowd.of_organization("jinjibu", include_subs=True) == ["suzuki", "sato"]


@pytest.mark.parametrize(
    ("act", "error"),
    [
        (lambda s: services.add_user(s, SITE, "sato", "別"), PeopleCodeTakenError),
        (lambda s: services.add_group(s, SITE, "kacho", "別"), PeopleCodeTakenError),
        (lambda s: services.add_group(s, SITE, "everyone", "別"), PeopleCodeTakenError),
        (lambda s: services.add_organization(s, SITE, "new", "別", "nowhere"), PrincipalNotFoundError),
        (lambda s: services.renew_password(s, SITE, "nobody"), SiteUserNotFoundError),
        (lambda s: services.renew_password(s, SITE, "a\x00b"), SiteUserNotFoundError),
        (lambda s: services.disable_user(s, SITE, "Administrator", FixedClock()()), BuiltInUserError),
        (lambda s: services.set_members(s, SITE, GROUP, "everyone", []), BuiltInGroupError),
        (lambda s: services.set_members(s, SITE, GROUP, "kacho", ["sato", "nobody"]), SiteUserNotFoundError),
        (lambda s: services.set_members(s, SITE, GROUP, "ka", []), PrincipalNotFoundError),
        (lambda s: services.move_organization(s, SITE, "jinjibu", "kakari"), OrganizationLoopError),
        (lambda s: services.move_organization(s, SITE, "jinjibu", "jinjibu"), OrganizationLoopError),
        (lambda s: join(s, "sato", groups=["everyone"]), BuiltInGroupError),
        (lambda s: join(s, "sato", organizations=["nowhere"]), PrincipalNotFoundError),
        (lambda s: join(s, "sato", organizations=["ka"], primary="jinjibu"), PrimaryOrganizationError),
    ],
)
def test_what_can_t_be_is_refused(session, site, act, error):
    with pytest.raises(error):
        act(session)


def test_a_group_and_an_organisation_may_share_a_code(session, site):
    services.add_group(session, SITE, "ka", "課の人")
    services.set_members(session, SITE, GROUP, "ka", ["sato"])
    assert standing_of(session, "sato").organizations == frozenset()


def test_a_member_s_rank_is_not_for_managers_of_the_site(session, site):
    user = services.change_user(session, SITE, "sato", name="佐藤", is_admin=True)
    assert user.is_admin
    # A code of no person suffices here: only whether there is one counts.
    user.person_id = None
    assert not services.change_user(session, SITE, "sato", name="佐藤", is_admin=False).is_admin


@pytest.mark.parametrize(
    ("text", "codes"),
    [("", ["Administrator", "sato", "suzuki", "abe"]), ("花子", ["sato"]), ("SATO", ["sato"]), ("%", []),
     ("abe", ["abe"]), ("a\x00", [])],
)  # fmt: skip
def test_users_are_found_by_name_or_code(session, site, text, codes):
    assert sorted(search(session, text)) == sorted(codes)


def test_disabled_users_are_not_offered(session, site):
    services.disable_user(session, SITE, "sato", FixedClock()())
    assert "sato" not in search(session)


@pytest.mark.parametrize(
    ("allowed", "codes"),
    [
        ([{"type": "USER", "code": "abe"}], ["abe"]),
        ([{"type": "GROUP", "code": "kacho"}], ["sato"]),
        ([{"type": "ORGANIZATION", "code": "ka"}, {"type": "USER", "code": "abe"}], ["abe", "suzuki"]),
        ([{"type": "ORGANIZATION", "code": "jinjibu"}], []),
        ([{"type": "GROUP", "code": "everyone"}], ["Administrator", "abe", "sato", "suzuki"]),
    ],
)
def test_a_field_may_offer_some_users_only(session, site, allowed, codes):
    join(session, "sato", groups=["kacho"])
    join(session, "suzuki", organizations=["ka"])
    assert sorted(search(session, allowed=allowed)) == codes


def test_groups_and_organisations_are_found_after_users(session, site):
    found = queries.search_people(session, SITE, "課", ("USER", "GROUP", "ORGANIZATION"))
    assert [(each.kind, each.name) for each in found] == [("GROUP", "課長"), ("ORGANIZATION", "人事課")]
    assert search(session, kinds=("ORGANIZATION",), allowed=[{"type": "ORGANIZATION", "code": "ka"}]) == ["ka"]
    assert len(search(session, kinds=("USER", "GROUP"), limit=2)) == 2


def test_people_of_another_site_are_not_found(session, site):
    sites.create_site(session, "other-site", "よその市", FixedClock()())
    services.add_user(session, "other-site", "stranger", "よその人")
    assert "stranger" not in search(session)
    with pytest.raises(SiteUserNotFoundError):
        services.set_members(session, SITE, GROUP, "kacho", ["stranger"])
