"""Changes the permissions of an app in use, without a deploy, as kintone's call for live permissions does."""

from __future__ import annotations

from sqlalchemy.orm import Session

from marketplace.sandbox.models import App, AppSettings, Part, Stage
from marketplace.sandbox.settings.acl import replace_app_rights
from marketplace.sandbox.settings.store import Preview


def put_app_rights(preview: Preview, given: object) -> int:
    """Replace who may do what with an app, in preparation and in use, and return the new revision.

    Other settings in preparation stay there. Raises InvalidInputError and the errors of unknown users.
    """
    app = preview.app
    had_no_others = app.live_revision == app.preview_revision
    replace_app_rights(preview, given)
    revision = preview.advance()
    if app.live_revision is not None:
        _put_into_use(preview.session, app, Part.APP_ACL, preview)
        if had_no_others:
            app.live_revision = revision
    preview.session.flush()
    return revision


def _put_into_use(session: Session, app: App, part: Part, preview: Preview) -> None:
    row = session.get(AppSettings, (app.pk, Stage.LIVE, part))
    if row is None:
        session.add(AppSettings(app_pk=app.pk, stage=Stage.LIVE, part=part, document=preview.read(part)))
    else:
        row.document = preview.read(part)
