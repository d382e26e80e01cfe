"""Pictures side by side in one file."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
from PIL import Image

GAP, GROUND = 2, 40


def sheet(images: np.ndarray, columns: int, file: Path, scale: int = 2) -> None:
    """images: [n, c, h, w] in -1..1, c 1 or 3."""
    n, c, h, w = images.shape
    pixels = ((images.clip(-1, 1) + 1) * 127.5).round().astype(np.uint8).transpose(0, 2, 3, 1)
    rows = math.ceil(n / columns)
    page = np.full((rows * (h + GAP) + GAP, columns * (w + GAP) + GAP, c), GROUND, np.uint8)
    for i, picture in enumerate(pixels):
        y, x = GAP + (i // columns) * (h + GAP), GAP + (i % columns) * (w + GAP)
        page[y : y + h, x : x + w] = picture
    shown = Image.fromarray(page[:, :, 0] if c == 1 else page)
    shown.resize((shown.width * scale, shown.height * scale), Image.Resampling.NEAREST).save(file, optimize=True)
