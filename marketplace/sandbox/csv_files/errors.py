"""Refusals of CSV files."""

from __future__ import annotations

from marketplace.kernel.errors import InvalidError, TooLargeError
from marketplace.kernel.text import Text


class CsvTooLargeError(TooLargeError):
    """The file is longer than one import takes."""

    code = "csv-too-large"
    title = Text("CSVファイルが大きすぎます。", "The CSV file is too large.")
    remedy = Text(
        "1回に取り込めるのは、{megabytes}MB、{lines}行、{columns}列までです。ファイルを分けてください。",
        "One import takes at most {megabytes} MB, {lines} lines and {columns} columns. Split the file.",
    )


class CsvEncodingError(InvalidError):
    """The bytes are text in none of the known encodings."""

    code = "csv-encoding-unknown"
    title = Text("CSVファイルの文字コードを読み取れません。", "The encoding of the CSV file cannot be told.")
    remedy = Text(
        "UTF-8かShift_JISで保存し直してください。Excelでは「CSV UTF-8（コンマ区切り）」を選びます。",
        "Save it as UTF-8 or Shift_JIS. In Excel choose “CSV UTF-8 (Comma delimited)”.",
    )


class CsvBrokenError(InvalidError):
    """The file breaks the grammar of CSV."""

    code = "csv-broken"
    title = Text("CSVファイルの{line}行目の近くが正しくありません。", "The CSV file is broken near line {line}.")
    remedy = Text(
        '引用符（"）が閉じているか、1つのセルが長すぎないかを確かめてください。',
        "Check that every quotation mark is closed and that no cell is too long.",
    )


class CsvEmptyError(InvalidError):
    """The file has no line below its heading."""

    code = "csv-empty"
    title = Text("CSVファイルに取り込む行がありません。", "The CSV file has no lines to import.")
    remedy = Text(
        "1行目に項目名、2行目から値を入れてください。",
        "Put the names of the fields into the first line and values below.",
    )
