"""A list costs the same number of statements however long it is."""

from __future__ import annotations

import pytest

from marketplace.audit.services import record
from marketplace.kernel.actor import Permission
from marketplace.workspaces.tokens import issue_token
from tests.accounts.factories import make_person
from tests.api.test_cost import counted
from tests.bundle.factories import make_joined_bundle
from tests.municipalities.factories import MIHON, fictitious_code, make_member
from tests.publishing.factories import make_waiting_draft
from tests.web.factories import PAGE, PUBLISHER, member_of

STATEMENTS = {
    "/templates": 7,
    "/templates?q=補助": 13,
    PAGE: 14,
    "/stories": 5,
    "/wanted": 5,
    "/drafts": 4,
    "/tokens": 5,
    "/members": 6,
    "/members/log": 5,
    "/workspaces": 4,
    "/account/sessions": 4,
}
"""Those of the page with what recognises the reader; a second reading, as a process remembers what it learned."""


@pytest.fixture(params=[5, 25])
def filled(request, world, session, context_of, sign_in):
    """An administrator of a municipality with so many things of each kind, among so many others."""
    size = request.param
    admin = sign_in("admin")
    for number in range(size):
        world.release(make_joined_bundle(slug=f"template-{number}"))
        world.want(title=f"欲しい{number}")
        world.tell(fictitious_code(), template=f"{PUBLISHER}/template-0", title=f"紙をなくした{number}")
        world.open_workspace(name=f"場所{number}")
        make_member(session, MIHON, "reader", person_id=make_person(session).id)
    world.release()
    session.commit()
    ctx = context_of(member_of(MIHON))
    for number in range(size):
        make_waiting_draft(ctx)
        issue_token(ctx, {"name": f"鍵{number}", "scopes": [Permission.TEMPLATES_PUBLISH.value], "expires_in_days": 30})
        record(ctx, "workspace.created", f"{number}", name="場所")
    session.commit()
    return admin


def test_lists_cost_a_known_number_of_statements(filled, engine):
    found = {}
    for path in STATEMENTS:
        filled.read(path)
        with counted(engine) as sent:
            filled.read(path)
        found[path] = len(sent)
    assert found == STATEMENTS
