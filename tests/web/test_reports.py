"""Telling the operator of what should not stay public."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from marketplace.audit.models import AuditEvent
from marketplace.municipalities.codes import OPERATOR_CODE
from marketplace.operating.reports import MOST_A_DAY
from tests.municipalities.factories import MIHON
from tests.web.conftest import words
from tests.web.factories import PAGE

TOLD = {"reason": "personal-data", "text": "サンプルに氏名があります。<b>"}


@pytest.fixture
def told(world):
    """The page of a story of a template."""
    world.release()
    return world.tell(title="集計が楽になった")


def test_a_report_reaches_the_operator_who_notes_the_outcome(told, sign_in, browser, session):
    reader, operator = sign_in("reader", MIHON), sign_in("admin", OPERATOR_CODE)
    place = reader.read(told).find("a", href=lambda href: href.startswith("/reports/story/"))["href"]
    assert "報告を受け付けました" in words(reader.read(reader.post(place, data=TOLD).headers["Location"]))
    assert "未対応1件" in words(operator.read("/operator"))
    report = operator.read("/operator/reports").select_one("tbody a")["href"]
    shown = operator.read(report)
    assert TOLD["text"] in words(shown)
    assert shown.find("a", href=told)
    operator.send(f"{report}/settle", {"outcome": "contacted", "note": ""}, 422)
    operator.send(f"{report}/settle", {"outcome": "contacted", "note": "電話した"})
    operator.send(f"{report}/settle", {"outcome": "nothing", "note": "二度目"}, 409)
    assert "団体に連絡した" in words(operator.read("/operator/reports"))
    acts = set(session.scalars(select(AuditEvent.act).where(AuditEvent.subject_kind == "report")))
    assert acts == {"report.sent", "report.settled"}
    assert browser.read(told).find("a", href=place) is None


def test_the_queue_is_the_operator_s_alone(told, sign_in, browser):
    reader = sign_in("admin", MIHON)
    place = reader.read(PAGE).find("a", href=lambda href: href.startswith("/reports/template/"))["href"]
    assert browser.get(place).status_code == 401
    assert browser.post(place, data=TOLD).status_code == 401
    reader.send(place, TOLD)
    assert reader.get("/operator/reports").status_code == 403
    assert reader.get("/operator/reports/aaaaaaaaaaaaaaaa").status_code == 403
    assert reader.post("/operator/reports/aaaaaaaaaaaaaaaa/settle", data=TOLD).status_code == 403


def test_a_report_says_why_and_of_what(told, sign_in):
    reader = sign_in("reader", MIHON)
    place = reader.read(told).find("a", href=lambda href: href.startswith("/reports/story/"))["href"]
    page = reader.send(place, {"reason": "", "text": "あ" * 1001}, 422)
    assert len(page.select(".field .error")) == 2
    for absent in ("/reports/story/aaaaaaaaaaaaaaaa", "/reports/municipality/992011", "/reports/review/%00"):
        assert reader.get(absent).status_code == 404, absent


def test_one_person_can_report_so_much_in_a_day(told, sign_in, clock):
    reader = sign_in("reader", MIHON)
    place = told.replace("/stories", "/reports/story")
    for _ in range(MOST_A_DAY):
        reader.send(place, TOLD)
    clock.advance(hours=1)
    refused = reader.post(place, data=TOLD)
    assert (refused.status_code, refused.headers["Retry-After"]) == (429, str(23 * 3600))
