import gzip
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TEMPLATES = ROOT / "marketplace" / "web" / "templates"
STATIC = ROOT / "static"
HTML = sorted(TEMPLATES.rglob("*.html"))
STYLES = sorted(STATIC.rglob("*.css"))
ELSEWHERE = re.compile(r"""(?:src|href|action)\s*=\s*["'](?:https?:)?//""", re.IGNORECASE)
CALL = re.compile(r'\b_\(\s*"((?:[^"\\]|\\.)*)"\s*(,\s*"((?:[^"\\]|\\.)*)")?')
JAPANESE = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff]")


@pytest.mark.parametrize("path", HTML, ids=lambda path: path.name)
def test_no_template_loads_anything_from_another_host(path):
    assert ELSEWHERE.findall(path.read_text()) == []


@pytest.mark.parametrize("path", STYLES, ids=lambda path: path.name)
def test_no_style_sheet_loads_anything_from_another_host(path):
    text = path.read_text()
    assert "@import" not in text
    assert re.findall(r"url\(\s*[\"']?(?:https?:)?//", text) == []


@pytest.mark.parametrize("path", HTML, ids=lambda path: path.name)
def test_every_sentence_stands_in_both_languages(path):
    calls = CALL.findall(path.read_text())
    assert [ja for ja, second, _ in calls if not second] == []
    assert [en for _, _, en in calls if JAPANESE.search(en)] == []


@pytest.mark.parametrize("path", HTML, ids=lambda path: path.name)
def test_no_japanese_stands_outside_a_sentence_of_both_languages(path):
    text = re.sub(r"\{#.*?#\}", "", path.read_text(), flags=re.DOTALL)
    text = re.sub(r"\{% for .*?%\}", "", text, flags=re.DOTALL)  # pairs of sentences given to the loop's body
    rest = CALL.sub("", text).replace("日本語", "")  # the name of the language itself, in the switch
    assert JAPANESE.findall(rest) == []


@pytest.mark.parametrize("folder", ["design-tokens", "htmx", "noto-sans-jp"])
def test_each_vendored_part_keeps_its_licence(folder):
    assert (STATIC / "vendor" / folder / "LICENSE").read_text().strip()


def test_all_style_sheets_and_scripts_together_are_small():
    files = [*STYLES, *STATIC.rglob("*.js")]
    assert 0 < sum(len(gzip.compress(path.read_bytes(), compresslevel=6)) for path in files) <= 60_000


def test_a_static_file_may_be_kept_while_its_content_stays(browser):
    page = browser.read("/help")
    sheet = page.find("link", rel="stylesheet")["href"]
    answer = browser.get(sheet)
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"


def test_a_static_file_asked_for_without_its_version_is_not_kept_for_ever(browser):
    assert "immutable" not in browser.get("/static/css/base.css").headers.get("Cache-Control", "")
