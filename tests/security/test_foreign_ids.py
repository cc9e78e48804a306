"""What belongs to another inside the input, where it can't be generated: calls of kintone, and forms of few states."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import select

from marketplace.municipalities.models import Membership
from tests.api.factories import OTHER
from tests.kintone_api.conftest import Kintone, credentials
from tests.municipalities.factories import MIHON
from tests.security.planted import Planted, marks_in


@pytest.fixture(scope="module")
def own(planted: Planted) -> Kintone:
    """The workspace of the neighbour, with an app in use."""
    site = planted.web.open_workspace(OTHER)
    own = Kintone(planted.app, credentials("Administrator", planted.web.reset_password(site, OTHER)), site=site)
    own.live_app(件名={"type": "SINGLE_LINE_TEXT"}, 添付={"type": "FILE"})
    own.post("record", app=1, record={"件名": {"value": "自分の記録"}})
    return own


@pytest.fixture
def untouched(planted: Planted, own: Kintone) -> Iterator[None]:
    """Afterwards every row is there that was there before."""
    before = planted.rows()
    yield
    assert before - planted.rows() == set()


@pytest.mark.usefixtures("untouched")
@pytest.mark.parametrize(
    ("method", "name", "body"),
    [
        ("GET", "file", {"fileKey": "{file}"}),
        ("POST", "record", {"app": 1, "record": {"添付": {"value": [{"fileKey": "{file}"}]}}}),
        ("PUT", "record", {"app": 1, "id": 1, "record": {"添付": {"value": [{"fileKey": "{file}"}]}}}),
        ("PUT", "preview/app/settings", {"app": 1, "icon": {"type": "FILE", "file": {"fileKey": "{file}"}}}),
        (
            "PUT",
            "preview/app/customize",
            {"app": 1, "scope": "ALL", "desktop": {"js": [{"type": "FILE", "file": {"fileKey": "{file}"}}], "css": []}},
        ),
        ("POST", "plugin", {"fileKey": "{file}"}),
        ("GET", "app", {"id": "{app_id}"}),
        ("GET", "records", {"app": "{app_id}"}),
        ("POST", "preview/app", {"name": "x", "space": "{space}"}),
        ("GET", "space", {"id": "{space}"}),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_the_workspace_of_one_knows_nothing_of_the_workspace_of_another(planted, own, method, name, body):
    answer = own.send(method, name, filled(body, planted.ids))
    assert (answer.status_code >= 400, answer.status_code >= 500, marks_in(answer)) == (True, False, set()), answer.text


def filled(body: object, ids: dict[str, str]) -> object:
    """Put the ids of the other municipality into a body."""
    if isinstance(body, dict):
        return {key: filled(value, ids) for key, value in body.items()}
    if isinstance(body, list):
        return [filled(value, ids) for value in body]
    return body.format_map(ids) if isinstance(body, str) else body


@pytest.mark.usefixtures("untouched")
def test_pages_of_an_app_show_no_file_and_no_upload_of_another(planted, own):
    browser = planted.visitors["neighbour"].browser
    for path in (f"file?key={planted.ids['file']}&record=1", f"import/{planted.ids['key']}"):
        answer = browser.get(f"/w/{own.site}/k/1/{path}", buffered=True)
        assert (answer.status_code, marks_in(answer)) == (404, set()), path
    answer = browser.post(f"/w/{own.site}/k/1/import/{planted.ids['key']}", data={"step": "run"})
    assert (answer.status_code, marks_in(answer)) == (404, set())


@pytest.mark.usefixtures("untouched")
def test_forms_take_nothing_of_another_municipality(planted):
    browser, ids = planted.visitors["neighbour"].browser, planted.ids
    me = planted.find(select(Membership.person_id).where(Membership.municipality_code == OTHER))
    sent = {
        f"/my-municipality/handover/{me}": {"to": ids["person_id"]},
        f"/my-municipality/handover/{ids['person_id']}": {"to": me},
        "/account/municipality": {"code": MIHON},
        f"/wanted/{ids['wanted_id']}/fulfilment": {"answer": ids["answer_id"]},
    }
    taken = {}
    for path, form in sent.items():
        answer = browser.post(path, data=form)
        if marks_in(answer) or not 400 <= answer.status_code < 500:
            taken[path] = (answer.status_code, marks_in(answer), answer.headers.get("Location"))
    assert taken == {}
    assert not marks_in(browser.get("/my-municipality"))


@pytest.mark.usefixtures("untouched")
def test_the_api_takes_nothing_of_another_municipality(planted):
    token, ids = planted.visitors["token of the neighbour"], planted.ids
    sent = {
        f"/api/v1/wanted-apps/{ids['wanted_id']}/fulfilment": {"answer": ids["answer_id"]},
        "/api/v1/stories": {"template": f"{MIHON}/other"},
    }
    for path, body in sent.items():
        answer = token.send("POST", path, json=body)
        assert (400 <= answer.status_code < 500, marks_in(answer)) == (True, set()), (path, answer.text)
