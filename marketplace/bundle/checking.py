"""Checks a bundle as a whole, beyond the schemas: references, layout, names, process, samples, files."""

from __future__ import annotations

from collections.abc import Iterator

from marketplace.bundle.checks.fields import check_fields
from marketplace.bundle.checks.files import check_files
from marketplace.bundle.checks.form import Form, make_form
from marketplace.bundle.checks.formulas import check_formulas
from marketplace.bundle.checks.includes import check_includes
from marketplace.bundle.checks.layout import check_layout
from marketplace.bundle.checks.placeholders import check_apps, check_localise, check_placeholders
from marketplace.bundle.checks.process import check_process
from marketplace.bundle.checks.records import check_records
from marketplace.bundle.checks.references import check_references
from marketplace.bundle.checks.use import check_use
from marketplace.bundle.model import Bundle, Finding
from marketplace.bundle.placeholders import objects_of

MAX_FINDINGS = 500


def check(bundle: Bundle) -> list[Finding]:
    """Return the findings about a bundle, errors first, at most 500; it can be published when none is an error."""
    forms = {app.key: make_form(app) for app in bundle.apps}
    findings = [*_check_whole(bundle, forms)]
    for form in forms.values():
        findings += _check_app(form, forms)
    return sorted(findings, key=lambda finding: not finding.is_error)[:MAX_FINDINGS]


def _check_whole(bundle: Bundle, forms: dict[str, Form]) -> Iterator[Finding]:
    objects = {app.key: objects_of(app) for app in bundle.apps}  # walked through once for all that look at them
    yield from check_files(bundle, objects)
    yield from check_apps(bundle)
    yield from check_includes(bundle.manifest)
    yield from check_placeholders(bundle, objects)
    yield from check_localise(bundle, forms)


def _check_app(form: Form, forms: dict[str, Form]) -> Iterator[Finding]:
    yield from check_fields(form)
    yield from check_layout(form)
    yield from check_references(form, forms)
    yield from check_formulas(form)
    yield from check_use(form)
    yield from check_process(form)
    yield from check_records(form, forms)
