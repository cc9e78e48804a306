"""The readable pages of the API: whole, valid, and without anything from elsewhere."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup

from marketplace.api.curl import curl_line
from marketplace.api.v1.examples import BODIES
from marketplace.api.v1.openapi import build_document
from marketplace.community.inputs import ReviewInput
from marketplace.community.stories_inputs import NewStoryInput, StoryInput
from marketplace.community.wanted.inputs import AnswerInput, ClosingInput, FulfilmentInput, WantedInput
from marketplace.edge.problem import known_refusals
from marketplace.exports.inputs import ExportInput
from marketplace.installs.inputs import ImportInput, RetryInput
from marketplace.installs.offline.report_input import ReportInput
from marketplace.installs.pulling.inputs import OutcomeInput, RunnerInput
from marketplace.kernel.text import Language
from marketplace.municipalities.inputs import InvitationInput, RoleInput
from marketplace.publishing.inputs import FindingAnswerInput, WithdrawalInput
from marketplace.publishing.texts_inputs import DraftTextsInput
from marketplace.workspaces.domains.inputs import ConnectionInput, CredentialsInput
from marketplace.workspaces.inputs import TokenInput, WorkspaceInput
from tests.web.page_rules import check_page

BODY_TYPES = (
    AnswerInput,
    ClosingInput,
    ConnectionInput,
    CredentialsInput,
    DraftTextsInput,
    ExportInput,
    FulfilmentInput,
    ImportInput,
    InvitationInput,
    OutcomeInput,
    ReportInput,
    RetryInput,
    ReviewInput,
    RoleInput,
    RunnerInput,
    TokenInput,
    NewStoryInput,
    StoryInput,
    WantedInput,
    FindingAnswerInput,
    WithdrawalInput,
    WorkspaceInput,
)
INPUTS = {type_.__name__: type_ for type_ in BODY_TYPES}


@pytest.fixture(params=["ja", "en"])
def page(request, stranger):
    return BeautifulSoup(stranger.get(f"/docs/api?lang={request.param}").get_data(as_text=True), "html5lib")


@pytest.mark.parametrize("path", ["/docs/api", "/docs/errors"])
@pytest.mark.parametrize("language", ["ja", "en"])
def test_the_pages_are_valid_and_hold_nothing_inline(stranger, path, language):
    answer = stranger.get(f"{path}?lang={language}")
    check_page(answer.get_data(as_text=True))
    assert "style-src 'self';" in answer.headers["Content-Security-Policy"]


def test_every_endpoint_has_its_section_and_its_place_in_the_contents(app, page):
    with app.app_context():
        document = build_document(app, Language.EN, "")
    sections = {section["id"]: section for section in page.find_all(id=True)}
    contents = {link["href"] for link in page.select("nav a[href]")}
    for operations in document["paths"].values():
        for operation in operations.values():
            name = operation["operationId"]
            assert f"#{name}" in contents, name
            assert "curl -sS" in sections[name].pre.get_text(), name


def test_every_link_inside_the_page_leads_somewhere(page):
    targets = {link["href"][1:] for link in page.find_all("a", href=True) if link["href"].startswith("#")}
    assert targets - {place["id"] for place in page.find_all(id=True)} == set()


def test_every_refusal_has_the_place_its_type_points_to(stranger):
    page = BeautifulSoup(stranger.get("/docs/errors").get_data(as_text=True), "html5lib")
    assert [refusal.code for refusal in known_refusals() if page.find(id=refusal.code) is None] == []


@pytest.mark.parametrize("name", BODIES)
def test_every_example_would_be_accepted(name):
    INPUTS[name]().load(BODIES[name], partial=name == "DraftTextsInput" or None)  # a change of some texts


def test_a_command_line_has_all_that_the_call_needs(app):
    with app.app_context():
        document = build_document(app, Language.EN, "")
    path = "/api/v1/workspaces/{workspace_id}/imports"
    assert curl_line("POST", path, document["paths"][path]["post"]).split(" \\\n  ") == [
        'curl -sS -X POST "$URL/api/v1/workspaces/$WS/imports"',
        '-H "Authorization: Bearer $TOKEN"',
        '-H "Idempotency-Key: $(uuidgen)"',
        '-H "Content-Type: application/json"',
        '-d \'{"template": "yokoten/subsidy-grant-management", "version": "^1.0.0", "sample_records": true}\'',
    ]
