"""Masks for measuring fills: True is painted anew. Seeded, so every method gets the same ones."""

from __future__ import annotations

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

KINDS = ("thin", "thick", "centre32", "centre64", "text")


def strokes(size: int, chance: np.random.Generator, count: int, width: float) -> np.ndarray:
    """Curved strokes across the square, each through four random points."""
    page = Image.new("L", (size, size))
    pen = ImageDraw.Draw(page)
    s = np.linspace(0, 1, 40)[:, None]
    for _ in range(count):
        a, b, c, d = chance.uniform(0.02, 0.98, (4, 1, 2)) * size
        curve = (1 - s) ** 3 * a + 3 * (1 - s) ** 2 * s * b + 3 * (1 - s) * s**2 * c + s**3 * d
        pen.line([tuple(point) for point in curve], fill=255, width=max(1, round(width)), joint="curve")
    return np.asarray(page) > 127


def mask_of(kind: str, size: int, seed: int) -> np.ndarray:
    """bool [size, size]; widths are of a square of 256 pixels and grow with it, but for the centre's."""
    chance = np.random.default_rng([KINDS.index(kind), seed])
    if kind == "thin":
        return strokes(size, chance, 5, size * 3 / 256)
    if kind == "thick":
        return strokes(size, chance, 3, size * 18 / 256)
    if kind == "text":
        page = Image.new("L", (size, size))
        font = ImageFont.load_default(size * 22 / 256)
        for line in range(5):
            letters = "".join(chance.choice(list("abcdefghijklmnopqrstuvwxyz "), 22))
            ImageDraw.Draw(page).text((size * 0.04, size * (0.08 + 0.18 * line)), letters, fill=255, font=font)
        return np.asarray(page) > 64
    half = int(kind.removeprefix("centre")) // 2
    mask = np.zeros((size, size), bool)
    mask[size // 2 - half : size // 2 + half, size // 2 - half : size // 2 + half] = True
    return mask


def grown(mask: np.ndarray, by: int) -> np.ndarray:
    """The mask and everything within `by` pixels of it."""
    return cv2.distanceTransform((~mask).astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_PRECISE) <= by
