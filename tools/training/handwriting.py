"""Make the sample photograph of the first start: handwriting on paper with a blot.

    python handwriting.py --data DIR/mnist --out ../../resources/samples/handwriting.png

The digits are test digits of MNIST (never trained on), each enlarged to 112 px, drawn in ink on a sheet of paper with its grain, a soft
shadow and a slight vignette; a blot of ink covers part of one of them. Grey, dark on light, 8 bit: what a phone makes of a sheet of paper.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
from PIL import Image, ImageFilter

from data import mnist

CELL, COLUMNS, ROWS, MARGIN = 112, 7, 5, 64


def smooth(noise: np.ndarray, radius: float) -> np.ndarray:
    picture = Image.fromarray(((noise - noise.min()) / np.ptp(noise) * 255).astype(np.uint8)).filter(ImageFilter.GaussianBlur(radius))
    values = np.asarray(picture, np.float64)
    return (values - values.mean()) / values.std()


def main() -> None:
    p = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    p.add_argument("--data", type=Path, required=True)
    p.add_argument("--out", type=Path, required=True)
    p.add_argument("--seed", type=int, default=5)
    args = p.parse_args()
    chance = np.random.default_rng(args.seed)
    digits, _ = mnist(args.data, "t10k")
    width, height = COLUMNS * CELL + 2 * MARGIN, ROWS * CELL + 2 * MARGIN

    ink = np.zeros((height, width))
    for row in range(ROWS):
        for column in range(COLUMNS):
            digit = digits[int(chance.integers(len(digits))), 0].numpy()
            large = np.asarray(Image.fromarray(digit).resize((CELL, CELL), Image.Resampling.BICUBIC), np.float64) / 255
            y, x = MARGIN + row * CELL, MARGIN + column * CELL
            ink[y : y + CELL, x : x + CELL] = np.maximum(ink[y : y + CELL, x : x + CELL], large)

    # The blot: a wobbly disc with a few drops, over a part of the digit in the middle of the sheet.
    yy, xx = np.mgrid[0:height, 0:width]
    cy, cx = MARGIN + 2.42 * CELL, MARGIN + 3.62 * CELL
    angle, far = np.arctan2(yy - cy, xx - cx), np.hypot(yy - cy, xx - cx)
    edge = 25 + 3.5 * np.sin(3 * angle + 1) + 2.5 * np.sin(7 * angle)
    blot = np.clip((edge - far) / 3 + 0.5, 0, 1)
    for dy, dx, r in [(30, 22, 4.5), (-33, 14, 3.2), (10, -37, 2.4)]:
        blot = np.maximum(blot, np.clip(r - np.hypot(yy - cy - dy, xx - cx - dx) + 0.5, 0, 1))

    paper = 246 + 1.2 * smooth(chance.standard_normal((height, width)), 1.2) + 0.8 * smooth(chance.standard_normal((height, width)), 5)
    paper -= 5 * ((yy / height - 0.45) ** 2 + (xx / width - 0.5) ** 2)
    page = paper * (1 - 0.90 * ink)
    page = page * (1 - blot) + (40 + 4 * smooth(chance.standard_normal((height, width)), 2)) * blot
    page += chance.normal(0, 0.7, page.shape)
    args.out.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(page.clip(0, 255).round().astype(np.uint8)).save(args.out, optimize=True)
    print(f"{args.out}: {width} x {height}")


if __name__ == "__main__":
    main()
