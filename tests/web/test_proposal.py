"""A template on one sheet of A4 for those who decide, printed by the browser."""

from __future__ import annotations

import gzip
import re
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import sync_playwright
from sqlalchemy import event

from catalog_tools.expanding import CATALOG
from marketplace.bundle.reading import read_folder
from marketplace.edge.public_answers import KEPT
from tests.bundle.factories import make_app, make_bundle, make_field
from tests.e2e.browser import CHROMIUM, FLAGS
from tests.web.conftest import words
from tests.web.factories import PAGE, PUBLISHER, SLUG

STATEMENTS = 3
SHEET = f"{PAGE}/proposal"
MOST_BYTES = 30_000
LONG_NAME = "たいへんに長い名前のついた申請と審査と交付の台帳" * 4
LONG_SLUG = "a-member-of-the-set-with-a-slug-of-some-length-"


def release_shipped(world, slug):
    version = max((CATALOG / slug).iterdir(), key=lambda each: [int(part) for part in each.name.split(".")])
    world.release(read_folder(version))
    return f"/templates/{PUBLISHER}/{slug}/proposal"


def overlong_parts():
    """As many states, rights and plug-ins as an app may have, and more than a table can show."""
    rights = {"recordViewable": True, "recordAddable": True, "recordEditable": True, "recordDeletable": False}
    names = [f"{LONG_NAME[:50]}{at}" for at in range(9)]
    states = {
        name: {"name": name, "index": str(at), "assignee": {"type": "ONE", "entities": []}}
        for at, name in enumerate(names)
    }
    of_sections = [
        {"entity": {"type": "ORGANIZATION", "code": f"{{{{who-{at}}}}}"}, "appEditable": False, **rights}
        for at in range(6)
    ]
    return {
        "process": {"enable": True, "states": states, "actions": []},
        "permissions": {"app": {"rights": of_sections}, "record": {"rights": [{"filterCond": "", "entities": []}]}},
        "plugins": {"plugins": [{"id": f"p{at}", "name": f"{LONG_NAME}{at}"} for at in range(9)]},
    }


def overlong_manifest():
    """As much as an author may write about a template."""
    label = {"ja": LONG_NAME[:40], "en": "Whoever decides upon all such applications"}
    return {
        "name": {"ja": LONG_NAME[:80], "en": "A name as long as can be " * 3},
        "summary": {"ja": (LONG_NAME * 3)[:200], "en": ("Carries applications through. " * 20)[:200]},
        "includes": [{"template": f"{LONG_SLUG}{at}", "version": "1.0.0", "apps": [f"app-{at}"]} for at in range(9)],
        "license": "LicenseRef-of-the-municipality-with-a-long-name-1.0",
        "departments": [f"{LONG_NAME[:20]}{at}" for at in range(8)],
        "laws": [f"{LONG_NAME}{at}" for at in range(8)],
        "placeholders": [{"key": f"who-{at}", "kind": "ORGANIZATION", "label": label} for at in range(6)],
        "personal_data": {
            "handles": True,
            "kinds": [f"{LONG_NAME[:40]}{at}" for at in range(9)],
            "notice": {"ja": LONG_NAME * 3, "en": "Nobody else may see it. " * 10},
        },
        "hours_saved": {"per_year": 12000, "basis": {"ja": LONG_NAME * 3, "en": "By a rough guess. " * 15}},
    }


def overlong_bundle():
    """As much of everything as an author may write."""
    field, parts = make_field("SINGLE_LINE_TEXT", "件名"), overlong_parts()
    apps = {f"app-{at}": make_app(f"{LONG_NAME[:60]}{at}", field, **parts) for at in range(12)}
    files = {"README.md": f"# 題\n\n## 何のためのアプリか\n\n{LONG_NAME * 9}\n\n## 使い方\n\nない。\n"}
    return make_bundle(apps, slug=SLUG, files=files, **overlong_manifest())


@pytest.fixture
def count_sheets(app):
    """Print pages with Chromium, which is served by the application without a network between."""
    visitor = app.test_client()

    def answer(route):
        address = urlsplit(route.request.url)
        spoken = route.request.headers["accept-language"]
        response = visitor.get(f"{address.path}?{address.query}", headers={"Accept-Language": spoken})
        route.fulfill(status=response.status_code, body=response.get_data(), headers=dict(response.headers))

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        page = browser.new_page()
        page.route("**/*", answer)

        def count(address, language):
            page.set_extra_http_headers({"Accept-Language": language})
            page.goto(f"http://localhost{address}")
            return len(re.findall(rb"/Type\s*/Page\b", page.pdf(prefer_css_page_size=True)))

        yield count
        browser.close()


def test_it_fits_on_one_sheet_of_a4_in_both_languages_however_much_there_is(world, count_sheets):
    largest = release_shipped(world, "disaster-response-set")
    world.release(overlong_bundle())
    printed = [(SHEET, "ja"), (SHEET, "en"), (largest, "ja")]
    assert [count_sheets(*each) for each in printed] == [1, 1, 1]


def test_it_tells_what_those_who_decide_ask_for(browser, world):
    address = release_shipped(world, "subsidy-grant-management")
    response = browser.get(address)
    assert len(gzip.compress(response.get_data())) <= MOST_BYTES
    assert response.headers["Cache-Control"] == KEPT
    text = words(browser.read(address))
    for said in (
        "導入の検討資料：補助金・助成金 申請管理",
        "いま何件が審査中か、実績報告の期限がいつか",
        "年間120時間の削減",
        "補助金メニュー台帳 42 5段階：準備中、受付中、受付終了 ほか2件",
        "扱います：氏名、住所、電話番号、メールアドレス",
        "プラグイン：不要",
        "CC-BY-4.0",
        "新しいアプリを3個作ります",
        "（令和",
        "評価はまだありません",
    ):
        assert said in text
    assert browser.read(address.removesuffix("/proposal")).find("a", href=address).get_text() == "起案用の1枚"


def test_it_counts_the_users_that_are_like_the_readers_municipality_without_it(sign_in, browser, world):
    world.install()
    text = words(sign_in("reader").read(SHEET))
    assert "1団体" in text
    assert "同じ都道府県 0団体" in text
    assert "自団体のほかに" not in words(browser.read(SHEET))


def test_it_costs_a_known_number_of_statements(browser, world, engine):
    world.release()
    browser.read(SHEET)
    sent = []

    def note(_connection, _cursor, statement, *_rest):
        if not statement.startswith(("SAVEPOINT", "RELEASE", "ROLLBACK")):
            sent.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    browser.read(SHEET)
    event.remove(engine, "before_cursor_execute", note)
    assert len(sent) == STATEMENTS, sent


def test_a_template_that_is_not_there_has_no_sheet(browser):
    assert browser.get(SHEET).status_code == 404
