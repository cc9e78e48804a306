"""The pages of one's own account: passwords, second factors, sessions, language."""

from __future__ import annotations

import pytest
from pyotp import TOTP
from sqlalchemy import event, select

from marketplace.accounts.factors.models import Authenticator, RecoveryCode
from marketplace.accounts.factors.services import remove_every_factor
from marketplace.accounts.models import Guarded, SignInSession
from marketplace.accounts.sessions import SEEN_EVERY
from marketplace.accounts.throttle import note_failure
from marketplace.kernel.actor import ANONYMOUS
from marketplace.kernel.text import Language
from tests.accounts.factories import PASSWORD, make_person
from tests.municipalities.factories import MIHON, make_member
from tests.web.conftest import words

NEW_PASSWORD = "新しい 合言葉 2026 年度"
EMAIL = "hanako@example.lg.jp"
WINDOWS = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0 Safari/537.36"


@pytest.fixture
def person(session):
    person = make_person(session, email=EMAIL)
    make_member(session, MIHON, "admin", person_id=person.id)
    session.commit()
    return person


@pytest.fixture
def enter(app, person):
    """Sign in with the password, in a browser of its own."""

    def sign_in(**sent):
        browser = app.test_client()
        browser.last = browser.post("/sign-in", data={"email": EMAIL, "password": PASSWORD, **sent})
        return browser

    return sign_in


@pytest.fixture
def guarded(enter, clock):
    """A browser whose account has an authenticator app, the app, and its recovery codes."""
    browser = enter()
    page = browser.send("/account/authenticator/new", {"password": PASSWORD}, 200)
    totp = TOTP(page.find("code", class_="secret").get_text().replace(" ", ""))
    sent = {"paper": page.find("input", attrs={"name": "paper"})["value"], "code": totp.at(clock())}
    codes = [code.get_text() for code in browser.send("/account/authenticator/new", sent, 200).select("li code")]
    clock.advance(seconds=60)
    return browser, totp, codes


@pytest.fixture
def guess(context_of, session):
    """Write wrong guesses down directly."""

    def fail(person, purpose, times):
        for _try in range(times):
            note_failure(context_of(ANONYMOUS), person.email, purpose)
        session.commit()

    return fail


def test_the_account_shows_name_mail_language_memberships_and_what_guards_it(enter):
    page = enter().read("/account")
    assert page.find(id="f-name")["value"] == "見本 花子"
    shown = words(page)
    assert all(each in shown for each in (EMAIL, "みほん市", "管理者", "未設定", "1台を確かめる"))
    assert enter().read("/account?lang=en").h1.get_text() == "Account"


@pytest.mark.parametrize(
    "address",
    ["", "/password", "/authenticator/new", "/passkeys/new", "/passkeys/a/remove", "/recovery-codes", "/sessions"],
)
def test_strangers_are_asked_to_sign_in(browser, address):
    assert browser.get(f"/account{address}").status_code == 401


def test_the_name_is_changed_and_a_broken_one_refused_in_place(enter):
    browser = enter()
    page = browser.send("/account/name", {"name": " "}, 422)
    assert page.find(id="f-name-error")
    browser.send("/account/name", {"name": "見本 華子"})
    assert "見本 華子さん" in browser.read("/account?done=name").header.get_text()


def test_a_chosen_language_is_kept_with_the_account_and_follows_to_other_browsers(enter, person, session):
    enter().get("/language?to=en&next=/account")
    session.expire_all()
    assert person.language == Language.EN.value
    assert enter().read("/account").html["lang"] == "en"
    other = enter()
    other.send("/account/language", {"language": "ja"})
    assert other.read("/account").html["lang"] == "ja"


def test_a_new_password_ends_the_other_sessions_and_keeps_this_one(enter):
    browser, other = enter(), enter()
    browser.send("/account/password", {"present": PASSWORD, "password": NEW_PASSWORD})
    assert (browser.get("/account").status_code, other.get("/account").status_code) == (200, 401)


def test_a_wrong_present_password_is_refused_in_place_and_counted(enter, guess, person):
    browser = enter()
    page = browser.send("/account/password", {"present": PASSWORD, "password": "short"}, 422)
    assert page.find(id="f-password-error")
    sent = {"present": "wrong", "password": NEW_PASSWORD}
    guess(person, Guarded.CONFIRMATION, 4)
    assert [browser.post("/account/password", data=sent).status_code for _ in range(2)] == [422, 429]


