"""A plug-in's package is read only if it is whole, signed and describes itself rightly."""

from __future__ import annotations

import json

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from marketplace.kernel.text import Language
from marketplace.sandbox.plugins.errors import PluginPackageError
from marketplace.sandbox.plugins.package import MANIFEST_BYTES, plugin_id, read_package
from tests.plugin_packages import FILES, MANIFEST, make_contents, make_package, make_zip, private_key, public_key, sign


def reason_of(package: bytes) -> str:
    """The English reason why a package is refused."""
    with pytest.raises(PluginPackageError) as refused:
        read_package(package)
    assert refused.value.says(Language.JA) != refused.value.says(Language.EN)
    return refused.value.reason.en


def test_a_package_tells_id_version_and_names():
    package = read_package(make_package())
    assert package.id == plugin_id(public_key(private_key("first")))
    assert (package.manifest.version, package.manifest.names["ja"]) == ("1.2", "帳票")


def test_the_id_is_made_of_the_key_as_kintone_makes_it():
    # The SHA-256 of "key" begins with 2c70e12b7a0646f92279f427c7b38e73.
    assert plugin_id(b"key") == "cmhaobclhkagegpjcchjpechmhldiohd"
    assert set(plugin_id(b"another")) <= set("abcdefghijklmnop")


@pytest.mark.parametrize(
    "package",
    [
        b"",
        b"not a zip",
        make_package()[:-10],
        make_package() + b"tail",
        make_zip({**FILES, "../PUBKEY": b""}),
        make_package(b"no zip inside"),
        make_package(make_zip({"manifest.json": b" " * (MANIFEST_BYTES + 1)})),
        make_package(make_zip({"manifest.json": b"{}", "Manifest.json": b"{}"})),
    ],
    ids=["empty", "text", "cut", "tail", "climbs", "inner", "bomb", "collision"],
)
def test_what_is_no_proper_zip_is_refused(package):
    assert "zip file" in reason_of(package)


def test_a_package_holds_three_files_and_no_other():
    assert "nothing else" in reason_of(make_package(extra=b"x"))
    assert "nothing else" in reason_of(make_zip({"contents.zip": make_contents()}))


@pytest.mark.parametrize(
    "key",
    [
        b"",
        b"\x30\x03\x02\x01\x00",
        public_key(private_key("first"))[:-4],
        public_key(ec.generate_private_key(ec.SECP256R1())),
    ],
    ids=["empty", "der", "cut", "elliptic"],
)
def test_only_an_rsa_key_signs(key):
    assert "public key" in reason_of(make_package(PUBKEY=key))


def test_a_signature_fits_its_content_and_key():
    content = make_contents()
    for signature in (
        b"",
        bytes(128),
        sign(private_key("second"), content),
        sign(private_key("first"), b"other content"),
    ):
        assert "signature" in reason_of(make_package(content, SIGNATURE=signature))


@pytest.mark.parametrize(
    "text",
    [b"", b"[]", b"{", b"\xff\xfe", b'{"name": "\\u0000"}', b"[" * 100_000, b'{"a": NaN}'],
    ids=["empty", "list", "open", "utf16", "nul", "deep", "nan"],
)
def test_a_manifest_is_strict_json(text):
    assert "manifest.json" in reason_of(make_package(make_contents(text)))


def test_a_package_without_a_manifest_is_refused():
    assert "manifest.json is missing" in reason_of(make_package(make_zip(FILES)))


@pytest.mark.parametrize(
    ("changes", "key"),
    [
        ({"manifest_version": 2}, "manifest_version"),
        ({"version": "1.0.0.0"}, "version"),
        ({"version": "01"}, "version"),
        ({"version": -1}, "version"),
        ({"type": "PORTAL"}, "type"),
        ({"name": {"ja": "帳票"}}, "name.en"),
        ({"name": {"en": ""}}, "name[en]"),
        ({"name": {"en": "a" * 65}}, "name[en]"),
        ({"name": "Report"}, "name"),
        ({"description": {"en": ["a"]}}, "description[en]"),
        ({"icon": None}, "icon"),
        ({"desktop": {"js": "main.js"}}, "desktop.js"),
        ({"config": []}, "config"),
    ],
)
def test_what_is_wrong_with_a_manifest_is_named(changes, key):
    assert f"({key})" in reason_of(make_package(make_contents({**MANIFEST, **changes})))


@pytest.mark.parametrize(
    "changes",
    [
        {"icon": "no.png"},
        {"mobile": {"js": ["no.js"]}},
        {"config": {"html": "no.html"}},
        {"config": {"css": ["no.css"]}},
    ],
    ids=json.dumps,
)
def test_the_files_a_manifest_names_are_in_the_package(changes):
    assert "is missing" in reason_of(make_package(make_contents({**MANIFEST, **changes})))
