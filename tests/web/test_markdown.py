from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st

from marketplace.web.markdown import ATTRIBUTES, TAGS, render_markdown


def no_image(_path):
    return None


def test_headings_start_below_the_heading_of_the_page():
    assert "<h3>使い方</h3>" in render_markdown("# 使い方", no_image)


def test_headings_keep_their_distance_to_each_other():
    html = render_markdown("## 使い方\n\n### 準備", no_image)
    assert "<h3>使い方</h3>" in html
    assert "<h4>準備</h4>" in html


def test_html_in_the_text_is_shown_and_not_run():
    assert "<script" not in render_markdown("<script>alert(1)</script>", no_image)


def test_a_link_with_a_script_is_no_link():
    assert "<a" not in render_markdown("[押す](javascript:alert(1))", no_image)


def test_a_picture_of_the_bundle_is_shown():
    html = render_markdown("![画面](images/a.png)", lambda path: f"/kept/{path}")
    assert 'src="/kept/images/a.png"' in html


def test_a_picture_of_another_host_is_replaced_by_its_words():
    html = render_markdown("![画面](https://example.jp/a.png)", lambda path: f"/kept/{path}")
    assert html == "<p><em>画面</em></p>\n"


def test_tables_are_rendered():
    assert "<table>" in render_markdown("|a|b|\n|-|-|\n|1|2|", no_image)


@given(st.text(alphabet=st.sampled_from("<>\"'&=()[]!#`*_|-\n/ abhref:javascriptonloadsvgimg"), max_size=200))
def test_only_allowed_tags_and_attributes_come_out(text):
    soup = BeautifulSoup(render_markdown(text, lambda path: f"/kept/{path}"), "html.parser")
    for tag in soup.find_all(True):
        assert tag.name in TAGS
        assert set(tag.attrs) <= ATTRIBUTES.get(tag.name, set()) | {"rel"}
        assert not str(tag.get("href", "")).lower().startswith("javascript")
