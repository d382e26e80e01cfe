"""Faces as one array: python faces_data.py DIR/faces128 OUT packs train.npy and held.npy, [n, 64, 64, 3] bytes, by area averaging.

Held out, and never trained on: the thousand whose name has the smallest sha-256, a rule that needs no list and no luck. The pictures have copies
among them, to the pixel and under other names: one of each is kept. A picture that cannot be read is named and left out. Packed once; training needs no decoder and no network.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import os
import tarfile
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch import Tensor

SIZE, HELD = 64, 1000


def apart(names: list[str]) -> set[str]:
    return set(sorted(names, key=lambda name: hashlib.sha256(name.encode()).hexdigest())[:HELD])


def read(raw: bytes) -> np.ndarray:
    picture = Image.open(io.BytesIO(raw)).convert("RGB")
    factor = picture.width // SIZE
    if picture.size != (factor * SIZE, factor * SIZE):
        raise ValueError(f"it is {picture.width} x {picture.height}, no multiple of {SIZE}")
    return np.asarray(picture.reduce(factor))


def faces(folder: Path) -> dict[str, np.ndarray]:
    found: dict[str, np.ndarray] = {}
    seen: set[bytes] = set()
    copies = 0
    for archive in sorted(folder.glob("*.tar")):
        with tarfile.open(archive) as tar:
            for entry in tar:
                if not entry.isfile():
                    continue
                name = Path(entry.name).name
                try:
                    face = read(tar.extractfile(entry).read())
                except (OSError, ValueError, SyntaxError) as error:
                    print(f"Left out: {archive.name}, {entry.name}: {error}", flush=True)
                    continue
                digest = hashlib.sha256(face.tobytes()).digest()
                if digest in seen:
                    copies += 1
                    continue
                seen.add(digest)
                found[name] = face
    print(f"copies left out: {copies}", flush=True)
    if len(found) <= HELD:
        raise SystemExit(f"There are {len(found)} faces in the archives of {folder}, and {HELD} are held out.")
    return found


def pack(folder: Path, out: Path) -> None:
    out.mkdir(parents=True, exist_ok=True)
    found = faces(folder)
    held = apart(list(found))
    for part in ("train", "held"):
        chosen = np.stack([found[name] for name in sorted(found) if (name in held) == (part == "held")])
        with open(out / f"{part}.new", "wb") as new:
            np.save(new, chosen)
        os.replace(out / f"{part}.new", out / f"{part}.npy")
        print(f"{part}: {len(chosen)}")


def packed(folder: Path, part: str) -> Tensor:
    """'train' or 'held': [n, 3, 64, 64] bytes."""
    file = folder / f"{part}.npy"
    if not file.exists():
        raise SystemExit(f"There is nothing packed in {folder}: run faces_data.py first.")
    return torch.from_numpy(np.load(file)).permute(0, 3, 1, 2).contiguous()


if __name__ == "__main__":
    p = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    p.add_argument("folder", type=Path)
    p.add_argument("out", type=Path)
    args = p.parse_args()
    pack(args.folder, args.out)
