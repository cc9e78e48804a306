"""From the second version on a bundle says what changed."""

from __future__ import annotations

import pytest

from marketplace.bundle.writing import write_zip
from marketplace.publishing import services
from marketplace.publishing.errors import DraftHasErrorsError
from tests.bundle.factories import make_bundle
from tests.catalog_domain.factories import make_actor, make_municipality
from tests.publishing.factories import verify


@pytest.fixture
def author(context_of):
    ctx = context_of(make_actor())
    verify(ctx, make_municipality(ctx.session))
    return ctx


def upload(ctx, version, changelog):
    bundle = make_bundle(files={"CHANGELOG.md": changelog}, version=version)
    return services.upload_draft(ctx, write_zip(bundle))


def found(draft):
    return [(finding["severity"], finding["code"]) for finding in draft.findings]


def test_the_first_version_needs_no_list_of_changes(author):
    draft = upload(author, "1.0.0", None)
    assert found(draft) == []
    services.release_draft(author, draft.id)


def test_a_later_version_without_a_list_of_changes_is_not_released(author):
    services.release_draft(author, upload(author, "1.0.0", None).id)
    draft = upload(author, "1.1.0", None)
    assert found(draft) == [("error", "changelog-missing")]
    with pytest.raises(DraftHasErrorsError):
        services.release_draft(author, draft.id)


def test_a_list_of_changes_that_is_silent_about_the_version_is_pointed_out(author):
    services.release_draft(author, upload(author, "1.0.0", None).id)
    assert found(upload(author, "1.1.0", "# 変更の記録\n\n## 1.0.0\n")) == [("warning", "changelog-silent")]
    assert found(upload(author, "1.1.0", "# 変更の記録\n\n## 1.1.0\n")) == []
