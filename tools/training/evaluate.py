"""Judge the digits that the product itself drew:

    npm run -s palimpsest -- generate --model mnist --sampler ddim --steps 50 --seed 0 --count 256 --device cpu --tensors --out RUN
    python evaluate.py RUN --judge ../../models/mnist-judge/model.onnx --sheet ../../docs/mnist-ddim50.png

Prints how many are classified with confidence over 0.9, and how often each digit occurs. Bar: at least 90 %, and all ten digits.
"""

from __future__ import annotations

import argparse
import math
from pathlib import Path

import numpy as np
import onnxruntime
from PIL import Image


def main() -> None:
    p = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    p.add_argument("run", type=Path)
    p.add_argument("--judge", type=Path, required=True)
    p.add_argument("--sheet", type=Path)
    args = p.parse_args()
    tensors = sorted(args.run.glob("*.npy"))
    if not tensors:
        raise SystemExit(f"There are no tensors in {args.run}: run generate with --tensors.")
    images = np.stack([np.load(file) for file in tensors]).astype(np.float32)
    session = onnxruntime.InferenceSession(str(args.judge), providers=["CPUExecutionProvider"])
    # What a user sees is clipped to the range, so the judge sees that too.
    probabilities = session.run(None, {"sample": images.clip(-1, 1)})[0]
    confident = float((probabilities.max(1) > 0.9).mean())
    counts = np.bincount(probabilities.argmax(1), minlength=10)
    print(f"{len(images)} samples, confidence over 0.9 on {confident * 100:.1f} %, mean confidence {probabilities.max(1).mean():.3f}")
    print("digits 0 to 9: " + " ".join(str(c) for c in counts))
    print("bar " + ("held" if confident >= 0.9 and (counts > 0).all() else "missed"))
    if args.sheet:
        columns = 16
        shown = ((images[:128, 0].clip(-1, 1) + 1) * 127.5).round().astype(np.uint8)
        rows = math.ceil(len(shown) / columns)
        page = np.zeros((rows * 30 + 2, columns * 30 + 2), np.uint8)
        page[:] = 40
        for i, digit in enumerate(shown):
            y, x = 2 + (i // columns) * 30, 2 + (i % columns) * 30
            page[y : y + 28, x : x + 28] = digit
        Image.fromarray(page).resize((page.shape[1] * 2, page.shape[0] * 2), Image.Resampling.NEAREST).save(args.sheet, optimize=True)


if __name__ == "__main__":
    main()
