"""A plan says what an install would do, and does nothing."""

from __future__ import annotations

import pytest
from marshmallow import ValidationError
from sqlalchemy import func, select

from marketplace.catalog.errors import TemplateNotFoundError, VersionNotFoundError, VersionWithdrawnError
from marketplace.installs.errors import PlaceholderUnknownError, WorkspaceUnusableError
from marketplace.installs.models import Import, StepKind
from marketplace.installs.plan import make_plan
from marketplace.kernel.actor import ANONYMOUS, Actor, ActorKind, Permission
from marketplace.kernel.errors import ForbiddenError, NotFoundError, UnauthenticatedError
from tests.bundle.factories import make_app, make_bundle, make_field, make_joined_bundle, make_simple_app
from tests.installs.factories import CITY, make_installation, make_order, make_version, make_workspace


@pytest.fixture
def workspace(ctx):
    return make_workspace(ctx)


def plan(ctx, workspace, bundle=None, **changes):
    make_version(ctx, bundle)
    return make_plan(ctx, workspace.id, make_order(**changes))


def installer(**changes):
    kept = {
        "kind": ActorKind.TOKEN,
        "municipality_code": CITY,
        "permissions": frozenset({Permission.INSTALLS_WRITE}),
    }
    return Actor(**{**kept, **changes})


def test_it_lists_the_apps_with_what_is_in_them(ctx, workspace):
    made = plan(ctx, workspace)
    request = next(app for app in made.apps if app.key == "request")
    assert (request.name, request.views, request.has_process, request.sample_records) == (
        "補助金申請",
        ("一覧",),
        True,
        1,
    )
    assert made.sample_records == 3


def test_it_foresees_each_call(worker):
    import_id = worker.order()
    steps = worker.plan_of_same().steps
    worker.run(import_id)
    assert sum(step.calls for step in steps) == len(worker.kintone.calls)


def test_each_step_is_a_sentence_in_both_languages(ctx, workspace):
    first = plan(ctx, workspace).steps[0]
    assert first.label.ja == "「実績報告」アプリを作成します"
    assert first.label.en == "Create the app “実績報告”"


def test_apps_are_filled_after_those_they_look_up(ctx, workspace):
    filled = [step.app_key for step in plan(ctx, workspace).steps if step.kind is StepKind.RECORDS]
    assert filled == ["program", "request"]


def test_rights_come_last_among_the_settings_of_an_app(ctx, workspace):
    kinds = [step.kind for step in plan(ctx, workspace).steps if step.app_key == "request"]
    assert kinds.index(StepKind.PERMISSIONS) == kinds.index(StepKind.RECORDS) - 1


def test_it_shows_which_placeholder_becomes_what(ctx, workspace):
    [one] = plan(ctx, workspace).placeholders
    assert (one.key, one.code, one.label.ja) == ("section-chief", "sato", "所属長")
    assert one.uses > 1


def test_a_placeholder_without_a_code_is_warned_of(ctx, workspace):
    made = plan(ctx, workspace, placeholders={"section-chief": ""})
    assert made.placeholders[0].code is None
    assert any("所属長" in warning.ja for warning in made.warnings)


def test_an_unknown_placeholder_is_refused(ctx, workspace):
    with pytest.raises(PlaceholderUnknownError):
        plan(ctx, workspace, placeholders={"mayor": "ito"})


def test_personal_data_is_warned_of(ctx, workspace):
    made = plan(ctx, workspace)
    assert made.personal_data.handles
    assert "個人情報" in made.warnings[0].ja


def test_scripts_and_plugins_are_listed_and_warned_of(ctx, workspace):
    script = {"type": "FILE", "file": {"path": "files/a.js"}}
    app = make_app(
        "アプリ",
        make_field("DATE", "日"),
        customize={"scope": "ALL", "desktop": {"js": [script, {"type": "URL", "url": "https://example.jp/b.js"}]}},
        plugins={"plugins": [{"id": "abcdefghijklmnopabcdefghijklmnop", "name": "帳票", "enabled": True}]},
    )
    bundle = make_bundle({"request": app}, files={"apps/request/files/a.js": "1;"})
    made = plan(ctx, workspace, bundle, placeholders={})
    assert [one.source for one in made.scripts] == ["files/a.js", "https://example.jp/b.js"]
    assert [one.name for one in made.plugins] == ["帳票"]
    assert any("帳票" in warning.ja for warning in made.warnings)


