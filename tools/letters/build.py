"""Draws the letters of contact sheets from Inter (SIL Open Font License 1.1) into src/imaging/letters-data.ts.

    python tools/letters/build.py Inter-Regular.otf

Needs Pillow. The result is checked in; sharp's WebAssembly build draws no text of its own.
"""

import base64
import io
import sys

from PIL import Image, ImageDraw, ImageFont

SIZE, HEIGHT, BASE = 26, 32, 24
LETTERS = "".join(map(chr, [*range(0x20, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x180)])) + "–—‘’“”…×·η→"


def main(path: str) -> None:
    font = ImageFont.truetype(path, SIZE)
    letters = "".join(sorted(set(LETTERS)))
    widths = [max(1, round(font.getlength(letter))) for letter in letters]
    # A margin each side: some letters reach beyond their own width.
    strip = Image.new("L", (sum(widths) + 4 * len(letters), HEIGHT), 0)
    draw = ImageDraw.Draw(strip)
    at = 0
    for letter, width in zip(letters, widths):
        draw.text((at + 2, BASE), letter, font=font, fill=255, anchor="ls")
        at += width + 4
    # Sixteen greys are enough, and half the size.
    strip = strip.point(lambda value: round(value / 17) * 17)
    png = io.BytesIO()
    strip.save(png, "PNG", optimize=True)
    text = "\n".join(
        [
            "/** Drawn by tools/letters/build.py from Inter, (c) The Inter Project Authors, SIL Open Font License 1.1: change that, never this. */",
            f"export const letterHeight = {HEIGHT}",
            "/** Clear pixels each side of a letter, into which it may reach. */",
            "export const letterMargin = 2",
            f"export const letters =\n  {quoted(letters)}",
            f"export const letterWidths = '{','.join(map(str, widths))}'",
            "/** One strip of all of them, 8-bit grey PNG, base64. */",
            f"export const letterStrip =\n  '{base64.b64encode(png.getvalue()).decode()}'",
            "",
        ]
    )
    with open("src/imaging/letters-data.ts", "w", encoding="utf-8") as file:
        file.write(text)


def quoted(letters: str) -> str:
    return "'" + letters.replace("\\", "\\\\").replace("'", "\\'") + "'"


if __name__ == "__main__":
    main(sys.argv[1])
