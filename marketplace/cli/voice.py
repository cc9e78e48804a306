"""Speaks to the user: Japanese or English, sentences or one JSON document, loud or quiet."""

from __future__ import annotations

import functools
import json
import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Concatenate, NoReturn, ParamSpec

import click

from marketplace.cli.outcomes import CommandError, Outcome
from marketplace.kernel.text import Language, Text

P = ParamSpec("P")
LOCALE_VARIABLES = ("LC_ALL", "LC_MESSAGES", "LANG")
NO_LANGUAGE = frozenset({"", "C", "POSIX"})
INTERRUPTED = Text("中断しました。", "Interrupted.")


@dataclass(frozen=True, slots=True)
class Voice:
    """How a command speaks. With JSON the one document is all that stands on stdout."""

    language: Language
    as_json: bool = False
    is_quiet: bool = False

    def words(self, text: Text | str) -> str:
        """Return a sentence in the user's language."""
        return text if isinstance(text, str) else text.in_language(self.language)

    def pick(self, pair: Mapping[str, str] | None) -> str:
        """Return a sentence that the service sent in both languages."""
        pair = pair or {}
        return pair.get(self.language.value) or pair.get("ja") or ""

    def say(self, text: Text | str = "") -> None:
        """Tell a part of the result."""
        if not self.is_quiet:
            click.echo(self.words(text), err=self.as_json)

    def note(self, text: Text | str) -> None:
        """Tell what goes on, or what to do next; it is no part of the result."""
        if not self.is_quiet:
            click.echo(self.words(text), err=True)

    def warn(self, text: Text | str) -> None:
        """Tell what went wrong, even to those who want quiet."""
        click.echo(self.words(text), err=True)

    def document(self, content: Mapping[str, Any]) -> None:
        """Give the result as JSON, if that is wanted."""
        if self.as_json:
            click.echo(json.dumps(content, ensure_ascii=False, indent=2))

    def refuse(self, error: CommandError) -> None:
        """Tell why a command can't go on."""
        title, remedy = self.words(error.title), self.words(error.remedy)
        click.echo(f"{self.words(Text('エラー：', 'Error: '))}{title}", err=True)
        for line in (*error.details, remedy):
            click.echo(f"  {line}", err=True)
        self.document(error.as_document(title, remedy))


def language_of(environ: Mapping[str, str]) -> Language:
    """Return the language that the environment asks for; Japanese if it asks for none."""
    locale = next((value for name in LOCALE_VARIABLES if (value := environ.get(name))), "")
    name = locale.partition(".")[0].partition("@")[0]
    return Language.JA if name in NO_LANGUAGE or name.lower().startswith("ja") else Language.EN


def spoken(command: Callable[Concatenate[Voice, P], Outcome]) -> Callable[P, None]:
    """Give a command its voice as the first argument, tell its refusals, and exit with its outcome."""

    @click.option(
        "--lang",
        type=click.Choice([language.value for language in Language]),
        envvar="YOKOTEN_LANG",
        help="表示の言語（省略時は LANG に従う） / language of what is shown (default: as LANG says)",
    )
    @click.option("--json", "as_json", is_flag=True, help="結果をJSONで出力する / print the result as JSON")
    @click.option("-q", "--quiet", is_flag=True, help="エラーだけを表示する / show errors only")
    @functools.wraps(command)
    def run(*args: P.args, **options: P.kwargs) -> None:
        lang, as_json, quiet = options.pop("lang"), options.pop("as_json"), options.pop("quiet")
        language = Language(str(lang)) if lang else language_of(os.environ)
        _exit_with(Voice(language, bool(as_json), bool(quiet)), lambda voice: command(voice, *args, **options))

    return run


def _exit_with(voice: Voice, perform: Callable[[Voice], Outcome]) -> NoReturn:
    try:
        outcome = perform(voice)
    except CommandError as error:
        voice.refuse(error)
        outcome = error.outcome
    except KeyboardInterrupt:
        click.echo(f"\n{voice.words(INTERRUPTED)}", err=True)
        outcome = Outcome.INTERRUPTED
    sys.exit(int(outcome))
