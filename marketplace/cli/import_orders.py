"""Reads what is to be installed, where and how, as the commands are told."""

from __future__ import annotations

import functools
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import click

from marketplace.cli.outcomes import CommandError, Outcome
from marketplace.cli.pairs import read_pairs
from marketplace.cli.template_names import TEMPLATE, TemplateName
from marketplace.kernel.text import Text

R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class ImportOrder:
    """A template, the workspace it goes into, and how."""

    template: TemplateName
    workspace_id: str
    codes: tuple[str, ...]
    """Codes of placeholders, each as key=code."""
    with_samples: bool
    answers_file: Path | None = None
    """Holds more items of the order, as the API takes them."""

    @property
    def path(self) -> str:
        """Where the API takes orders for the workspace."""
        return f"/workspaces/{self.workspace_id}/imports"

    @property
    def body(self) -> dict[str, Any]:
        """The order as the API takes it; options go before the file. Raises CommandError."""
        answers = read_answers(self.answers_file)
        return {
            **answers,
            "template": str(self.template),
            "version": self.template.version,
            "sample_records": self.with_samples,
            "placeholders": {**answers.get("placeholders", {}), **read_pairs(self.codes)},
        }


OPTIONS = (
    click.option(
        "--placeholder",
        "codes",
        metavar="KEY=CODE",
        multiple=True,
        help="差し込み項目に入れるコード（何度でも） / code for a placeholder (repeatable)",
    ),
    click.option(
        "--answers",
        "answers_file",
        metavar="FILE",
        type=click.Path(exists=True, dir_okay=False, path_type=Path),
        help="差し込み項目などを書いたJSON / JSON with placeholders and more",
    ),
    click.option(
        "--samples/--no-samples",
        "with_samples",
        default=True,
        show_default=True,
        help="サンプルレコードを入れる / add the sample records",
    ),
)


def takes_order(*, required: bool) -> Callable[[Callable[..., R]], Callable[..., R]]:
    """Add the argument and the options that make an order; without a template and not required there is none."""
    what = click.argument("template", type=TEMPLATE, required=required)
    where = click.option(
        "--workspace",
        "workspace_id",
        metavar="ID",
        required=required,
        envvar="YOKOTEN_WORKSPACE",
        help="ワークスペースのID（YOKOTEN_WORKSPACE） / id of the workspace",
    )

    def add(command: Callable[..., R]) -> Callable[..., R]:
        @functools.wraps(command)
        def run(*, template: TemplateName | None, workspace_id: str | None, **options: Any) -> R:
            how = [options.pop(name) for name in ("codes", "with_samples", "answers_file")]
            order = None
            if template is not None and workspace_id is not None:
                order = ImportOrder(template, workspace_id, *how)
            return command(order=order, **options)

        return what(where(functools.reduce(lambda made, option: option(made), reversed(OPTIONS), run)))

    return add


def read_answers(path: Path | None) -> dict[str, Any]:
    """Return the answers that a file holds: a JSON object with items of an order. Raises CommandError."""
    if path is None:
        return {}
    try:
        answers = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        answers = None
    if not isinstance(answers, dict) or not isinstance(answers.get("placeholders", {}), dict):
        title = Text(f"「{path}」を読み取れません。", f"“{path}” can't be read.")
        remedy = Text(
            '{"placeholders": {…}} のような、導入の指定のJSONにしてください（docs/cli.md）。',
            'Give the items of an order as JSON, like {"placeholders": {…}} (docs/cli.md).',
        )
        raise CommandError(Outcome.USAGE, title, remedy, code="answers-unreadable")
    return answers
