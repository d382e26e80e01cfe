"""Training data. Nothing here touches the network."""

from __future__ import annotations

import gzip
from pathlib import Path

import numpy as np
import torch
from torch import Tensor


def read_idx(path: Path) -> np.ndarray:
    """An idx file (gzip or plain) as an array of bytes: the format of the MNIST files."""
    raw = path.read_bytes()
    if raw[:2] == b"\x1f\x8b":
        raw = gzip.decompress(raw)
    if raw[:3] != b"\x00\x00\x08":
        raise ValueError(f"{path} is no idx file of bytes")
    rank = raw[3]
    shape = [int.from_bytes(raw[4 + 4 * i : 8 + 4 * i], "big") for i in range(rank)]
    return np.frombuffer(raw, np.uint8, offset=4 + 4 * rank).reshape(shape)


def mnist(folder: Path, part: str) -> tuple[Tensor, Tensor]:
    """part: 'train' (60,000) or 't10k' (10,000). Pictures [n, 1, 28, 28] as bytes, labels [n]."""
    images = read_idx(folder / f"{part}-images-idx3-ubyte.gz")
    labels = read_idx(folder / f"{part}-labels-idx1-ubyte.gz")
    return torch.from_numpy(images.copy())[:, None], torch.from_numpy(labels.astype(np.int64))


def to_range(pixels: Tensor) -> Tensor:
    """Bytes to the model's range -1..1."""
    return pixels.float() / 127.5 - 1


class Shuffled:
    """Batches of all pictures in a new order every time round. Bytes [n, c, h, w] in, -1..1 out; `flips` mirrors every other one by chance."""

    def __init__(self, pictures: Tensor, seed: int, flips: bool = False) -> None:
        self.pictures, self.flips = pictures, flips
        self.chance = torch.Generator().manual_seed(seed)
        self.order, self.place = torch.empty(0, dtype=torch.int64), 0

    def __call__(self, n: int) -> Tensor:
        if self.place + n > len(self.order):
            self.order, self.place = torch.randperm(len(self.pictures), generator=self.chance), 0
        x = to_range(self.pictures[self.order[self.place : self.place + n]])
        self.place += n
        if self.flips:
            mirrored = torch.rand(n, generator=self.chance) < 0.5
            x[mirrored] = x[mirrored].flip(3)
        return x.contiguous(memory_format=torch.channels_last)
