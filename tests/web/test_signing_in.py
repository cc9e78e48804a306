import pytest
from argon2 import PasswordHasher
from itsdangerous import TimestampSigner
from sqlalchemy import update

from marketplace.accounts.models import SignInSession
from marketplace.accounts.sessions import mark_of
from tests.accounts.factories import PASSWORD, make_person
from tests.municipalities.factories import MIHON, make_member
from tests.web.conftest import words


@pytest.fixture
def person(session):
    person = make_person(session, email="hanako@example.lg.jp")
    make_member(session, MIHON, "admin", person_id=person.id)
    session.commit()
    return person


def credentials(**changes):
    return {"email": "hanako@example.lg.jp", "password": PASSWORD, **changes}


def test_signing_in_leads_to_the_page_one_came_from(browser, person):
    assert browser.post("/sign-in", data=credentials(next="/workspaces")).headers["Location"] == "/workspaces"


def test_signing_in_never_leads_to_another_site(browser, person):
    assert browser.post("/sign-in", data=credentials(next="//example.jp")).headers["Location"] == "/"


def test_every_page_greets_who_is_signed_in(browser, person):
    browser.post("/sign-in", data=credentials())
    assert "みほん市 見本 花子さん" in browser.read("/help").header.get_text(" ", strip=True)


def test_a_wrong_password_is_said_beside_the_form_and_the_address_stays(browser, person):
    page = browser.send("/sign-in", credentials(password="wrong"), 401)
    assert page.find(role="alert").find("h2").get_text() == "メールアドレスまたはパスワードが違います。"
    assert page.find(id="f-email")["value"] == "hanako@example.lg.jp"
    assert not page.find(id="f-password").get("value")


def test_guessing_is_slowed_down(browser, person):
    answers = [browser.post("/sign-in", data=credentials(password="wrong")).status_code for _ in range(6)]
    assert answers == [401] * 5 + [429]


def test_signing_out_ends_the_session(browser, person):
    browser.post("/sign-in", data=credentials())
    browser.post("/sign-out")
    assert browser.get("/workspaces").status_code == 401


def test_a_changed_password_ends_the_sessions_of_before(browser, person, session):
    browser.post("/sign-in", data=credentials())
    person.password_hash = "another"
    session.commit()
    assert browser.get("/workspaces").status_code == 401


def test_a_disabled_account_loses_its_session(browser, person, session, clock):
    browser.post("/sign-in", data=credentials())
    person.disabled_at = clock()
    session.commit()
    assert browser.get("/workspaces").status_code == 401


def test_a_page_for_members_lets_strangers_sign_in_there_and_come_back(browser, person):
    page = browser.read("/workspaces", 401)
    assert page.main.find("a", class_="button")["href"] == "/sign-in?next=%2Fworkspaces"
    assert page.main.find("input", attrs={"name": "next"})["value"] == "/workspaces"
    entered = browser.post("/sign-in", data=credentials(next="/workspaces"))
    assert (entered.status_code, entered.headers["Location"]) == (303, "/workspaces")


@pytest.mark.parametrize("headers", [{"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://example.jp"}])
def test_a_form_of_another_site_is_refused(browser, person, headers):
    assert browser.post("/sign-in", data=credentials(), headers=headers).status_code == 403


def test_somebody_without_a_municipality_may_read_but_not_act(browser, session):
    make_person(session, email="alone@example.lg.jp")
    session.commit()
    browser.post("/sign-in", data=credentials(email="alone@example.lg.jp"))
    assert browser.get("/templates").status_code == 200
    assert browser.get("/workspaces").status_code == 403


def test_the_language_is_switched_and_remembered(browser):
    assert browser.get("/language?to=en&next=/help").headers["Location"] == "/help"
    assert browser.read("/help").html["lang"] == "en"


@pytest.mark.parametrize("address", ["/language?to=xx&next=/help", "/language?to=en&next=https://example.jp/"])
def test_switching_the_language_stays_on_this_site(browser, address):
    assert browser.get(address).headers["Location"] in {"/help", "/"}


@pytest.mark.parametrize("address", ["/help", "/help/bundle", "/sign-in", "/", "/templates"])
@pytest.mark.parametrize("language", ["ja", "en"])
def test_public_pages_are_there_in_both_languages(browser, address, language):
    assert browser.read(f"{address}?lang={language}").html["lang"] == language


def test_a_page_that_is_not_there_is_told_in_words(browser):
    page = browser.read("/nothing", 404)
    assert page.header.find("a", href=lambda address: address.startswith("/sign-in")) is None, (
        "nobody knows who reads it"
    )
    assert "ページが見つかりませんでした。" in words(page)
    assert page.find("a", href="/templates")


def test_a_hash_made_anew_at_another_sign_in_ends_no_session(browser, app, person, session):
    """Hashes are made anew, once their cost has been raised, at the next sign-in from wherever."""
    earlier = app.test_client()
    earlier.post("/sign-in", data=credentials())
    person.password_hash = outdated = PasswordHasher(time_cost=2, memory_cost=64, parallelism=1).hash(PASSWORD)
    session.execute(update(SignInSession).values(password_mark=mark_of(person)))
    session.commit()
    browser.post("/sign-in", data=credentials())
    session.refresh(person)
    assert person.password_hash != outdated
    assert [each.get("/workspaces").status_code for each in (browser, earlier)] == [200, 200]


@pytest.mark.parametrize(("seconds", "status"), [(-30, 200), (-3600, 200), (3600, 200), (14 * 24 * 3600, 401)])
def test_a_clock_that_was_set_ends_no_session_before_its_time(browser, person, monkeypatch, seconds, status):
    """A machine whose clock is behind the one that signed the cookie reads it all the same."""
    browser.post("/sign-in", data=credentials())
    signed_at = TimestampSigner("any").get_timestamp()
    monkeypatch.setattr(TimestampSigner, "get_timestamp", lambda _signer: signed_at + seconds)
    assert browser.get("/workspaces").status_code == status
