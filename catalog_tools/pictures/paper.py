"""Writes a one-page paper as PDF, with a Japanese title in a font that every reader has its own for."""

from __future__ import annotations

NOTE = "見本（架空の書類です）"
PAGE = "595 842"
"""A4 in points."""
FONT = "/HeiseiKakuGo-W5"
CHARACTERS = "/CIDSystemInfo << /Registry (Adobe) /Ordering (Japan1) /Supplement 2 >>"
MEASURES = "/FontBBox [-92 -250 1010 922] /ItalicAngle 0 /Ascent 859 /Descent -140 /CapHeight 709 /StemV 114"


def write_paper(title: str) -> bytes:
    """Return the file."""
    text = f"BT /F 20 Tf 72 740 Td <{_hex(title)}> Tj 0 -36 Td /F 12 Tf <{_hex(NOTE)}> Tj ET"
    frame = "0.6 w 56 56 483 730 re S 72 640 m 523 640 l 72 600 m 523 600 l 72 560 m 523 560 l S"
    content = f"{text} {frame}"
    objects = (
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {PAGE}] /Contents 4 0 R /Resources << /Font << /F 5 0 R >> >> >>",
        f"<< /Length {len(content)} >>\nstream\n{content}\nendstream",
        f"<< /Type /Font /Subtype /Type0 /BaseFont {FONT} /Encoding /UniJIS-UCS2-H /DescendantFonts [6 0 R] >>",
        f"<< /Type /Font /Subtype /CIDFontType0 /BaseFont {FONT} /DW 1000 /FontDescriptor 7 0 R\n{CHARACTERS} >>",
        f"<< /Type /FontDescriptor /FontName {FONT} /Flags 4 {MEASURES} >>",
    )
    made = "%PDF-1.4\n"
    places = []
    for number, body in enumerate(objects, start=1):
        places.append(len(made))
        made += f"{number} 0 obj\n{body}\nendobj\n"
    start = len(made)
    table = "".join(f"{place:010d} 00000 n \n" for place in places)
    made += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}"
    made += f"trailer\n<< /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n"
    return made.encode("ascii")


def _hex(text: str) -> str:
    return text.encode("utf-16-be").hex()
