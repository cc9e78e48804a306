"""Commands for writers: expand sources into templates_catalog/, and check one template thoroughly."""

from __future__ import annotations

import sys

import click

from catalog_tools.checking.running import check_template
from catalog_tools.expanding import CATALOG, SOURCES, Sources, write
from catalog_tools.icons.glyphs import BADGES, GLYPHS
from catalog_tools.outline import describe, outline
from catalog_tools.source.errors import SourceError, SourceFlawsError


@click.group()
def main() -> None:
    """公式テンプレートの作成 / making first-party templates."""


@main.command("check")
@click.argument("slug")
def check_command(slug: str) -> None:
    """Expand one template, check it, install it and use it; says what to mend."""
    sources = Sources()
    _require(sources, slug)
    try:
        flaws = list(check_template(slug, sources))
    except (SourceError, SourceFlawsError) as error:
        flaws = str(error).splitlines()
    for flaw in flaws:
        click.echo(flaw, err=True)
    if flaws:
        click.echo(f"{slug}: {len(flaws)} to mend", err=True)
        sys.exit(1)
    click.echo(f"{slug}: good")


@main.command("expand")
@click.argument("slugs", nargs=-1)
def expand_command(slugs: tuple[str, ...]) -> None:
    """Write the folders of templates_catalog/ anew from their sources: of the slugs named, or of all."""
    sources = Sources()
    _require(sources, *slugs)
    failed = False
    for slug in slugs or sources.slugs():
        for version in sources.versions(slug):
            try:
                write(sources.expand(slug, version))
            except (SourceError, SourceFlawsError) as error:
                click.echo(str(error), err=True)
                failed = True
    if failed:
        sys.exit(1)


def _require(sources: Sources, *slugs: str) -> None:
    for slug in slugs:
        if slug not in sources.slugs():
            raise click.BadParameter(f"there is no source in {SOURCES.name}/{slug}")


@main.command("outline")
@click.argument("slug", required=False)
def outline_command(slug: str | None) -> None:
    """Say what the outline thought of a template; without a slug, which templates have no source yet."""
    if slug is None:
        for name, entry in outline().items():
            done = (SOURCES / name).is_dir() or (CATALOG / name).is_dir()
            click.echo(f"{'done' if done else '    '}  {entry['category']:9} {name}  {entry['ja']}")
    elif slug in outline():
        click.echo(describe(slug))
    else:
        raise click.BadParameter(f"the outline has no {slug}")


@main.command("icons")
def icons_command() -> None:
    """List the drawings and badges of icons, and which are taken."""
    click.echo(f"drawings: {' '.join(GLYPHS)}")
    click.echo(f"badges: {' '.join(BADGES)}")
    for slug, icon in Sources().icons().items():
        click.echo(f"taken by {slug}: {icon}")
