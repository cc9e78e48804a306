"""Writes into a draft what the checks and the scan say of its bundle; anew whenever the bundle is another one."""

from __future__ import annotations

from marketplace.bundle.model import Bundle
from marketplace.bundle.writing import digest_of, write_zip
from marketplace.kernel.context import Context
from marketplace.publishing.checks import check_upload
from marketplace.publishing.models import Draft
from marketplace.publishing.scan.scanning import RULES
from marketplace.storage.keeping import keep_blob


def judge(ctx: Context, draft: Draft, bundle: Bundle) -> None:
    """Keep the file of a bundle and let a draft of that template be about it.

    Whoever calls counts the answers afterwards: they depend on who brought what.
    """
    checked = check_upload(ctx, draft.municipality_code, bundle)
    canonical = write_zip(bundle)
    # Before the row: a rollback leaves a file too many, never one too few.
    keep_blob(ctx.session, ctx.ports.blobs, canonical)
    draft.number = bundle.manifest.version
    draft.name_ja, draft.name_en = bundle.manifest.name.ja, bundle.manifest.name.en
    draft.digest, draft.size = digest_of(canonical), len(canonical)
    draft.findings = [*(finding.as_dict() for finding in checked.findings), *checked.scan.as_documents()]
    draft.changes_document = checked.changes.as_document()
    draft.least_version = checked.least_version
    draft.scan_rules = RULES
