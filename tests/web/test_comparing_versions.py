"""Two versions side by side: chosen in a form, counted, grouped, and told as what they ask of those who use them."""

from __future__ import annotations

import pytest

from marketplace.catalog.changes import StoredChange
from marketplace.kernel.text import Language, Text
from marketplace.web.changed_values import show_values
from marketplace.web.comparison_page import MOST_SHOWN, show_changes
from tests.bundle.factories import make_app, make_bundle, make_field
from tests.web.conftest import words
from tests.web.factories import PAGE

TITLE = make_field("SINGLE_LINE_TEXT", "件名", required=True)


@pytest.fixture
def versions(world):
    """Three versions: a field comes, then it goes and the length of another is limited."""
    note = make_field("MULTI_LINE_TEXT", "備考")
    longer, shorter = make_field("SINGLE_LINE_TEXT", "番号", maxLength="20"), make_field("SINGLE_LINE_TEXT", "番号")
    world.release(make_bundle({"request": make_app("申請", TITLE, shorter)}))
    world.release(make_bundle({"request": make_app("申請", TITLE, shorter, note)}, version="1.1.0"))
    summary = {"ja": "新しい一文です。", "en": "New."}
    world.release(make_bundle({"request": make_app("申請", TITLE, longer)}, version="2.0.0", summary=summary))


def chosen(page):
    return [select.select_one("option[selected]")["value"] for select in page.select("form.version-choice select")]


@pytest.mark.usefixtures("versions")
def test_without_a_choice_the_newest_is_compared_with_the_one_before(browser):
    assert browser.read(PAGE).find("a", href=f"{PAGE}/compare")
    assert chosen(browser.read(f"{PAGE}/compare")) == ["1.1.0", "2.0.0"]
    assert chosen(browser.read(f"{PAGE}/compare?to=1.1.0&from=")) == ["1.0.0", "1.1.0"]
    assert chosen(browser.read(f"{PAGE}/versions/1.0.0/diff/2.0.0")) == ["1.0.0", "2.0.0"]


@pytest.mark.usefixtures("versions")
def test_changes_are_counted_and_stand_by_impact_app_and_kind(browser):
    page = browser.read(f"{PAGE}/compare?from=1.1.0&to=2.0.0")
    assert [row.get_text(" ", strip=True) for row in page.select("main table tbody tr")] == [
        "使い方が変わる変更 2",
        "機能が増える変更 0",
        "表示や文言の変更 1",
    ]
    assert "この差分には 2.0.0 以上の版番号が必要です。" in words(page)
    breaking = page.find("h2", id="breaking")
    assert [each.get_text() for each in breaking.find_next_siblings(["h3", "h4"])[:2]] == ["申請", "項目と選択肢"]
    limit = next(li for li in page.select("li.change-breaking") if "最大文字数" in li.get_text())
    assert limit.p.get_text().startswith("項目「番号」")
    assert [side.get_text(" ", strip=True) for side in limit.select(".change-side")] == ["変更前 （なし）", "変更後 20"]
    assert "なくなる項目や選択肢があります（1件）。" in page.find(id="meaning-title").parent.get_text()


@pytest.mark.usefixtures("versions")
def test_the_way_back_and_the_same_version_make_no_demands(browser):
    back = browser.read(f"{PAGE}/compare?from=2.0.0&to=1.0.0&lang=en")
    assert "from a newer version back to an older one" in words(back)
    assert back.find(id="meaning-title") is None
    assert "差分はありません。" in words(browser.read(f"{PAGE}/compare?from=1.0.0&to=1.0.0"))


@pytest.mark.usefixtures("versions")
@pytest.mark.parametrize("query", ["from=9.9.9", "to=9.9.9", "from=%00", "from=1.0.0&to=x"])
def test_a_version_that_is_not_there_is_not_found(browser, query):
    assert browser.get(f"{PAGE}/compare?{query}").status_code == 404


def test_a_template_of_one_version_says_that_there_is_nothing_to_compare(browser, world):
    world.release()
    assert browser.read(PAGE).find("a", href=f"{PAGE}/compare") is None
    assert "比べる相手がありません。" in words(browser.read(f"{PAGE}/compare"))


def test_of_very_many_changes_the_weightiest_are_shown_and_all_are_counted():
    change = StoredChange("cosmetic", "view", "changed", "request", "一覧", None, None, Text("一覧を変更", "changed"))
    page = show_changes([change] * (MOST_SHOWN + 30), "patch", Language.JA)
    assert (page.count, page.hidden) == (MOST_SHOWN + 30, 30)
    assert sum(len(area.changes) for group in page.groups for app in group.apps for area in app.areas) == MOST_SHOWN


@pytest.mark.parametrize(
    ("before", "after", "shown"),
    [
        (True, False, ("オン", "オフ")),
        (["福祉課"], ["福祉課", "税務課"], ("福祉課", "福祉課、税務課")),
        ({"name": "一覧", "sort": "a"}, {"name": "一覧", "sort": "b"}, ("並べ替え：a", "並べ替え：b")),
        ([{"name": "a"}], [{"name": "a"}, {"name": "b"}], ("（なし）", "2 › 名前：b")),
        (None, {"type": "NUMBER"}, ()),
    ],
)
def test_both_sides_tell_what_differs(before, after, shown):
    values = show_values(before, after, Language.JA)
    assert (*values.before, *values.after) == shown
