"""The summary of what is wrong names the field of each sentence, and leads to it."""

from tests.web.conftest import words

HOSTILE = "<!--label of f-title--><b>"


def summary(page):
    return [(words(each), each.a["href"]) for each in page.select("[data-error-summary] li")]


def test_each_sentence_names_its_field_in_both_languages(sign_in, world):
    officer = sign_in()
    page = officer.send("/wanted/new", {"title": "", "text": "", "category": "soumu"}, 422)
    assert summary(page) == [
        ("こんなアプリが欲しい：入力してください。", "#f-title"),
        ("どんなことができればよいか：入力してください。", "#f-text"),
    ]
    officer.get("/language?to=en&next=/")
    page = officer.send("/wanted/new", {"title": "", "text": "", "category": "soumu"}, 422)
    assert summary(page) == [
        ("The app you want: Please fill this in.", "#f-title"),
        ("What it should do: Please fill this in.", "#f-text"),
    ]


def test_what_somebody_enters_is_no_place_for_a_label(sign_in):
    page = sign_in().send("/wanted/new", {"title": HOSTILE, "text": "", "category": "soumu"}, 422)
    assert page.select_one("#f-title")["value"] == HOSTILE
    assert len(summary(page)) == 1
