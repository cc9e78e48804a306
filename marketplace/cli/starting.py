"""Starts a new template: a folder that is valid from the first moment."""

from __future__ import annotations

import json
import re
import sys
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

import click

from marketplace.bundle.canonical import readable_json
from marketplace.bundle.paths import KEY
from marketplace.catalog.categories import CATEGORIES
from marketplace.cli.files import require_empty, write_file
from marketplace.cli.outcomes import CommandError, Outcome
from marketplace.cli.sources import check_source
from marketplace.cli.validating import show_findings
from marketplace.cli.voice import Voice, spoken
from marketplace.kernel.text import Text

STARTER = resources.files("marketplace.cli.starter")
FIRST_VERSION = "1.0.0"
LONGEST_SLUG = 64
LICENSE = "CC-BY-4.0"
COLOURS = ("#0f5c8c", "#8b5a00", "#3d6b35", "#6b3d6b", "#8c2f2f", "#2f5f5f")
ICON = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 96 96">
  <rect width="96" height="96" rx="20" fill="{colour}"/>
  <rect x="24" y="18" width="48" height="60" rx="5" fill="#ffffff"/>
  <rect x="32" y="30" width="32" height="5" rx="2" fill="{colour}"/>
  <rect x="32" y="43" width="32" height="5" rx="2" fill="{colour}"/>
  <rect x="32" y="56" width="20" height="5" rx="2" fill="{colour}"/>
