"""Writes into a draft what the checks and the scan say of its bundle; anew whenever the bundle is another one."""

from __future__ import annotations

from dataclasses import dataclass

from marketplace.bundle.model import Bundle
from marketplace.catalog.bundles import KeptBundle, keep_bundle
from marketplace.catalog.numbering import Demand
from marketplace.kernel.context import Context
from marketplace.publishing.checks import check_upload
from marketplace.publishing.models import Draft
from marketplace.publishing.scan.scanning import RULES


@dataclass(frozen=True, slots=True)
class Judged:
    """A bundle whose file is kept, and what earlier versions asked of its number, if it can be one."""

    kept: KeptBundle
    demand: Demand | None


def judge(ctx: Context, draft: Draft, bundle: Bundle) -> Judged:
    """Keep the file of a bundle and let a draft of that template be about it.

    Whoever calls counts the answers afterwards: they depend on who brought what.
    """
    checked = check_upload(ctx, draft.municipality_code, bundle)
    kept = keep_bundle(ctx, bundle)
    draft.number = bundle.manifest.version
    draft.name_ja, draft.name_en = bundle.manifest.name.ja, bundle.manifest.name.en
    draft.digest, draft.size = kept.digest, kept.size
    draft.findings = [*(finding.as_dict() for finding in checked.findings), *checked.scan.as_documents()]
    draft.changes_document = checked.changes.as_document()
    draft.least_version = checked.least_version
    draft.scan_rules = RULES
    return Judged(kept, checked.demand)
