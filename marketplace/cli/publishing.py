"""Publishes a template: packs it, has the service check it, and releases it on demand."""

from __future__ import annotations

import uuid
from http import HTTPStatus
from pathlib import Path
from typing import Any

import click
from semantic_version import Version

from marketplace.bundle.checks.changelog import check_changelog
from marketplace.bundle.comparing import Bump, compare
from marketplace.bundle.model import Bundle
from marketplace.bundle.writing import digest_of, write_zip
from marketplace.cli.api import ServiceApi
from marketplace.cli.asking import asks_service
from marketplace.cli.comparing import least_version_line, show_changes
from marketplace.cli.outcomes import CommandError, Outcome
from marketplace.cli.signing_in import OWN_TOKEN
from marketplace.cli.sources import LocatedFinding, RefusedSourceError, check_source, locate
from marketplace.cli.template_names import TemplateName, fetch_bundle
from marketplace.cli.validating import show_findings
from marketplace.cli.voice import Voice, spoken
from marketplace.kernel.text import Text

Document = dict[str, Any]
NUMBER_CODES = frozenset({"version-number-used", "version-number-too-small"})
FIRST_VERSION = Text("はじめての版です。", "This is the first version.")


@click.command()
@click.argument("source", metavar="FOLDER|ZIP", type=click.Path(exists=True, path_type=Path))
@click.option(
    "--release", "releases", is_flag=True, help="指摘がなければ公開する / release it if nothing stands in the way"
)
@click.option("--dry-run", is_flag=True, help="何もアップロードせず、確かめるだけにする / only look, upload nothing")
@spoken
@asks_service
def publish(voice: Voice, api: ServiceApi, source: Path, *, releases: bool, dry_run: bool) -> Outcome:
    """下書きとしてアップロードし、検査する / upload a draft and have it checked.

    --release を付けると、そのまま版として公開します。

    With --release it becomes a version at once.
    """
    bundle, found = check_source(source)
    errors = [one for one in found if one.finding.is_error]
    if bundle is None or errors:
        raise RefusedSourceError(source, errors or found, voice)
    if dry_run:
        return _rehearse(voice, api, source, bundle, found)
    if releases:
        return _release_at_once(voice, api, bundle)
    draft = api.upload("/drafts", write_zip(bundle), key=str(uuid.uuid4()))
    if not draft["can_be_released"]:
        return _tell_of_findings(voice, draft)
    _show_draft(voice, draft)
    voice.note(Text(f"公開するには：yokoten release {draft['id']}", f"To release it: yokoten release {draft['id']}"))
    voice.document({"draft": draft, "released": None})
    return Outcome.DONE


@click.command()
@click.argument("draft")
@spoken
@asks_service
def release(voice: Voice, api: ServiceApi, draft: str) -> Outcome:
    """下書きを版として公開する / release a draft as a version."""
    found = api.get(f"/drafts/{draft}")
    answer = api.post(f"/drafts/{draft}/release", key=str(uuid.uuid4()))
    return _tell_of_release(voice, found, None if answer.get("state") == "held" else answer)


def _release_at_once(voice: Voice, api: ServiceApi, bundle: Bundle) -> Outcome:
    try:
        done = api.upload("/versions", write_zip(bundle), key=str(uuid.uuid4()))
    except CommandError as refusal:
        if refusal.draft is None:
            raise
        return _tell_of_findings(voice, api.get(f"/drafts/{refusal.draft}"))
    _show_draft(voice, done["draft"])
    return _tell_of_release(voice, done["draft"], done["version"])


def _tell_of_findings(voice: Voice, draft: Document) -> Outcome:
    """Show a draft that can't be released as it is, and say who has to do what."""
    _show_draft(voice, draft)
    _tell_who_answers(voice, draft)
    voice.document({"draft": draft, "released": None})
    return Outcome.FINDINGS


def _tell_of_release(voice: Voice, draft: Document, version: Document | None) -> Outcome:
    """Name the version that a draft became, if the operator need not look at it first."""
    if version is None:
        _tell_of_hold(voice, draft)
    else:
        slug, number = draft["slug"], version["version"]
        voice.say(Text(f"{slug} {number} を公開しました。", f"Released {slug} {number}."))
        voice.say(f"  sha256:{version['digest']}")
    voice.document({"draft": draft, "released": version})
    return Outcome.DONE


