"""Bundles that the service keeps at a storage of its own: commands go there without their token."""

from __future__ import annotations

import hashlib

import pytest

from marketplace.cli.api import ServiceApi
from marketplace.cli.known_service import KnownService
from marketplace.cli.outcomes import CommandError
from marketplace.cli.template_names import TemplateName, fetch_bundle
from marketplace.kernel.text import Language
from tests.api.factories import zip_of

ZIP = {"Content-Type": "application/zip"}
NAME = TemplateName("yokoten", "own-apps", "1.0.0")


@pytest.fixture
def api(receiver) -> ServiceApi:
    return ServiceApi(KnownService(receiver.url(""), "yktn_secret"), Language.JA)


def answer_with_bundle(receiver, location: str, data: bytes, status: int = 200) -> None:
    digest = hashlib.sha256(zip_of()).hexdigest()
    version = (200, {"Content-Type": "application/json"}, f'{{"digest": "{digest}"}}'.encode())
    receiver.answer_with(version, (307, {"Location": location}, b""), (status, ZIP, data))


def test_the_file_is_fetched_without_the_token(api, receiver):
    answer_with_bundle(receiver, receiver.url("/bucket/blob?X-Amz-Signature=x"), zip_of())
    assert fetch_bundle(api, NAME).manifest.version == "1.0.0"
    version, bundle, file = receiver.received
    assert {version.headers["Authorization"], bundle.headers["Authorization"]} == {"Bearer yktn_secret"}
    assert file.path == "/bucket/blob?X-Amz-Signature=x"
    assert "Authorization" not in file.headers


def test_a_file_that_is_another_one_is_refused(api, receiver):
    answer_with_bundle(receiver, receiver.url("/bucket/blob"), b"other")
    with pytest.raises(CommandError):
        fetch_bundle(api, NAME)


@pytest.mark.parametrize("location", ["file:///etc/passwd", "/api/v1/elsewhere", ""])
def test_nothing_but_an_address_of_the_web_is_followed(api, receiver, location):
    answer_with_bundle(receiver, location, zip_of())
    with pytest.raises(CommandError):
        fetch_bundle(api, NAME)
    assert len(receiver.received) == 2


def test_a_storage_that_refuses_ends_the_command(api, receiver):
    answer_with_bundle(receiver, receiver.url("/bucket/blob"), b"<Error/>", 403)
    with pytest.raises(CommandError):
        fetch_bundle(api, NAME)
