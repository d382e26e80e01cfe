"""The course's grid on the shipped digits: steps 5/10/20/50 against eta 0/.2/.5/.75/1, drawn by the product, judged by the classifier.

    python grid.py --sheet ../../docs/mnist-grid.png

Every cell is `palimpsest generate --model mnist --sampler ddim --steps S --eta E --seed 0 --count 64`, the same sixty-four start noises in
all of them. Prints the table of docs/models.md: the share over 0.9 confidence, and the mean confidence.
"""

from __future__ import annotations

import argparse
import subprocess
import tempfile
from pathlib import Path

import numpy as np
import onnxruntime
from PIL import Image

ROOT = Path(__file__).resolve().parents[2]
STEPS, ETAS, COUNT = (5, 10, 20, 50), (0, 0.2, 0.5, 0.75, 1), 64


def draw(steps: int, eta: float, count: int, out: Path) -> np.ndarray:
    command = ["node", "out/main/cli.js", "generate", "--model", "mnist", "--sampler", "ddim", "--steps", str(steps), "--eta", str(eta),
               "--seed", "0", "--count", str(count), "--device", "cpu", "--tensors", "--quiet", "--out", str(out)]
    subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    # What a user sees is clipped to the range, so the judge sees that too.
    return np.stack([np.load(file) for file in sorted(out.glob("*.npy"))]).astype(np.float32).clip(-1, 1)


def tile(images: np.ndarray, across: int) -> np.ndarray:
    pixels = ((images[:, 0] + 1) * 127.5).round().astype(np.uint8)
    rows = [np.concatenate(list(pixels[i : i + across]), axis=1) for i in range(0, len(pixels), across)]
    return np.concatenate(rows, axis=0)


def main() -> None:
    p = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    p.add_argument("--sheet", type=Path, required=True)
    p.add_argument("--count", type=int, default=COUNT)
    args = p.parse_args()
    judge = onnxruntime.InferenceSession(str(ROOT / "models/mnist-judge/model.onnx"), providers=["CPUExecutionProvider"])
    page = []
    print("| eta | " + " | ".join(f"{s} steps" for s in STEPS) + " |\n|---|" + "---|" * len(STEPS))
    for eta in ETAS:
        cells, row = [], []
        for steps in STEPS:
            with tempfile.TemporaryDirectory() as folder:
                images = draw(steps, eta, args.count, Path(folder))
            sure = judge.run(None, {"sample": images})[0].max(1)
            cells.append(f"{(sure > 0.9).mean() * 100:.0f} % ({sure.mean():.2f})")
            row.append(np.pad(tile(images[:10], 5), 6, constant_values=40))
        print(f"| {eta} | " + " | ".join(cells) + " |", flush=True)
        page.append(np.concatenate(row, axis=1))
    sheet = Image.fromarray(np.concatenate(page, axis=0))
    sheet.resize((sheet.width * 2, sheet.height * 2), Image.Resampling.NEAREST).save(args.sheet, optimize=True)


if __name__ == "__main__":
    main()
