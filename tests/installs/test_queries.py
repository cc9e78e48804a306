"""Imports and installations are shown to those they concern."""

from __future__ import annotations

import pytest

from marketplace.installs import services
from marketplace.installs.models import ImportState
from marketplace.installs.queries import (
    due_imports,
    get_import,
    get_installation,
    has_installation,
    list_imports,
    list_installations,
    users_of_template,
)
from marketplace.kernel.actor import Actor, ActorKind, Permission
from marketplace.kernel.errors import NotFoundError
from tests.bundle.factories import make_joined_bundle
from tests.installs.factories import CITY, make_installation, make_order, make_version, make_workspace
from tests.municipalities.factories import fictitious_code


def reader(code=CITY, workspace_id=None):
    permissions = frozenset({Permission.WORKSPACES_READ})
    return Actor(kind=ActorKind.PERSON, municipality_code=code, permissions=permissions, workspace_id=workspace_id)


@pytest.fixture
def version(ctx):
    return make_version(ctx)


@pytest.fixture
def workspace(ctx):
    return make_workspace(ctx)


def renamed(name, number):
    return make_joined_bundle(lambda apps: apps["request"]["settings"].update(name=name), version=number)


def test_progress_counts_the_steps_that_are_done(worker):
    import_id = worker.order()
    worker.run(import_id)
    progress = worker.progress(import_id)
    assert progress.done == progress.total
    assert progress.app_ids.keys() == {"program", "request", "report"}


def test_an_import_is_shown_to_its_own_municipality_only(ctx, context_of, version, workspace):
    started = services.start_import(ctx, workspace.id, make_order())
    assert get_import(context_of(reader()), started.id).import_.id == started.id
    for stranger in (reader(fictitious_code()), reader(workspace_id="another")):
        with pytest.raises(NotFoundError):
            get_import(context_of(stranger), started.id)


def test_the_imports_of_a_workspace_come_newest_first(ctx, clock, version, workspace):
    first = services.start_import(ctx, workspace.id, make_order())
    services.cancel_import(ctx, first.id)
    clock.advance(minutes=1)
    second = services.start_import(ctx, workspace.id, make_order())
    listed = list_imports(ctx, workspace.id)
    assert [summary.import_.id for summary in listed] == [second.id, first.id]
    assert (listed[0].done, listed[0].version.number) == (0, "1.0.0")
    assert listed[0].total > 20


def test_an_import_is_due_while_it_waits_or_its_worker_is_silent(ctx, clock, version, workspace):
    started = services.start_import(ctx, workspace.id, make_order())
    assert due_imports(ctx.session, ctx.now()) == [started.id]
    started.state, started.lease_owner = ImportState.RUNNING, "worker"
    clock.advance(seconds=20)
    started.lease_until = clock()
    ctx.session.flush()
    assert due_imports(ctx.session, started.created_at) == []
    assert due_imports(ctx.session, clock()) == [started.id]


def test_installations_name_template_version_and_apps(ctx, version, workspace):
    made = make_installation(ctx, workspace, version)
    [view] = list_installations(ctx, workspace.id)
    assert (view.installation.id, view.template.slug, view.version, view.newer_version) == (
        made.id,
        "subsidy-grant-management",
        "1.0.0",
        None,
    )
    assert view.installation.app_ids == {"request": "1"}


def test_a_newer_version_is_pointed_out(ctx, version, workspace):
    make_installation(ctx, workspace, version)
    make_version(ctx, renamed("新しい申請", "1.10.0"))
    [view] = list_installations(ctx, workspace.id)
    assert view.newer_version == "1.10.0"


def test_an_older_version_is_not_called_newer(ctx, version, workspace):
    newest = make_version(ctx, renamed("新しい申請", "1.10.0"))
    made = make_installation(ctx, workspace, newest)
    newest.withdrawn_at = ctx.now()
    assert get_installation(ctx, made.id).newer_version is None


def test_a_municipality_sees_what_all_its_workspaces_hold(ctx, context_of, version, workspace):
    make_installation(ctx, workspace, version)
    make_installation(ctx, make_workspace(ctx), version)
    make_installation(ctx, make_workspace(ctx, fictitious_code()), version)
    assert len(list_installations(context_of(reader()))) == 2


def test_a_token_of_one_workspace_sees_only_what_that_holds(ctx, context_of, version, workspace):
    made = make_installation(ctx, workspace, version)
    make_installation(ctx, make_workspace(ctx), version)
    [view] = list_installations(context_of(reader(workspace_id=workspace.id)))
    assert view.installation.id == made.id


@pytest.mark.parametrize("query", [list_imports, list_installations])
def test_a_workspace_of_others_is_not_found(context_of, workspace, query):
    with pytest.raises(NotFoundError):
        query(context_of(reader(fictitious_code())), workspace.id)


def test_an_installation_of_others_is_not_found(ctx, context_of, version, workspace):
    made = make_installation(ctx, workspace, version)
    with pytest.raises(NotFoundError):
        get_installation(context_of(reader(fictitious_code())), made.id)
    with pytest.raises(NotFoundError):
        get_installation(ctx, "nothing")


def test_whether_a_municipality_has_a_template_is_known(ctx, version, workspace):
    assert not has_installation(ctx, CITY, version.template_id)
    make_installation(ctx, workspace, version)
    assert has_installation(ctx, CITY, version.template_id)


def test_each_municipality_that_uses_a_template_is_named_once(ctx, clock, version, workspace):
    first = make_installation(ctx, workspace, version)
    clock.advance(days=1)
    make_installation(ctx, workspace, version)
    other = fictitious_code()
    make_installation(ctx, make_workspace(ctx, other), version)
    users = users_of_template(ctx, version.template_id)
    assert [user.code for user in users] == sorted([CITY, other])
    city = next(user for user in users if user.code == CITY)
    assert (city.name, city.prefecture, city.installed_at) == ("みほん市", "架空県", first.installed_at)
