from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from marketplace.municipalities import queries
from marketplace.municipalities.codes import check_digit, is_valid_code
from marketplace.municipalities.errors import CodeInvalidError, CodeTakenError, MunicipalityNotFoundError
from marketplace.municipalities.master import OPERATOR, parse_master, read_master
from marketplace.municipalities.models import Municipality, MunicipalityType
from marketplace.municipalities.services import FictitiousMunicipality, add_fictitious, load_master

MIHON = FictitiousMunicipality(code="992011", prefecture="架空県", name="みほん市", kana="みほんし")
HEADER = (
    "code,prefecture,name,kana,type,parent_code,lat,lon,website,population,population_date,size_class,region,active\n"
)
ASAHIKAWA = "012041,北海道,旭川市,あさひかわし,core_city,010006,43.7,142.3,,327960,2022-01-01,S7,北海道,1\n"
SHIMOTSUMA = "082104,茨城県,下妻市,しもつまし,city,080004,36.1,139.9,,42703,2022-01-01,S5,関東,1\n"


def as_list(*rows: str) -> bytes:
    return (HEADER + "".join(rows)).encode()


def test_the_whole_list_and_the_operator_are_loaded(session):
    assert load_master(session) == 1966
    assert session.scalar(select(func.count()).select_from(Municipality)) == 1966
    assert session.get(Municipality, "yokoten").type is MunicipalityType.OPERATOR
    shimotsuma = session.get(Municipality, "082104")
    assert (shimotsuma.full_name, shimotsuma.population) == ("茨城県下妻市", 42703)


def test_loading_the_same_list_again_changes_nothing_and_is_quick(session):
    load_master(session)
    started = time.perf_counter()
    assert load_master(session) == 0
    assert time.perf_counter() - started < 1


def test_only_the_rows_that_differ_are_changed(session):
    load_master(session, as_list(ASAHIKAWA, SHIMOTSUMA))
    renamed = SHIMOTSUMA.replace("42703", "41000")
    assert load_master(session, as_list(ASAHIKAWA, renamed)) == 1
    assert session.get(Municipality, "082104").population == 41000


def test_a_municipality_that_left_the_list_stays_but_is_inactive(session):
    load_master(session, as_list(ASAHIKAWA, SHIMOTSUMA))
    assert load_master(session, as_list(ASAHIKAWA)) == 1
    assert session.get(Municipality, "082104").active is False


def test_loading_leaves_fictitious_municipalities_alone(session):
    add_fictitious(session, MIHON)
    load_master(session, as_list(ASAHIKAWA))
    assert session.get(Municipality, "992011").active is True


def test_every_code_of_the_list_has_its_right_check_digit():
    codes = [row.code for row in parse_master(read_master()) if row is not OPERATOR]
    assert len(set(codes)) == 1965
    assert [code for code in codes if not is_valid_code(code)] == []


@given(st.integers(0, 99999), st.integers(0, 9))
def test_exactly_one_check_digit_fits_each_code(number, digit):
    five = f"{number:05d}"
    assert is_valid_code(f"{five}{digit}") is (check_digit(five) == digit)


@pytest.mark.parametrize("text", ["", "01204", "0120411", "０１２０４１", "01204x", "012041\n", "012042"])
def test_what_is_no_code_is_not_valid(text):
    assert not is_valid_code(text)


def test_a_fictitious_municipality_is_added_once(session):
    first = add_fictitious(session, MIHON)
    assert add_fictitious(session, MIHON) is first
    assert first.fictitious is True


def test_a_fictitious_municipality_can_not_take_a_real_code(session):
    load_master(session, as_list(ASAHIKAWA))
    with pytest.raises(CodeTakenError):
        add_fictitious(session, FictitiousMunicipality("012041", "架空県", "にせ市", "にせし"))


def test_a_fictitious_municipality_needs_a_right_check_digit(session):
    with pytest.raises(CodeInvalidError):
        add_fictitious(session, FictitiousMunicipality("992012", "架空県", "みほん市", "みほんし"))


def test_a_municipality_is_found_by_its_code(ctx):
    load_master(ctx.session, as_list(ASAHIKAWA))
    assert queries.get_municipality(ctx, "012041").name == "旭川市"
    assert queries.get_municipality(ctx, "yokoten").name == "ヨコテン運営"


@pytest.mark.parametrize("code", ["082104", "nobody", "", "\x00", "０１２０４１"])
def test_an_unknown_code_is_not_found(ctx, code):
    load_master(ctx.session, as_list(ASAHIKAWA))
    with pytest.raises(MunicipalityNotFoundError):
        queries.get_municipality(ctx, code)


def test_the_list_is_read_page_by_page_without_the_operator(ctx):
    load_master(ctx.session, as_list(ASAHIKAWA, SHIMOTSUMA))
    first = queries.list_municipalities(ctx, limit=1)
    second = queries.list_municipalities(ctx, cursor=first.next_cursor, limit=1)
    assert [row.code for row in first.items + second.items] == ["012041", "082104"]
    assert second.next_cursor is None


def test_the_list_is_narrowed_by_prefecture_and_size(ctx):
    load_master(ctx.session, as_list(ASAHIKAWA, SHIMOTSUMA))
    found = queries.list_municipalities(ctx, queries.MunicipalityFilter(prefecture="茨城県", size_class="S5"))
    assert [row.code for row in found.items] == ["082104"]
