from urllib.parse import urljoin, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.web.local_paths import local_path


@pytest.mark.parametrize("path", ["/", "/templates?q=補助金", "/w/abc/k/1/show?record=2#x"])
def test_a_path_of_this_site_is_kept(path):
    assert local_path(path) == path


@pytest.mark.parametrize(
    "path",
    [
        None,
        "",
        "templates",
        "https://example.jp/",
        "//example.jp",
        "/\\example.jp",
        "/\t/example.jp",
        "\n//example.jp",
        "javascript:alert(1)",
        "http:/example.jp",
        "///example.jp",
        "/.//example.jp",
        "/a/..//example.jp",
    ],
)
def test_anything_that_leads_elsewhere_becomes_the_start_page(path):
    assert local_path(path) == "/"


@given(st.text(alphabet=st.sampled_from("/\\:@.?#ajx \t\n%２"), max_size=12))
def test_no_text_leads_to_another_host(wanted):
    assert urlsplit(urljoin("https://yokoten.example/sign-in", local_path(wanted))).netloc == "yokoten.example"