def test_with_an_authenticator_the_password_alone_opens_nothing(guarded, enter, clock):
    _, totp, codes = guarded
    assert len(set(codes)) == 10
    browser = enter(next="/workspaces")
    assert browser.last.headers["Location"] == "/sign-in/second-factor?next=%2Fworkspaces"
    assert browser.get("/account").status_code == 401
    assert browser.send("/sign-in/second-factor", {"code": "000000"}, 401).find(role="alert")
    typed = "".join(chr(ord(digit) + 0xFEE0) for digit in totp.at(clock()))
    done = browser.post("/sign-in/second-factor", data={"code": f" {typed} ", "next": "/workspaces"})
    assert done.headers["Location"] == "/workspaces"
    assert browser.get("/account").status_code == 200


def test_a_code_and_a_recovery_code_each_count_once(guarded, enter, clock, session):
    _, totp, codes = guarded
    code = totp.at(clock())
    assert enter().post("/sign-in/second-factor", data={"code": code}).status_code == 303
    assert enter().post("/sign-in/second-factor", data={"code": code}).status_code == 401
    assert enter().post("/sign-in/second-factor", data={"code": codes[0].upper()}).status_code == 303
    assert enter().post("/sign-in/second-factor", data={"code": codes[0]}).status_code == 401
    kept = [row.code_hash for row in session.scalars(select(RecoveryCode))]
    assert len(kept) == 9
    assert not set(kept) & {each.replace("-", "") for each in codes}


def test_guessing_codes_is_slowed_down_whatever_the_browser(guarded, enter, clock, guess, person):
    _, totp, _ = guarded
    guess(person, Guarded.SECOND_FACTOR, 4)
    assert enter().post("/sign-in/second-factor", data={"code": "123456"}).status_code == 401
    assert enter().post("/sign-in/second-factor", data={"code": totp.at(clock())}).status_code == 429


def test_a_right_password_waits_ten_minutes_for_the_second_factor(guarded, enter, clock):
    _, totp, _ = guarded
    browser = enter()
    clock.advance(minutes=10)
    assert browser.get("/sign-in/second-factor").headers["Location"].startswith("/sign-in?")
    answer = browser.post("/sign-in/second-factor", data={"code": totp.at(clock()), "next": "//example.jp"})
    assert answer.headers["Location"] == "/sign-in?next=%2F"


def test_the_secret_of_the_app_is_sealed_and_removing_it_asks_for_the_password(guarded, session, enter):
    browser, totp, _ = guarded
    assert totp.secret not in session.scalars(select(Authenticator.sealed_secret)).one()
    page = browser.send("/account/authenticator/remove", {"password": "wrong"}, 422)
    assert "二段階認証がなくなります。" in words(page)
    assert enter().last.headers["Location"].startswith("/sign-in/second-factor")
    browser.send("/account/authenticator/remove", {"password": PASSWORD})
    assert enter().get("/account").status_code == 200
    assert session.scalars(select(RecoveryCode)).all() == []


def test_a_wrong_code_shows_the_same_picture_again_and_an_old_page_starts_anew(enter, clock):
    browser = enter()
    page = browser.send("/account/authenticator/new", {"password": PASSWORD}, 200)
    paper = page.find("input", attrs={"name": "paper"})["value"]
    again = browser.send("/account/authenticator/new", {"paper": paper, "code": "1"}, 422)
    assert str(again.select_one(".qr-code svg")) == str(page.select_one(".qr-code svg"))
    clock.advance(minutes=11)
    assert browser.send("/account/authenticator/new", {"paper": paper, "code": "1"}, 409).find(id="f-password")


def test_sessions_are_listed_and_ended(enter, app, person):
    browser = enter()
    other = app.test_client()
    other.post("/sign-in", data={"email": EMAIL, "password": PASSWORD}, headers={"User-Agent": WINDOWS})
    page = browser.read("/account/sessions")
    rows = [row.get_text(" ", strip=True) for row in page.select("tbody tr")]
    assert "この端末" in rows[0]
    assert "Chrome（Windows）" in rows[1]
    browser.send(page.select_one("td form")["action"])
    assert (browser.get("/account").status_code, other.get("/account").status_code) == (200, 401)
    third = enter()
    browser.send("/account/sessions/end-others")
    assert third.get("/account").status_code == 401


def test_nobody_ends_the_sessions_of_others(enter, browser, session, person):
    enter()
    other = make_person(session)
    other.password_hash = person.password_hash
    session.commit()
    browser.post("/sign-in", data={"email": other.email, "password": PASSWORD})
    foreign = session.scalars(select(SignInSession.id).where(SignInSession.person_id == person.id)).one()
    assert browser.post(f"/account/sessions/{foreign}/end").status_code == 404