def test_a_second_install_into_the_same_workspace_is_warned_of(ctx, workspace):
    version = make_version(ctx)
    make_installation(ctx, workspace, version)
    assert any("導入済み" in warning.ja for warning in make_plan(ctx, workspace.id, make_order()).warnings)


def test_it_leaves_nothing_behind(ctx, workspace):
    plan(ctx, workspace, dry_run=True)
    assert ctx.session.scalar(select(func.count()).select_from(Import)) == 0


def test_a_range_chooses_the_newest_version_in_it(ctx, workspace):
    make_version(ctx, make_joined_bundle(version="1.0.0"))
    make_version(ctx, make_joined_bundle(lambda apps: apps["request"]["settings"].update(name="新"), version="1.1.0"))
    assert make_plan(ctx, workspace.id, make_order(version="^1.0")).version.number == "1.1.0"


@pytest.mark.parametrize(
    ("order", "error"),
    [
        ({"template": "yokoten/nothing"}, TemplateNotFoundError),
        ({"template": "nothing"}, ValidationError),
        ({"template": "a/b/c"}, ValidationError),
        ({"version": "x" * 201}, ValidationError),
        ({"placeholders": ["section-chief"]}, ValidationError),
        ({"version": "9.9.9"}, VersionNotFoundError),
        ({"placeholders": {"section-chief": "x" * 129}}, ValidationError),
        ({"sample_records": "perhaps"}, ValidationError),
        ({"unknown": 1}, ValidationError),
        ({"template": 5}, ValidationError),
    ],
)
def test_an_order_that_can_not_be_met_is_refused(ctx, workspace, order, error):
    make_version(ctx)
    with pytest.raises(error):
        make_plan(ctx, workspace.id, make_order(**order))


def test_a_withdrawn_version_can_not_be_ordered(ctx, workspace):
    version = make_version(ctx)
    version.withdrawn_at, version.withdrawal_reason = ctx.now(), "誤り"
    ctx.session.flush()
    with pytest.raises(VersionWithdrawnError):
        make_plan(ctx, workspace.id, make_order(version="1.0.0"))


def test_nothing_is_planned_for_a_closed_workspace(ctx, workspace):
    workspace.closed_at = ctx.now()
    with pytest.raises(WorkspaceUnusableError):
        plan(ctx, workspace)


@pytest.mark.parametrize(
    ("actor", "error"),
    [
        (ANONYMOUS, UnauthenticatedError),
        (installer(permissions=frozenset({Permission.WORKSPACES_READ})), ForbiddenError),
        (installer(municipality_code="993026"), NotFoundError),
        (installer(workspace_id="another"), NotFoundError),
    ],
    ids=["nobody", "reader", "another municipality", "token of another workspace"],
)
def test_only_installers_of_the_municipality_may_plan(ctx, context_of, workspace, actor, error):
    make_version(ctx)
    with pytest.raises(error):
        make_plan(context_of(actor), workspace.id, make_order())


def test_a_token_of_the_workspace_may_plan(ctx, context_of, workspace):
    make_version(ctx)
    assert make_plan(context_of(installer(workspace_id=workspace.id)), workspace.id, make_order()).api_calls > 0


def test_a_workspace_that_does_not_exist_looks_like_one_of_others(ctx):
    with pytest.raises(NotFoundError):
        make_plan(ctx, "nothing", make_order())


def test_an_app_alone_takes_the_fewest_calls_there_can_be(ctx, workspace):
    """Read the list of apps, create, add fields, name it, lay it out, deploy, see the deploy done, and read back."""
    made = plan(ctx, workspace, make_bundle({"request": make_simple_app()}), placeholders={})
    assert made.api_calls == 7 + 3
