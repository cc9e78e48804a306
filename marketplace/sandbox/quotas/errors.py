"""Refusals of what is too much for a site; the codes are our own, kintone has no such limits or names none."""

from __future__ import annotations

from marketplace.kernel.text import Text
from marketplace.sandbox.errors import PlatformError


class TooManyAppsError(PlatformError):
    """The site has as many apps as it may."""

    code = "CB_QT01"
    message = Text(
        "アプリは{most}個までです。使っていないアプリの整理を、ワークスペースの管理者に相談してください。",
        "A workspace can have at most {most} apps. Ask the administrator of the workspace about apps no longer used.",
    )


class AppFullError(PlatformError):
    """The app has as many records as it may."""

    code = "CB_QT02"
    message = Text(
        "1つのアプリに登録できるレコードは{most}件までです。不要なレコードを削除してから追加してください。",
        "An app can have at most {most} records. Delete records you no longer need before adding others.",
    )


class SiteFullError(PlatformError):
    """The apps of the site together have as many records as they may."""

    code = "CB_QT03"
    message = Text(
        "ワークスペース全体で登録できるレコードは{most}件までです。不要なレコードを削除してから追加してください。",
        "A workspace can have at most {most} records in all its apps. Delete records you no longer need first.",
    )


class FilesFullError(PlatformError):
    """The files of the site take as much room as they may."""

    code = "CB_QT04"
    message = Text(
        "ワークスペース全体で保存できるファイルは合計{megabytes}MBまでです。不要なファイルを削除してから追加してください。",
        "The files of a workspace can take at most {megabytes} MB. Delete files you no longer need first.",
    )


class FileTooLargeError(PlatformError):
    """One file is larger than this site takes."""

    code = "CB_QT05"
    message = Text(
        "アップロードできるファイルは1つ{megabytes}MBまでです。ファイルを小さくしてください。",
        "A file can have at most {megabytes} MB. Make the file smaller.",
    )


class TooManyUsersError(PlatformError):
    """The site has as many users as it may."""

    code = "CB_QT06"
    message = Text(
        "ワークスペースの利用者は{most}人までです。使っていない利用者を整理してください。",
        "A workspace can have at most {most} users. Remove users who no longer need it first.",
    )
