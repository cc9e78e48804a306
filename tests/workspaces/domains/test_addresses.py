"""Which addresses count as a kintone domain, however people write them."""

from __future__ import annotations

import pytest

from marketplace.kernel.domains import DomainRules
from marketplace.workspaces.domains.addresses import AddressRefusedError, read_address

RULES = DomainRules(trusted=frozenset({"127.0.0.1:8200", "kintone.intra.example"}))


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("example.cybozu.com", "https://example.cybozu.com"),
        ("https://Example.cybozu.com/", "https://example.cybozu.com"),
        ("https://example.cybozu.com/k/#/portal", "https://example.cybozu.com"),
        ("https://example.cybozu.com:443/k/12/?view=1", "https://example.cybozu.com"),
        ("https://example.kintone.com.", "https://example.kintone.com"),
        ("https://dev1.cybozu-dev.com", "https://dev1.cybozu-dev.com"),
        ("http://127.0.0.1:8200/w/abcdef", "http://127.0.0.1:8200/w/abcdef"),
        ("http://127.0.0.1:8200/w/abcdef/", "http://127.0.0.1:8200/w/abcdef"),
        ("kintone.intra.example", "https://kintone.intra.example"),
        ("http://kintone.intra.example:8080/k1", "http://kintone.intra.example:8080/k1"),
    ],
)
def test_an_address_is_kept_in_one_form(written, kept):
    assert read_address(written, RULES) == kept
    assert read_address(kept, RULES) == kept


@pytest.mark.parametrize(
    "written",
    [
        "",
        "https://",
        "cybozu.com",
        "https://.cybozu.com",
        "https://example.com",
        "https://cybozu.com.example.com",
        "https://examplecybozu.com",
        "https://example.cybozu.com@evil.example",
        "https://user:secret@example.cybozu.com",
        "https://@example.cybozu.com",
        "https://evil.example#.cybozu.com",
        "https://evil.example/.cybozu.com",
        "https://evil.example\\.cybozu.com",
        "http://example.cybozu.com",
        "https://example.cybozu.com:8443",
        "https://example.cybozu.com:x",
        "https://exa mple.cybozu.com",
        "https://-a.cybozu.com",
        "https://ａ.cybozu.com",
        "https://a\r\n.cybozu.com",
        "ftp://example.cybozu.com",
        "javascript://example.cybozu.com",
        "https://example.s.cybozu.com",
        "http://127.0.0.1:8201/w/abc",
        "http://127.0.0.1/",
        "http://127.0.0.1:8200/../admin",
        "http://127.0.0.1:8200/w/a?b=c",
        "http://127.0.0.1:8200/%2e%2e",
        "https://[::1]/",
        "https://[::1",
        "https://10.0.0.1",
        "https://" + "a." * 200 + "cybozu.com",
    ],
)
def test_anything_else_is_refused_with_the_reason(written):
    with pytest.raises(AddressRefusedError) as refused:
        read_address(written, RULES)
    assert refused.value.reason.ja != refused.value.reason.en
    assert "{" not in refused.value.reason.ja


def test_the_operator_chooses_the_domains():
    rules = DomainRules(suffixes=("kintone.example",))
    assert read_address("city.kintone.example", rules) == "https://city.kintone.example"
    with pytest.raises(AddressRefusedError, match=r"\.kintone\.example"):
        read_address("city.cybozu.com", rules)
