"""Judge the digits that the product itself drew:

    npm run -s palimpsest -- generate --model mnist --sampler ddim --steps 50 --seed 0 --count 256 --device cpu --tensors --out RUN
    python evaluate.py RUN --sheet ../../docs/mnist-ddim50.png

Prints how many are classified with confidence over 0.9, and how often each digit occurs. Bar: at least 90 %, and all ten digits.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import numpy as np
import onnxruntime

from sheet import sheet

MODELS = Path(__file__).resolve().parents[2] / "models"


def drawn(run: Path, models: Path = MODELS) -> np.ndarray:
    """The tensors of a run, [n, c, h, w], held to the model's range as a user sees them, and brought to -1..1."""
    tensors = sorted(run.glob("*.npy"))
    if not tensors:
        raise SystemExit(f"There are no tensors in {run}: run generate with --tensors.")
    model = json.loads((run / "run.json").read_text())["recipe"]["model"]["id"]
    low, high = json.loads((models / model / "model.json").read_text())["image"]["range"]
    images = np.stack([np.load(file) for file in tensors]).astype(np.float32)
    return (images.clip(low, high) - low) * (2 / (high - low)) - 1


def main() -> None:
    p = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    p.add_argument("run", type=Path)
    p.add_argument("--judge", type=Path, default=MODELS / "mnist-judge/model.onnx")
    p.add_argument("--models", type=Path, default=MODELS, help="where the folder of the run's model is")
    p.add_argument("--sheet", type=Path)
    args = p.parse_args()
    images = drawn(args.run, args.models)
    session = onnxruntime.InferenceSession(str(args.judge), providers=["CPUExecutionProvider"])
    probabilities = session.run(None, {"sample": images})[0]
    confident = float((probabilities.max(1) > 0.9).mean())
    counts = np.bincount(probabilities.argmax(1), minlength=10)
    print(f"{len(images)} samples, confidence over 0.9 on {confident * 100:.1f} %, mean confidence {probabilities.max(1).mean():.3f}")
    print("digits 0 to 9: " + " ".join(str(c) for c in counts))
    print("bar " + ("held" if confident >= 0.9 and (counts > 0).all() else "missed"))
    if args.sheet:
        sheet(images[:128], 16, args.sheet)


if __name__ == "__main__":
    main()
