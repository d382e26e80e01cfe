"""Measure the faces that the product draws against the thousand that were never trained on:

    python evaluate_faces.py --data PACKED --sheet ../../docs/faces.png --plot ../../docs/faces-nearest.svg

Draws with `palimpsest generate --model faces`. Sliced Wasserstein distance on the patches of a Laplacian pyramid (Karras et al. 2018,
arXiv:1710.10196, section 5): levels 64, 32, 16 and 8, 64 patches of 7 x 7 a picture, each colour channel to zero mean and unit deviation over
both sets, 256 directions; between samples and one half of the held-out faces, and between its two halves, equally many of each. Nearest
neighbours: root mean square over 32 x 32 pixels to the closest training face or its mirror image, of samples and of held-out faces; a copy is
also much closer to its nearest than to its second nearest. No training picture is written anywhere.
"""

from __future__ import annotations

import argparse
import subprocess
import tempfile
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from data import to_range
from faces_data import packed
from sheet import sheet

ROOT = Path(__file__).resolve().parents[2]
LEVELS, PATCHES, PATCH, DIRECTIONS = 4, 64, 7, 256


def draw(model: str, steps: int, count: int, seed: int) -> np.ndarray:
    """[count, 3, 64, 64], held to -1..1 as a user sees them."""
    with tempfile.TemporaryDirectory() as folder:
        command = ["node", "out/main/cli.js", "generate", "--model", model, "--sampler", "ddim", "--steps", str(steps), "--seed", str(seed),
                   "--count", str(count), "--device", "cpu", "--tensors", "--quiet", "--out", folder]
        subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
        return np.stack([np.load(file) for file in sorted(Path(folder).glob("*.npy"))]).astype(np.float32).clip(-1, 1)


def pyramid(x: Tensor) -> list[Tensor]:
    """Differences of each level to the next, doubled; the last level as it is."""
    levels = []
    for _ in range(LEVELS - 1):
        small = F.avg_pool2d(x, 2)
        levels.append(x - F.interpolate(small, scale_factor=2.0, mode="bilinear"))
        x = small
    return [*levels, x]


def descriptors(x: Tensor, chance: torch.Generator) -> Tensor:
    """[n, 3, s, s] -> [n * PATCHES, 3, 49]: patches at random places."""
    n, _, s, _ = x.shape
    all_of = x.unfold(2, PATCH, 1).unfold(3, PATCH, 1).flatten(2, 3)
    place = torch.randint((s - PATCH + 1) ** 2, (n, PATCHES), generator=chance)
    chosen = torch.stack([one[:, at] for one, at in zip(all_of, place, strict=True)])
    return chosen.permute(0, 2, 1, 3, 4).flatten(3).flatten(0, 1)


def sliced(a: Tensor, b: Tensor) -> list[float]:
    """Of each level, from the finest, times 1000."""
    chance, found = torch.Generator().manual_seed(1), []
    for one, other in zip(pyramid(a), pyramid(b), strict=True):
        sets = [descriptors(one, chance), descriptors(other, chance)]
        both = torch.cat(sets)
        mean, deviation = both.mean((0, 2), keepdim=True), both.std((0, 2), keepdim=True)
        directions = F.normalize(torch.randn(3 * PATCH * PATCH, DIRECTIONS, generator=chance), dim=0)
        p, q = (((s - mean) / deviation).flatten(1) @ directions for s in sets)
        found.append(1000 * float((p.sort(dim=0).values - q.sort(dim=0).values).abs().mean()))
    return found


def nearest(x: Tensor, train: Tensor) -> tuple[np.ndarray, np.ndarray]:
    """Distance to the nearest training face, and that over the distance to the second nearest. x, train [n, 3, 32, 32] in -1..1."""
    flat, best = x.flatten(1), torch.full((len(x), 2), torch.inf)
    for part in train.split(2048):
        # Of a face and its mirror image the nearer one counts: they are one picture, not two neighbours.
        squares = torch.minimum(*(torch.cdist(flat, way.flatten(1)) for way in (part, part.flip(3))))
        best = torch.cat([best, squares], dim=1).topk(2, dim=1, largest=False).values
    rms = best / flat.shape[1] ** 0.5
    return rms[:, 0].numpy(), (rms[:, 0] / rms[:, 1]).numpy()


