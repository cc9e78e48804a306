"""Gathers the commands; each is loaded when it is called, so that authors do not wait for the service's parts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib import import_module

import click

from marketplace.cli.outcomes import MEANINGS

AUTHORS: Mapping[str, tuple[str, str]] = {
    "init": ("starting", "新しいテンプレートのフォルダーを作る / make the folder of a new template"),
    "validate": ("validating", "テンプレートを検査する / check a template"),
    "pack": ("packing", "フォルダーをZIPにし、ダイジェストを表示する / make the zip of a folder and show its digest"),
    "unpack": ("packing", "ZIPを、読みやすいJSONのフォルダーにする / make a folder with readable JSON of a zip"),
    "diff": ("comparing", "二つの版の差分と、必要な版番号を表示する / show what changed and the version it owes"),
    "export": (
        "exporting",
        "ワークスペースのアプリをテンプレートの下書きにする / make a draft of apps in a workspace",
    ),
    "publish": ("publishing", "下書きとしてアップロードし、検査する / upload a draft and have it checked"),
    "release": ("publishing", "下書きを版として公開する / release a draft as a version"),
}
INSTALLERS: Mapping[str, tuple[str, str]] = {
    "login": ("signing_in", "サービスとAPIトークンを登録する / keep the service and the API token"),
    "logout": ("signing_in", "登録したサービスとAPIトークンを消す / forget the service and the API token"),
    "whoami": ("signing_in", "だれとして、何ができるかを表示する / show who you are and what you may do"),
    "search": ("looking", "テンプレートを探す / find templates"),
    "show": ("looking", "テンプレートとその版を表示する / show a template and its versions"),
    "plan": ("planning", "導入計画を表示する（何も変えない） / show what an install would do"),
    "install": ("installing", "テンプレートをワークスペースに導入する / install a template into a workspace"),
    "verify": ("verifying", "導入した結果を、テンプレートと照合する / show whether an install is what it should be"),
    "pull": (
        "pulling",
        "サービスから届かない kintone に、ここから導入する / install from this machine",
    ),
    "package": ("packaging", "持ち込むための署名つきパッケージを作る / make a signed package for a closed network"),
    "install-package": ("carrying", "パッケージを kintone に導入する / install a package, calling the kintone alone"),
    "mirror": ("mirroring", "カタログの索引をフォルダーに写す / copy the index of the catalog into a folder"),
    "report": ("reporting", "パッケージの導入結果をサービスに報告する / tell the service what became of a package"),
}
OPERATORS: Mapping[str, tuple[str, str]] = {
    "serve": ("running", "データベースを整え、Webとジョブを起動する / migrate, load the catalog, run web and worker"),
    "web": ("running", "Webだけを起動する / answer requests only"),
    "worker": ("running", "ジョブを実行する / run jobs"),
    "db": ("service", "データベース / database"),
    "workspaces": ("service", "ワークスペース / workspaces"),
    "people": ("people", "利用者のアカウント / accounts of people"),
    "catalog": ("service", "公式テンプレート / first-party templates"),
    "backup": ("backups", "動いているサービスをまるごとバックアップする / back up the whole service while it runs"),
    "restore": ("restoring", "バックアップから復元する / restore a backup"),
    "doctor": ("doctoring", "食い違いを探し、直す / find what disagrees, and mend it"),
}
GROUPS: Mapping[str, Mapping[str, tuple[str, str]]] = {
    "テンプレートを作る / Authors": AUTHORS,
    "探す・導入する / Installing": INSTALLERS,
    "サービスを動かす / Running the service": OPERATORS,
}
COMMANDS: Mapping[str, tuple[str, str]] = {**AUTHORS, **INSTALLERS, **OPERATORS}
"""By the name of each command its module and what it does; the help is shown without loading any of them."""


class LazyCommands(click.Group):
    """A group whose commands are imported when they are asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - the shape click asks for
        """Return the names in the order of COMMANDS."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - the shape click asks for
        """Import a command."""
        if cmd_name not in COMMANDS:
            return None
        module, _ = COMMANDS[cmd_name]
        command: click.Command = getattr(import_module(f"marketplace.cli.{module}"), cmd_name.replace("-", "_"))
        if cmd_name not in OPERATORS:
            command.epilog = EXIT_CODES
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - the shape click asks for
        """Write what each command does, by who needs it."""
        for heading, commands in GROUPS.items():
            with formatter.section(heading):
                formatter.write_dl([(name, told) for name, (_, told) in commands.items()])


def _exit_code_lines() -> Iterator[str]:
    yield "\b"
    yield "終了コード / Exit codes:"
    for outcome, meaning in MEANINGS.items():
        yield f"  {outcome.value:>3}  {meaning.ja} / {meaning.en}"


EXIT_CODES = "\n".join(_exit_code_lines())


@click.group(cls=LazyCommands, context_settings={"help_option_names": ["-h", "--help"]}, epilog=EXIT_CODES)
def main() -> None:
    """ヨコテン：自治体の業務アプリを分かち合う / share municipal business apps.

    使い方は docs/cli.md にあります。

    See docs/cli.md.
    """