def test_the_database_holds_no_secret_that_opens_a_session(enter, session):
    browser = enter()
    with browser.session_transaction() as cookie:
        secret = cookie["_user_id"]
    kept = session.scalars(select(SignInSession)).one()
    assert secret not in {kept.id, kept.secret_hash}


def test_signing_in_ends_the_session_the_browser_held_and_a_copied_cookie_dies_with_signing_out(enter, app, session):
    browser = enter()
    cookie = browser.get_cookie("session").value
    browser.post("/sign-in", data={"email": EMAIL, "password": PASSWORD})
    assert browser.get_cookie("session").value != cookie
    assert len(session.scalars(select(SignInSession)).all()) == 1
    copied = app.test_client()
    copied.set_cookie("session", browser.get_cookie("session").value)
    assert copied.get("/account").status_code == 200
    browser.post("/sign-out")
    assert copied.get("/account").status_code == 401


@pytest.mark.parametrize("act", ["sign-in", "password", "sign-out"])
def test_a_cookie_copied_before_is_dead_after(enter, app, act):
    browser, copied = enter(), app.test_client()
    copied.set_cookie("session", browser.get_cookie("session").value)
    assert copied.get("/account").status_code == 200
    if act == "sign-in":
        browser.send("/sign-in", {"email": EMAIL, "password": PASSWORD})
    elif act == "password":
        browser.send("/account/password", {"present": PASSWORD, "password": NEW_PASSWORD})
    else:
        browser.send("/sign-out")
    assert copied.get("/account").status_code == 401
    assert browser.get("/account").status_code == (401 if act == "sign-out" else 200)


def test_a_cookie_set_by_somebody_else_is_not_what_one_signs_in_with(enter, app, session):
    attacker = make_person(session)
    session.commit()
    theirs, victim = enter(email=attacker.email), app.test_client()
    planted = theirs.get_cookie("session").value
    victim.set_cookie("session", planted)
    victim.send("/sign-in", {"email": EMAIL, "password": PASSWORD})
    assert victim.get_cookie("session").value != planted
    assert EMAIL in words(victim.read("/account"))
    assert theirs.get("/account").status_code == 401


@pytest.mark.parametrize(("hours", "pause"), [(4, 4), (12, 3)])
def test_a_session_ends_when_it_is_not_used_or_half_a_day_old(enter, clock, hours, pause):
    browser = enter()
    for _ in range(hours // pause):
        assert browser.get("/account").status_code == 200
        clock.advance(hours=pause)
    assert browser.get("/account").status_code == 401


def test_a_signed_in_page_costs_one_statement_for_its_session_and_writes_rarely(enter, engine, clock):
    browser = enter()
    sent = []

    def note(_connection, _cursor, statement, *_rest):
        if "sign_in_sessions" in statement:
            sent.append(statement.split()[0])

    event.listen(engine, "before_cursor_execute", note)
    browser.get("/help")
    assert sent == ["SELECT"]
    clock.advance(seconds=SEEN_EVERY.total_seconds())
    browser.get("/help")
    browser.get("/help")
    event.remove(engine, "before_cursor_execute", note)
    assert sent == ["SELECT", "SELECT", "UPDATE", "SELECT"]


def test_the_passkey_page_carries_its_question_and_refuses_a_made_up_answer(enter):
    browser = enter()
    page = browser.send("/account/passkeys/new", {"password": PASSWORD}, 200)
    form = page.find("form", attrs={"data-passkey": "create"})
    assert '"rp": {"name": "Yokoten", "id": "localhost"}' in form["data-options"]
    paper = form.find("input", attrs={"name": "paper"})["value"]
    for answer in ("", "{}", "[]", '{"id": 1}', '{"id": "a", "rawId": "a", "type": "public-key", "response": {}}'):
        assert browser.send("/account/passkeys/new", {"paper": paper, "answer": answer}, 401).find(role="alert")
        assert browser.send("/sign-in", {"paper": paper, "answer": answer}, 409).find(role="alert")
    signing = browser.read("/sign-in").find("form", attrs={"data-passkey": "get"})
    paper = signing.find("input", attrs={"name": "paper"})["value"]
    for answer in ("", "{}", "null", '{"id": "a", "rawId": "a", "type": "public-key", "response": 1}'):
        assert browser.send("/sign-in", {"paper": paper, "answer": answer}, 401).find(role="alert")


def test_the_operator_removes_the_factors_of_who_lost_everything(guarded, enter, ctx, person):
    assert remove_every_factor(ctx, "nobody@example.lg.jp") is None
    assert remove_every_factor(ctx, person.email) == 1
    ctx.session.commit()
    assert guarded[0].get("/account").status_code == 401
    assert enter().get("/account").status_code == 200
