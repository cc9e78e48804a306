"""Reads how a command names a template: publisher/slug, with a version or a range after an @."""

from __future__ import annotations

import re
from dataclasses import dataclass

import click

from marketplace.bundle.model import Bundle
from marketplace.bundle.reading import read_zip
from marketplace.bundle.writing import digest_of
from marketplace.cli.api import ServiceApi, check_digest
from marketplace.cli.outcomes import CommandError, Outcome
from marketplace.kernel.text import Text

NAME = re.compile(r"(?P<publisher>[0-9a-z-]+)/(?P<slug>[a-z0-9]+(?:-[a-z0-9]+)*)(?:@(?P<version>[^/@]+))?")
EXPECTED = "publisher/slug[@version] の形で指定してください / give publisher/slug[@version]"


@dataclass(frozen=True, slots=True)
class TemplateName:
    """A template, and the version or range that is wanted of it; None for the newest."""

    publisher: str
    slug: str
    version: str | None = None

    def __str__(self) -> str:
        """Return publisher/slug."""
        return f"{self.publisher}/{self.slug}"


class TemplateNameType(click.ParamType[TemplateName]):
    """The name of a template as an argument."""

    name = "template"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> TemplateName:
        """Take the name apart."""
        found = find_name(str(value))
        return self.fail(f"{value}: {EXPECTED}", param, ctx) if found is None else found


TEMPLATE = TemplateNameType()


def find_name(text: str) -> TemplateName | None:
    """Return the name that a text is, or None."""
    match = NAME.fullmatch(text)
    return TemplateName(**match.groupdict()) if match else None


def fetch_bundle(api: ServiceApi, name: TemplateName) -> Bundle:
    """Return the bundle of a version, the newest if none is named. Raises CommandError."""
    path = f"/templates/{name}"
    number = name.version or _newest(api, name)
    version = api.get(f"{path}/versions/{number}")
    data = api.download(f"{path}/versions/{number}/bundle")
    return read_zip(check_digest(data, str(version["digest"]), digest_of(data)))


def _newest(api: ServiceApi, name: TemplateName) -> str:
    latest = api.get(f"/templates/{name}").get("latest")
    if latest is None:
        title = Text(f"{name} には使える版がありません。", f"{name} has no version to use.")
        remedy = Text("版を @1.0.0 のように指定してください。", "Name a version, such as @1.0.0.")
        raise CommandError(Outcome.REFUSED, title, remedy, code="no-version")
    return str(latest["version"])
