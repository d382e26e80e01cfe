"""What a package says of itself: the parts of model.json. The format: docs/models.md."""

from __future__ import annotations

import hashlib
from pathlib import Path

DIGITS = {"licence": "CC BY-SA 3.0 (as the data it was trained on)",
          "trainedOn": "MNIST: 60,000 handwritten digits, 28 x 28 grey (LeCun, Cortes, Burges)"}
FACES = {"licence": "Non-commercial research only, as the pictures it was trained on",
         "trainedOn": "16,397 aligned faces of adults, 64 x 64 in colour (UTKFace)"}
LINEAR = {"kind": "vp", "betas": {"schedule": "linear", "start": 0.0001, "end": 0.02, "count": 1000}}


def files_entry(file: Path) -> list[dict]:
    return [{"file": file.name, "sha256": hashlib.sha256(file.read_bytes()).hexdigest(), "precision": "float16"}]


def image(channels: int, side: int, low: int = -1) -> dict:
    return {"channels": channels, "range": [low, 1], "size": {"width": side, "height": side}}


def level(name: str, kind: str) -> dict:
    """The networks are smooth in their level, so it may lie between trained ones."""
    return {"name": name, "kind": kind, "type": "float32", "shape": "batch", "between": True, "scale": 1}


def denoiser(id_: str, name: str, file: Path, picture: dict, told: dict, predicts: str, variance: str, noise: dict, provenance: dict) -> dict:
    return {"format": 1, "task": "denoiser", "id": id_, "name": name, "files": files_entry(file), "image": picture,
            "input": {"sample": "sample", "batch": "dynamic", "level": told},
            "output": {"name": "out", "predicts": predicts, "variance": variance}, "noise": noise, "provenance": provenance}


def made_by(seen: str, parameters: int) -> str:
    return f"Palimpsest, tools/training: {seen}, {parameters / 1e6:.2f} M parameters"
