"""The site at rest for maintenance."""

from __future__ import annotations

import pytest

from tests.walks.place import TEMPLATE, Place


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory):
    """A service of this module's own, started read-only after a first start that filled it."""
    made = Place(tmp_path_factory.mktemp("resting"))
    made.start()
    made.stop()
    made.environ["MARKETPLACE_READ_ONLY"] = "on"
    made.start()
    yield made
    made.stop()


def test_in_maintenance_pages_are_read_and_say_so(walker):
    walker.goto(TEMPLATE)
    walker.look("read-only")
    assert walker.link("導入する", "Install").count() == 0
    assert walker.button("試してみる", "Try it out").count() == 0
    walker.goto("/sign-in")
    walker.fill("メールアドレス", "E-mail address", "dx@mihon.example.jp")
    walker.fill("パスワード", "Password", "x" * 12)
    walker.press("ログイン", "Sign in", status=503)
    walker.look("error-503")
