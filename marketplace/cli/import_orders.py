"""Reads what is to be installed, where and how, as the commands are told."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

import click

from marketplace.cli.outcomes import CommandError, Outcome
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

    @property
    def path(self) -> str:
        """Where the API takes orders for the workspace."""
        return f"/workspaces/{self.workspace_id}/imports"

    @property
    def body(self) -> dict[str, Any]:
        """The order as the API takes it. Raises CommandError about a placeholder."""
        return {
            "template": str(self.template),
            "version": self.template.version,
            "sample_records": self.with_samples,
            "placeholders": dict(_read_code(pair) for pair in self.codes),
        }


def takes_order(*, required: bool) -> Callable[[Callable[..., R]], Callable[..., R]]:
    """Add the argument and the options that make an order; without a template and not required there is none."""

    def add(command: Callable[..., R]) -> Callable[..., R]:
        @click.argument("template", type=TEMPLATE, required=required)
        @click.option(
            "--workspace",
            "workspace_id",
            metavar="ID",
            required=required,
            envvar="YOKOTEN_WORKSPACE",
            help="ワークスペースのID（YOKOTEN_WORKSPACE） / id of the workspace",
        )
        @click.option(
            "--placeholder",
            "codes",
            metavar="KEY=CODE",
            multiple=True,
            help="差し込み項目に入れるコード（何度でも） / code for a placeholder (repeatable)",
        )
        @click.option(
            "--samples/--no-samples",
            "with_samples",
            default=True,
            show_default=True,
            help="サンプルレコードを入れる / add the sample records",
        )
        @functools.wraps(command)
        def run(
            *,
            template: TemplateName | None,
            workspace_id: str | None,
            codes: tuple[str, ...],
            with_samples: bool,
            **options: Any,
        ) -> R:
            order = None
            if template is not None and workspace_id is not None:
                order = ImportOrder(template, workspace_id, codes, with_samples)
            return command(order=order, **options)

        return run

    return add


def _read_code(pair: str) -> tuple[str, str]:
    """Return the key and the code of a placeholder. Raises CommandError."""
    key, equals, code = pair.partition("=")
    if not equals or not key.strip():
        title = Text(f"差し込み項目「{pair}」を読み取れません。", f"“{pair}” is no placeholder with its code.")
        remedy = Text("section-chief=sato のように指定してください。", "Give it like section-chief=sato.")
        raise CommandError(Outcome.USAGE, title, remedy, code="placeholder-unreadable")
    return key.strip(), code.strip()
