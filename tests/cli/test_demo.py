"""What `serve --demo` prints stays true."""

from __future__ import annotations

from marketplace import schema
from marketplace.accounts.queries import find_person_by_email
from marketplace.accounts.services import replace_password
from marketplace.app import make_runtime
from marketplace.demo.preparing import CHANGED, PEOPLE, prepare_demo
from marketplace.settings import Settings


def test_a_password_that_was_changed_since_is_printed_no_more(tmp_path):
    runtime = make_runtime(Settings(data_dir=tmp_path))
    schema.METADATA.create_all(runtime.engine)
    made = prepare_demo(runtime)
    assert prepare_demo(runtime) == made
    with runtime.unit_of_work() as ctx:
        person = find_person_by_email(ctx.session, PEOPLE[0][0])
        replace_password(ctx, person.id, "新しい 合言葉 2026 年度")
    lines = prepare_demo(runtime).instructions()
    runtime.engine.dispose()
    assert f"    {PEOPLE[0][0]}  {CHANGED}  (admin)" in lines
    assert f"    {PEOPLE[1][0]}  {made.people[1]['password']}  (publisher)" in lines
