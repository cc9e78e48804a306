"""The pages of a record, its picker and what they refuse break no rule of WCAG 2.2 AA that axe-core can check.

A file of its own: of two workers each takes one.
"""

from __future__ import annotations

import pytest

from tests.e2e.axe import problems
from tests.e2e.browser import open_browser, sign_in
from tests.e2e.test_accessibility import violations

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


@pytest.fixture(scope="module")
def service(shared):
    """The service that modules share."""
    return shared


@pytest.mark.parametrize("language", ["ja", "en"])
def test_no_page_of_a_record_breaks_a_rule(service, language):
    location = service.install("yokoten/subsidy-grant-management", sample_records=True)
    app = service.wait_for_import(location)["app_ids"]["subsidy-grant-management"]
    base = f"/w/{service.demo['workspace']['id']}/k/{app}"
    with open_browser("phone", f"http://localhost:{service.port}", locale=language) as (page, _faults):
        sign_in(page, service.demo["people"][0])
        places = ("show?record=1", "edit?record=1", "delete?record=1", "status?record=1&action=書類確認に進める", "new")
        found = {place: violations(page, f"{base}/{place}") for place in places}
        page.locator("button[value^='find:']").first.click()
        page.get_by_role("dialog").get_by_role("searchbox").wait_for()
        assert page.locator("html").get_attribute("lang") == language
        found["picker"] = problems(page)
        page.locator("dialog [data-close]").click()
        page.locator("#record-form button[value=save]").first.click()
        page.get_by_role("alert").wait_for()
        found["refused"] = problems(page)
    assert {place: rules for place, rules in found.items() if rules} == {}
