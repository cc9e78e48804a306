"""The refusal of a bundle."""

from __future__ import annotations

from collections.abc import Iterable

from marketplace.bundle.model import Finding, JsonObject
from marketplace.kernel.errors import InvalidError
from marketplace.kernel.text import Text

MAX_FINDINGS = 100


class BundleRefusedError(InvalidError):
    """A bundle that can't be read; the findings say where and why, at most 100 of them."""

    code = "bundle-refused"
    title = Text("テンプレートのファイルを読み込めませんでした。", "The bundle could not be read.")
    remedy = Text(
        "指摘（{count}件）の内容を直して、もう一度読み込んでください。",
        "Correct what the findings ({count}) say and send the bundle again.",
    )

    def __init__(self, findings: Iterable[Finding]) -> None:
        """Keep the findings."""
        self.findings = list(findings)[:MAX_FINDINGS]
        super().__init__(count=len(self.findings))

    @property
    def details(self) -> list[JsonObject]:
        """The findings as plain values, for an answer in JSON."""
        return [finding.as_dict() for finding in self.findings]