</svg>
"""
QUESTIONS = {
    "slug": Text("識別名（半角の英小文字・数字・-）", "Slug (lower-case letters, digits, -)"),
    "name": Text("名前（日本語）", "Name in Japanese"),
    "name_en": Text("名前（英語）", "Name in English"),
    "summary": Text("何をするものか（日本語、1文）", "What it does, in Japanese, one sentence"),
    "summary_en": Text("何をするものか（英語、1文）", "What it does, in English, one sentence"),
    "category": Text("業務分野", "Category"),
    "license": Text("ライセンス（SPDX）", "Licence (SPDX)"),
}


@dataclass(frozen=True, slots=True)
class Start:
    """What is known about the new template."""

    slug: str
    name: str
    name_en: str
    summary: str
    summary_en: str
    category: str
    license: str
    handles_personal_data: bool


@click.command()
@click.argument("folder", type=click.Path(path_type=Path), required=False)
@click.option("--slug", help="識別名 / slug")
@click.option("--name", help="名前（日本語） / name in Japanese")
@click.option("--name-en", help="名前（英語） / name in English")
@click.option("--summary", help="1文の説明（日本語） / one sentence in Japanese")
@click.option("--summary-en", help="1文の説明（英語） / one sentence in English")
@click.option("--category", type=click.Choice(list(CATEGORIES)), help="業務分野 / category")
@click.option("--license", "license_", metavar="SPDX", help=f"ライセンス / licence [{LICENSE}]")
@click.option("--personal-data/--no-personal-data", default=False, help="個人情報を扱う / it handles personal data")
@spoken
def init(
    voice: Voice, /, folder: Path | None, *, license_: str | None, personal_data: bool, **given: str | None
) -> Outcome:
    """新しいテンプレートのフォルダーを作る / make the folder of a new template.

    端末では足りないことを尋ねます。あるファイルは上書きしません。

    On a terminal it asks for what is missing. Nothing is overwritten.
    """
    slug = _checked_slug(given["slug"] or (folder.name if folder else None) or _ask(voice, "slug"))
    target = folder or Path(slug)
    require_empty(target)
    name = given["name"] or _ask(voice, "name")
    name_en = given["name_en"] or _ask(voice, "name_en", slug.replace("-", " ").capitalize())
    start = Start(
        slug=slug,
        name=name,
        name_en=name_en,
        summary=given["summary"] or _ask(voice, "summary", f"{name}のためのアプリです。"),
        summary_en=given["summary_en"] or _ask(voice, "summary_en", f"An app for: {name_en}."),
        category=given["category"] or _ask(voice, "category", "soumu", tuple(CATEGORIES)),
        license=license_ or _ask(voice, "license", LICENSE),
        handles_personal_data=personal_data,
    )
    for path, content in _files(start).items():
        write_file(target / path, content, replaces=False)
    _, found = check_source(target)
    show_findings(voice, found)
    voice.say(Text(f"「{target}」を作りました。", f"Made “{target}”."))
    voice.note(Text(f"次は：yokoten validate {target}", f"Next: yokoten validate {target}"))
    findings = [one.as_dict() for one in found]
    voice.document({"folder": str(target), "slug": slug, "version": FIRST_VERSION, "findings": findings})
    return Outcome.FINDINGS if any(one.finding.is_error for one in found) else Outcome.DONE


def _checked_slug(slug: str) -> str:
    """Return a slug that may name a template, and so a folder. Raises CommandError."""
    if len(slug) > LONGEST_SLUG or not re.fullmatch(KEY, slug):
        title = Text(f"「{slug}」は識別名に使えません。", f"“{slug}” can't be a slug.")
        remedy = Text(
            "--slug で、半角の英小文字と数字を「-」でつないで指定してください（例：flood-log）。",
            "Give lower-case letters and digits joined by hyphens by --slug, such as flood-log.",
        )
        raise CommandError(Outcome.USAGE, title, remedy, code="slug-invalid")
    return slug


def _ask(voice: Voice, what: str, default: str | None = None, choices: tuple[str, ...] = ()) -> str:
    """Ask on the terminal; where nobody sits, take what is usual. Raises CommandError if nothing is."""
    if sys.stdin.isatty():
        kind = click.Choice(choices) if choices else None
        answer: str = click.prompt(voice.words(QUESTIONS[what]), default=default, type=kind, err=True)
        return answer
    if default is None:
        option = f"--{what.replace('_', '-')}"
        title = Text(f"{option} が必要です。", f"{option} is needed.")
        remedy = Text(f"{option} で{QUESTIONS[what].ja}を指定してください。", f"Give it: {QUESTIONS[what].en}.")
        raise CommandError(Outcome.USAGE, title, remedy, code="usage")
    return default


def _files(start: Start) -> dict[str, bytes]:
    """Return the files of the new template by path."""
    app = f"apps/{start.slug}"
    personal = "扱う個人情報の種類と、見える人を書きます。" if start.handles_personal_data else "個人情報は扱いません。"
    words = {"name": start.name, "summary": start.summary, "personal_data": personal, "version": FIRST_VERSION}
    # The colour follows the slug, so that a folder of new templates is not all of one colour.
    colour = COLOURS[sum(start.slug.encode()) % len(COLOURS)]
    files = {
        "template.json": readable_json(_manifest(start)),
        "README.md": _starter("README.md").format(**words).encode(),
        "CHANGELOG.md": _starter("CHANGELOG.md").format(**words).encode(),
        "images/icon.svg": ICON.format(colour=colour).encode(),
    }
    for part in (STARTER / "app").iterdir():
        content = part.read_bytes()
        if part.name == "settings.json":
            content = readable_json({**json.loads(content), "name": start.name})
        files[f"{app}/{part.name}"] = content
    return files


def _starter(name: str) -> str:
    return (STARTER / name).read_text(encoding="utf-8")


def _manifest(start: Start) -> dict[str, Any]:
    personal: dict[str, Any] = {"handles": start.handles_personal_data}
    if start.handles_personal_data:
        personal["kinds"] = ["氏名"]
    return {
        "format": 1,
        "slug": start.slug,
        "version": FIRST_VERSION,
        "name": {"ja": start.name, "en": start.name_en},
        "summary": {"ja": start.summary, "en": start.summary_en},
        "category": start.category,
        "departments": list(CATEGORIES[start.category].departments[:1]),
        "keywords": [],
        "license": start.license,
        "icon": "images/icon.svg",
        "apps": [{"key": start.slug}],
        "personal_data": personal,
    }
