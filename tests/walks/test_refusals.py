"""What cannot be shown is told in words."""

from __future__ import annotations

import sqlite3

import pytest

from marketplace.municipalities.roles import Role
from tests.walks.place import TEMPLATE, Place

TOO_LONG = "(input) => { input.type = 'text'; input.value = 'a'.repeat(1100000) }"


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory):
    """A service of this module's own: it is broken on purpose."""
    made = Place(tmp_path_factory.mktemp("refusals"))
    made.environ["MARKETPLACE_TRYOUTS_PER_ADDRESS"] = "1"
    made.start()
    yield made
    made.runtime.engine.dispose()
    made.stop()


def test_refusals_say_what_happened_and_what_to_do(walker, place):
    walker.goto("/no-such-page", 404)
    walker.look("error-404")
    walker.goto("/sign-in")
    walker.page.locator("input[name=email]").evaluate(TOO_LONG)
    walker.fill("パスワード", "Password", "a")
    walker.press("ログイン", "Sign in", status=413)
    walker.look("error-413")
    walker.sign_in(place.person(Role.READER), "/account")
    walker.goto("/tokens", 403)
    walker.look("error-403")
    walker.goto("/sign-out", 405)
    walker.look("error-405")


def test_too_many_tryouts_of_one_address_are_put_off(walker):
    walker.goto(TEMPLATE)
    walker.expect_status(429)
    walker.press("試してみる", "Try it out")
    if walker.page.get_by_text("429").count() == 0:
        walker.goto(TEMPLATE)
        walker.press("試してみる", "Try it out", status=429)
    walker.sees("429", "429")
    walker.look("error-429")


def test_a_failure_of_ours_names_a_reference_and_nothing_of_the_inside(walker, place):
    with sqlite3.connect(place.data_dir / "yokoten.db") as database:
        database.execute("ALTER TABLE stories RENAME TO stories_away")
    try:
        walker.goto("/stories", 500)
        walker.look("error-500")
    finally:
        with sqlite3.connect(place.data_dir / "yokoten.db") as database:
            database.execute("ALTER TABLE stories_away RENAME TO stories")