def plot(sets: dict[str, np.ndarray], file: Path) -> None:
    """Two histograms over one another."""
    top = max(float(values.max()) for values in sets.values()) * 1.05
    edges = np.linspace(0, top, 41)
    shares = {name: np.histogram(values, edges)[0] / len(values) for name, values in sets.items()}
    high = max(share.max() for share in shares.values())
    width, height, left, bottom = 560, 240, 40, 40
    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" font-family="sans-serif" font-size="12">',
             f'<rect width="{width}" height="{height}" fill="#fff"/>']
    for (name, share), colour, y in zip(shares.items(), ("#c2410c", "#1d4ed8"), (20, 38), strict=True):
        step = (width - left - 10) / len(share)
        points = " ".join(f"{left + (i + side) * step:.1f},{height - bottom - v / high * (height - bottom - 10):.1f}" for i, v in enumerate(share) for side in (0, 1))
        parts.append(f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2"/><text x="{left + 10}" y="{y}" fill="{colour}">{name}</text>')
    for i in range(5):
        x = left + i / 4 * (width - left - 10)
        parts.append(f'<text x="{x:.0f}" y="{height - bottom + 16}" text-anchor="middle">{top * i / 4:.2f}</text>')
    parts.append(f'<path d="M{left} {height - bottom}H{width - 10}" stroke="#333"/><text x="{width / 2:.0f}" y="{height - 6}" text-anchor="middle">distance to the nearest training face</text></svg>')
    file.write_text("\n".join(parts) + "\n")


def main() -> None:
    p = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    p.add_argument("--data", type=Path, required=True)
    p.add_argument("--model", default="faces")
    p.add_argument("--steps", type=int, default=50)
    p.add_argument("--count", type=int, default=500, help="of each set; at most half of the held-out faces")
    p.add_argument("--sheet", type=Path)
    p.add_argument("--plot", type=Path)
    args = p.parse_args()
    if args.sheet:
        rows = [draw(args.model, steps, 10, 0) for steps in (10, 20, 50, 250)]
        sheet(np.concatenate(rows), 10, args.sheet, scale=1)
    held = to_range(packed(args.data, "held"))
    order = torch.randperm(len(held), generator=torch.Generator().manual_seed(2))
    count = min(args.count, len(held) // 2)
    one, other = held[order[:count]], held[order[count : 2 * count]]
    samples = torch.from_numpy(draw(args.model, args.steps, count, 1000))
    print(f"sliced Wasserstein distance x 1000, {count} pictures each, DDIM {args.steps}\n| | 64 | 32 | 16 | 8 | mean |\n|---|---|---|---|---|---|")
    for name, pair in (("samples to held-out", (samples, one)), ("held-out to held-out", (other, one))):
        found = sliced(*pair)
        print(f"| {name} | " + " | ".join(f"{v:.1f}" for v in (*found, sum(found) / len(found))) + " |", flush=True)
    train = torch.cat([F.avg_pool2d(to_range(part), 2) for part in packed(args.data, "train").split(2048)])
    sets = {}
    print("\n| nearest training face | least | 5 % | median | 95 % | of the second nearest, least | below 0.8 of it |\n|---|---|---|---|---|---|---|")
    for name, faces in (("samples", samples), ("held-out faces", one)):
        distance, ratio = nearest(F.avg_pool2d(faces, 2), train)
        sets[name] = distance
        print(f"| {name} | {distance.min():.3f} | " + " | ".join(f"{v:.3f}" for v in np.quantile(distance, (0.05, 0.5, 0.95))) + f" | {ratio.min():.2f} | {(ratio < 0.8).mean() * 100:.1f} % |")
    if args.plot:
        plot(sets, args.plot)


if __name__ == "__main__":
    main()
