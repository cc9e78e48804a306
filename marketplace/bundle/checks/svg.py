"""Checks of SVG pictures: only drawing elements, nothing that runs, and nothing fetched from outside."""

from __future__ import annotations

import re
from collections.abc import Iterator
from xml.parsers import expat

from marketplace.bundle.checks.place import Place
from marketplace.bundle.model import Finding
from marketplace.kernel.text import Text

SVG = "http://www.w3.org/2000/svg"
SEPARATOR = " "
ELEMENTS = frozenset(
    {
        *("svg", "g", "defs", "symbol", "use", "title", "desc", "metadata", "style", "switch", "view"),
        *("path", "rect", "circle", "ellipse", "line", "polyline", "polygon", "text", "tspan", "textPath"),
        *("linearGradient", "radialGradient", "stop", "clipPath", "mask", "pattern", "marker", "filter"),
        *("feBlend", "feColorMatrix", "feComponentTransfer", "feComposite", "feDropShadow", "feFlood", "feFuncA"),
        *("feFuncB", "feFuncG", "feFuncR", "feGaussianBlur", "feMerge", "feMergeNode", "feMorphology", "feOffset"),
    },
)
OUTSIDE = re.compile(r"url\(\s*['\"]?(?!#)|@import|@font-face|expression\s*\(|javascript\s*:|\\", re.IGNORECASE)
REMEDY = Text(
    "描画ツールで「スクリプトや外部リンクを含まないSVG」として書き出し直すか、PNGにしてください。",
    "Export it again as an SVG without scripts and links to outside, or use a PNG.",
)


class _UnsafeError(Exception):
    """Stops the parser at the first thing an icon must not hold."""

    def __init__(self, ja: str, en: str) -> None:
        super().__init__(en)
        self.title = Text(ja, en)


def check_svg(path: str, data: bytes) -> Iterator[Finding]:
    """Yield the first reason not to show an SVG to other municipalities."""
    parser = expat.ParserCreate(namespace_separator=SEPARATOR)
    parser.StartDoctypeDeclHandler = _refuse_doctype
    parser.ProcessingInstructionHandler = _refuse_instruction
    parser.StartElementHandler = _check_element
    # Text arrives in pieces; it is looked at as a whole, so that a forbidden word can't hide in the seams.
    pieces: list[str] = []
    parser.CharacterDataHandler = pieces.append
    try:
        parser.Parse(data, True)
        _check_text("".join(pieces))
    except _UnsafeError as error:
        yield Place(path).error("svg-unsafe", error.title, REMEDY)
    except expat.ExpatError as error:
        yield Place(path).error(
            "svg-malformed",
            Text(f"SVGとして読めません（{error.lineno}行目）。", f"This is not an SVG (line {error.lineno})."),
            REMEDY,
        )


def _refuse_doctype(*_declaration: object) -> None:
    # Entities are declared in a DOCTYPE; without one there is nothing to expand.
    raise _UnsafeError("SVGにDOCTYPE宣言が含まれています。", "The SVG has a DOCTYPE.")


def _refuse_instruction(*_instruction: object) -> None:
    raise _UnsafeError("SVGに処理命令が含まれています。", "The SVG has a processing instruction.")


def _check_element(name: str, attributes: dict[str, str]) -> None:
    namespace, _, local = name.rpartition(SEPARATOR)
    if namespace != SVG or local not in ELEMENTS:
        raise _UnsafeError(f"SVGに使えない要素「{local[:50]}」があります。", f"The SVG has the element {local[:50]}.")
    for attribute, value in attributes.items():
        plain = attribute.rpartition(SEPARATOR)[2].lower()
        if plain.startswith("on"):
            raise _UnsafeError(
                f"SVGにイベント属性「{plain[:50]}」があります。", f"The SVG has the handler {plain[:50]}."
            )
        if plain in {"href", "src", "base"} and not value.strip().startswith("#"):
            raise _UnsafeError("SVGが外部を参照しています。", "The SVG refers to something outside.")
        _check_text(value)


def _check_text(text: str) -> None:
    if OUTSIDE.search(text):
        raise _UnsafeError("SVGが外部を参照しています。", "The SVG refers to something outside.")
