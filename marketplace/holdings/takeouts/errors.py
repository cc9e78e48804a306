"""Refusals about takeouts."""

from __future__ import annotations

from marketplace.kernel.errors import ConflictError, NotFoundError, TooLargeError
from marketplace.kernel.text import Text


class TakeoutNotFoundError(NotFoundError):
    """The municipality has no such takeout, or its file is not there."""

    code = "takeout-not-found"
    title = Text("データの書き出しが見つかりません。", "There is no such export of data.")
    remedy = Text(
        "書き出したファイルは7日で消えます。もう一度書き出してください。",
        "The file is deleted after 7 days. Export the data again.",
    )


class TakeoutUnderWayError(ConflictError):
    """One at a time is enough."""

    code = "takeout-under-way"
    title = Text("いま、データを書き出しています。", "An export of data is under way.")
    remedy = Text("終わるまでお待ちください。", "Wait until it has ended.")


class TooManyTakeoutsError(ConflictError):
    """As many files are kept as may be."""

    code = "too-many-takeouts"
    title = Text("書き出したファイルを残せるのは{most}件までです。", "At most {most} exported files are kept.")
    remedy = Text("要らないファイルを削除してから、お試しください。", "Delete those you do not need, then try again.")


class TakeoutTooLargeError(TooLargeError):
    """The file would be larger than the service makes."""

    code = "takeout-too-large"
    title = Text("データが多く、1つのファイルにできません。", "There is too much data for one file.")
    remedy = Text(
        "1つのファイルは{megabytes}MBまでです。レコードを含めずに書き出し、レコードはアプリごとにCSVで保存してください。",
        "A file holds at most {megabytes} MB. Export without records, and save the records of each app as CSV.",
    )