def _tell_of_hold(voice: Voice, draft: Document) -> None:
    """Say that the operator looks at it first, and where the outcome is seen."""
    voice.note(
        Text(
            f"運営の確認を待っています。確認が済むと公開されます。結果は /drafts/{draft['id']} で見られます。",
            f"It waits for the operator's review and is released after that. See /drafts/{draft['id']}.",
        )
    )


def _show_draft(voice: Voice, draft: Document) -> None:
    voice.say(Text(f"下書き {draft['id']}", f"Draft {draft['id']}"))
    for finding in draft["findings"]:
        severity = voice.words(Text("エラー", "error") if finding["severity"] == "error" else Text("注意", "warning"))
        voice.say(f"  {finding['file']}{finding['pointer']}: {severity}: {voice.pick(finding['title'])}")
        voice.say(f"    → {voice.pick(finding['remedy'])}")
        if "held" in finding:
            voice.say(f"      {voice.pick(finding['held']['place'])}")
    base = draft["changes"]["base"]
    if base is None:
        if not _codes_of_errors(draft):
            voice.say(FIRST_VERSION)
        return
    voice.say(Text(f"{base} からの差分", f"Changes since {base}"))
    show_changes(voice, draft["changes"]["changes"])
    if draft["least_version"]:
        is_enough = not _codes_of_errors(draft) & NUMBER_CODES
        voice.say(least_version_line(draft["least_version"], draft["version"], is_enough=is_enough))


def _codes_of_errors(draft: Document) -> set[str]:
    return {finding["code"] for finding in draft["findings"] if finding["severity"] == "error"}


def _tell_who_answers(voice: Voice, draft: Document) -> None:
    """Say that a person has to look, when nothing else stands in the way."""
    count = draft["unanswered"]
    if count and not _codes_of_errors(draft):
        voice.note(
            Text(
                f"ほかの人の確認を待っている指摘が{count}件あります。別の管理者か公開担当が /drafts/{draft['id']} で"
                f"答えたあと、公開できます：yokoten release {draft['id']}",
                f"Somebody else has to answer {count} findings: another administrator or publisher, on "
                f"/drafts/{draft['id']}. After that: yokoten release {draft['id']}",
            )
        )


def _rehearse(voice: Voice, api: ServiceApi, source: Path, bundle: Bundle, found: list[LocatedFinding]) -> Outcome:
    """Tell what an upload would show: the checks, and what the number owes to the newest version."""
    before = _predecessor(api, bundle)
    rehearsal: Document = {"base": None, "least_version": None, "version_is_enough": True, "changes": []}
    if before is not None:
        found += locate(source, check_changelog(bundle))
        rehearsal = _compared(before, bundle)
    show_findings(voice, found)
    if before is None:
        voice.say(FIRST_VERSION)
    else:
        show_changes(voice, rehearsal["changes"])
        least, is_enough = rehearsal["least_version"], rehearsal["version_is_enough"]
        voice.say(least_version_line(least, bundle.manifest.version, is_enough=is_enough))
    named = {"slug": bundle.manifest.slug, "version": bundle.manifest.version, "digest": digest_of(write_zip(bundle))}
    voice.document({**named, **rehearsal, "findings": [one.as_dict() for one in found]})
    is_fine = rehearsal["version_is_enough"] and not any(one.finding.is_error for one in found)
    return Outcome.DONE if is_fine else Outcome.FINDINGS


def _compared(before: Bundle, bundle: Bundle) -> Document:
    """Return the changes and what they owe; the number of a version that is released can't be used again."""
    comparison = compare(before, bundle)
    base = before.manifest.version
    least = max(comparison.bump, Bump.PATCH).least_after(base)
    return {
        "base": base,
        "least_version": least,
        "version_is_enough": Version(bundle.manifest.version) >= Version(least),
        "changes": [change.as_dict() for change in comparison.changes],
    }


def _predecessor(api: ServiceApi, bundle: Bundle) -> Bundle | None:
    municipality = api.get(OWN_TOKEN)["municipality"]
    name = TemplateName(municipality["code"], bundle.manifest.slug)
    try:
        return fetch_bundle(api, name)
    except CommandError as error:
        if error.status != HTTPStatus.NOT_FOUND:
            raise
        return None
