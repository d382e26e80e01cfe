"""Photographs as crops: python photo_data.py DIR/photos OUT packs every photograph at 1, 1/2, 1/4 and 1/8 as uint8 arrays.

Packed once, memory-mapped after that, so a training run needs no decoder and no network. Those named in held-out.txt are kept apart. A file
that cannot be read is named, and nothing is left half written.
"""

from __future__ import annotations

import argparse
import os
from pathlib import Path

import numpy as np
import torch
from PIL import Image, UnidentifiedImageError
from torch import Tensor

SCALES = (1, 2, 4, 8)
# How often a crop comes from each scale: texture at full size, things and edges at the smaller ones.
WEIGHTS = (0.2, 0.35, 0.3, 0.15)
SMALLEST = 72


def held_out() -> set[str]:
    lines = (Path(__file__).parent / "held-out.txt").read_text().splitlines()
    return {line.strip() for line in lines if line.strip() and not line.startswith("#")}


def pack(photos: Path, out: Path) -> None:
    out.mkdir(parents=True, exist_ok=True)
    apart = held_out()
    files = sorted(photos.glob("*.jpg"))
    if not files:
        raise SystemExit(f"There are no photographs in {photos}.")
    for file in files:
        try:
            picture = Image.open(file).convert("RGB")
        except (OSError, UnidentifiedImageError) as error:
            raise SystemExit(f"The photograph {file} cannot be read: {error}.") from error
        for scale in SCALES:
            small = picture.reduce(scale) if scale > 1 else picture
            if min(small.size) < SMALLEST:
                continue
            target = out / f"{'held' if file.name in apart else 'train'}-{file.stem}-{scale}.npy"
            with open(target.with_suffix(".new"), "wb") as new:
                np.save(new, np.asarray(small))
            os.replace(target.with_suffix(".new"), target)


def crop(picture: np.ndarray, size: int, chance: np.random.Generator) -> np.ndarray:
    h, w, _ = picture.shape
    y, x = int(chance.integers(0, h - size + 1)), int(chance.integers(0, w - size + 1))
    cut = np.asarray(picture[y : y + size, x : x + size])
    return cut[:, ::-1] if chance.random() < 0.5 else cut


def tensor_of(crops: np.ndarray) -> Tensor:
    """[n, size, size, 3] in -1..1 -> [n, 3, size, size], channels last in memory."""
    return torch.from_numpy(crops).permute(0, 3, 1, 2).contiguous(memory_format=torch.channels_last)


class Crops:
    """Random crops of the training photographs, seeded."""

    def __init__(self, folder: Path, size: int, seed: int) -> None:
        self.size, self.chance = size, np.random.default_rng(seed)
        self.pictures = {scale: [np.load(file, mmap_mode="r") for file in sorted(folder.glob(f"train-*-{scale}.npy"))] for scale in SCALES}
        if not any(self.pictures.values()):
            raise SystemExit(f"There is nothing packed in {folder}: run photo_data.py first.")

    def batch(self, n: int) -> Tensor:
        out = np.empty((n, self.size, self.size, 3), np.float32)
        for i in range(n):
            of_scale = self.pictures[int(self.chance.choice(SCALES, p=WEIGHTS))]
            cut = crop(of_scale[int(self.chance.integers(len(of_scale)))], self.size, self.chance).astype(np.float32) / 127.5 - 1
            if self.chance.random() < 0.3:  # another exposure
                cut = np.clip(cut * self.chance.uniform(0.8, 1.1) + self.chance.uniform(-0.1, 0.1), -1, 1)
            out[i] = cut
        return tensor_of(out)


def held_crops(folder: Path, n: int, size: int) -> Tensor:
    """The same crops of the held-out photographs every time."""
    pictures = [np.load(file, mmap_mode="r") for scale in (2, 4) for file in sorted(folder.glob(f"held-*-{scale}.npy"))]
    chance = np.random.default_rng(9)
    return tensor_of(np.stack([crop(pictures[i % len(pictures)], size, chance) for i in range(n)]).astype(np.float32) / 127.5 - 1)


if __name__ == "__main__":
    p = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    p.add_argument("photos", type=Path)
    p.add_argument("out", type=Path)
    args = p.parse_args()
    pack(args.photos, args.out)
