"""Turns folders into the one zip of their content, and zips into folders for people."""

from __future__ import annotations

from pathlib import Path

import click

from marketplace.bundle.arranging import arrange
from marketplace.bundle.writing import digest_of, write_folder, write_zip
from marketplace.cli.files import require_empty, write_file
from marketplace.cli.outcomes import Outcome
from marketplace.cli.sources import open_source
from marketplace.cli.voice import Voice, spoken
from marketplace.kernel.text import Text


@click.command()
@click.argument("source", metavar="FOLDER|ZIP", type=click.Path(exists=True, path_type=Path))
@click.option("-o", "--output", type=click.Path(path_type=Path), help="書き出すファイル / file to write")
@click.option("--force", is_flag=True, help="あるファイルを置き換える / replace a file that is there")
@spoken
def pack(voice: Voice, source: Path, output: Path | None, *, force: bool) -> Outcome:
    """フォルダーをZIPにし、ダイジェストを表示する / make the zip of a folder and show its digest.

    同じ内容からは、どこでも同じZIPができます。

    The same content gives the same zip everywhere.
    """
    bundle = open_source(source, voice)
    manifest = bundle.manifest
    data = write_zip(bundle)
    target = output or Path(f"{manifest.slug}-{manifest.version}.zip")
    write_file(target, data, replaces=force)
    voice.say(f"{target}  sha256:{digest_of(data)}")
    voice.document(
        {
            "file": str(target),
            "slug": manifest.slug,
            "version": manifest.version,
            "size": len(data),
            "digest": digest_of(data),
        }
    )
    return Outcome.DONE


@click.command()
@click.argument("source", metavar="ZIP", type=click.Path(exists=True, path_type=Path))
@click.argument("folder", type=click.Path(path_type=Path))
@spoken
def unpack(voice: Voice, source: Path, folder: Path) -> Outcome:
    """ZIPを、読みやすいJSONのフォルダーにする / make a folder with readable JSON of a zip.

    空でないフォルダーには書き出しません。

    Nothing is written into a folder that is not empty.
    """
    bundle = open_source(source, voice)
    require_empty(folder)
    write_folder(arrange(bundle), folder)
    count = sum(1 for path in folder.rglob("*") if path.is_file())
    voice.say(Text(f"{folder} に{count}個のファイルを書き出しました。", f"Wrote {count} files into {folder}."))
    voice.document({"folder": str(folder), "slug": bundle.manifest.slug, "version": bundle.manifest.version})
    return Outcome.DONE
