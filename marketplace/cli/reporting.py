"""`yokoten report`: tells the service what became of a package that was carried away."""

from __future__ import annotations

from pathlib import Path

import click

from marketplace.cli.api import ServiceApi
from marketplace.cli.asking import asks_service
from marketplace.cli.outcomes import CommandError, Outcome
from marketplace.cli.voice import Voice, spoken
from marketplace.installs.offline.errors import ReportUnfitError
from marketplace.installs.offline.report_input import MOST_BYTES, read_document
from marketplace.kernel.text import Text

NO_REPORT = Text("報告のファイルではありません。", "This is no report.")
REMEDY = Text(
    "install-package がパッケージのそばに書いた .report.json を指定してください。",
    "Give the .report.json that install-package wrote beside the package.",
)


@click.command()
@click.argument("file", metavar="FILE", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@spoken
@asks_service
def report(voice: Voice, api: ServiceApi, *, file: Path) -> Outcome:
    """パッケージの導入結果をサービスに報告する / tell the service what became of a package.

    同じ報告は、何度送ってもかまいません。

    The same report may be sent more than once.
    """
    with file.open("rb") as source:
        content = source.read(MOST_BYTES + 1)
    try:
        document = dict(read_document(content))
    except ReportUnfitError as error:
        raise CommandError(Outcome.USAGE, NO_REPORT, REMEDY, code="no-report") from error
    import_id = str(document.get("import", ""))
    if not import_id.isalnum():
        raise CommandError(Outcome.USAGE, NO_REPORT, REMEDY, code="no-report")
    ended = api.repeat("PUT", f"/imports/{import_id}/report", document)
    voice.say(Text(f"報告しました（{ended['state']}）。", f"Reported ({ended['state']})."))
    voice.document(ended)
    return Outcome.DONE
