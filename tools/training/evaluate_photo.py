"""Measure the product's own fills of photographs it was never trained on, beside OpenCV's and a plain blur:

    python evaluate_photo.py --photos DIR/photos --samples DIR/samples --out RESULT
    python evaluate_photo.py --photos DIR/photos --samples DIR/samples --out RESULT --pictures 2 --masks thin --fills ddnm:20   # a small look

One square of every picture (the four samples, and the photographs of held-out.txt reduced to things of that size), one seeded mask of each
kind. A fill is METHOD:CALLS (at most so many model calls) or METHOD:STEPS,JUMP,RESAMPLES; it is made by `palimpsest inpaint`, and commands.txt
says each command. What is under the mask is painted white first, so nobody can look at it.

PSNR is of the masked pixels grown by 8. SSIM, MS-SSIM (three scales), HaarPSI and GMSD (piq) are of the box round them, at least 64 pixels wide;
a thin or text mask's box is most of the square, so its kept pixels, the same in every fill, are in the number too. Lower is better for GMSD
alone. Writes values.csv as it goes (a second run does only what is missing), table.md and sheet.png.
"""

from __future__ import annotations

import argparse
import csv
import json
import subprocess
from pathlib import Path

import cv2
import numpy as np
import piq
import torch
from PIL import Image

from photo_data import held_out
from photo_masks import KINDS, grown, mask_of

ROOT = Path(__file__).resolve().parents[2]
MEASURES = ("PSNR", "SSIM", "MS-SSIM", "HaarPSI", "GMSD")
FIELDS = ["picture", "mask", "fill", "seconds", *MEASURES]
PLAIN = ("telea", "navier-stokes", "blur")


def squares(photos: Path, samples: Path, size: int, count: int) -> list[tuple[str, np.ndarray]]:
    """The middle of every picture, photographs reduced until the square is about half of their height. Bytes [size, size, 3]."""
    files = sorted(f for f in samples.iterdir() if f.suffix in (".png", ".jpg")) + [photos / name for name in sorted(held_out()) if (photos / name).exists()]
    found = []
    for file in files[:count]:
        try:
            picture = Image.open(file).convert("RGB")
        except OSError as error:
            raise SystemExit(f"The picture {file} cannot be read: {error}.") from error
        picture = picture.reduce(max(1, min(picture.size) // (2 * size)))
        if min(picture.size) < size:
            raise SystemExit(f"The picture {file} is smaller than {size} pixels.")
        x, y = (picture.width - size) // 2, (picture.height - size) // 2
        found.append((file.stem, np.asarray(picture.crop((x, y, x + size, y + size)))))
    return found


def blurred(picture: np.ndarray, mask: np.ndarray) -> np.ndarray:
    """The mean of what is known nearby, by the narrowest Gaussian that reaches: a blur that knows of nothing but distance."""
    keep, out, open_ = (~mask).astype(np.float64), picture.astype(np.float64), mask.copy()
    for sigma in (2, 4, 8, 16, 32, 64):
        weight = cv2.GaussianBlur(keep, (0, 0), sigma)
        mean = cv2.GaussianBlur(picture * keep[..., None], (0, 0), sigma) / np.maximum(weight, 1e-9)[..., None]
        reached = open_ & (weight > 0.05)
        out[reached] = mean[reached]
        open_ &= ~reached
    return out.round().clip(0, 255).astype(np.uint8)


def plain(name: str, picture: np.ndarray, mask: np.ndarray) -> np.ndarray:
    if name == "blur":
        return blurred(picture, mask)
    how = cv2.INPAINT_TELEA if name == "telea" else cv2.INPAINT_NS
    return cv2.inpaint(picture, mask.astype(np.uint8) * 255, 3, how)


def command_of(fill: str, model: str, photo: Path, mask: Path, out: Path) -> list[str]:
    method, _, cost = fill.partition(":")
    numbers = cost.split(",")
    if len(numbers) == 3:
        spent = ["--steps", numbers[0], "--jump-length", numbers[1], "--resamples", numbers[2]]
    else:
        spent = ["--nfe", numbers[0]]
    return ["node", "out/main/cli.js", "inpaint", str(photo), "--mask", str(mask), "--model", model, "--method", method, *spent, "--seed", "0",
            "--device", "cpu", "--feather", "0", "--quiet", "--out", str(out)]


def measure(fill: np.ndarray, truth: np.ndarray, mask: np.ndarray) -> dict[str, float]:
    region = grown(mask, 8)
    error = np.square(fill[region].astype(np.float64) - truth[region]).mean()
    rows, columns = np.where(region.any(1))[0], np.where(region.any(0))[0]
    (top, bottom), (left, right) = [widened(int(a[0]), int(a[-1]) + 1, len(mask)) for a in (rows, columns)]
    x, y = [torch.from_numpy(p[top:bottom, left:right].copy()).permute(2, 0, 1)[None].float() / 255 for p in (fill, truth)]
    # Wang, Simoncelli & Bovik 2003 give five scales; a box of 64 pixels has room for the first three.
    scales = torch.tensor([0.0448, 0.2856, 0.3001])
    return {"PSNR": float(10 * np.log10(255**2 / max(error, 1e-9))), "SSIM": float(piq.ssim(x, y)),
            "MS-SSIM": float(piq.multi_scale_ssim(x, y, kernel_size=7, scale_weights=scales / scales.sum())),
            "HaarPSI": float(piq.haarpsi(x, y)), "GMSD": float(piq.gmsd(x, y))}


def widened(first: int, last: int, whole: int, least: int = 64) -> tuple[int, int]:
    """first..last at least `least` long, inside 0..whole."""
    lack = max(0, least - (last - first))
    start = max(0, min(first - lack // 2, whole - least))
    return start, max(last, start + least)


def table(rows: list[dict], size: int) -> str:
    lines = [f"{len({r['picture'] for r in rows})} pictures never trained on, {size} x {size}.", "",
             "| mask | fill | " + " | ".join(MEASURES) + " | seconds |", "|---|---|" + "---|" * (len(MEASURES) + 1)]
    for mask in dict.fromkeys(r["mask"] for r in rows):
        for fill in dict.fromkeys(r["fill"] for r in rows):
            of = [r for r in rows if r["mask"] == mask and r["fill"] == fill]
            if of:
                means = [np.mean([float(r[m]) for r in of]) for m in MEASURES]
                lines.append(f"| {mask} | {fill} | {means[0]:.2f} | " + " | ".join(f"{m:.4f}" for m in means[1:]) + f" | {np.mean([float(r['seconds']) for r in of]):.1f} |")
    return "\n".join(lines) + "\n"


def main() -> None:
    p = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    p.add_argument("--photos", type=Path, required=True)
    p.add_argument("--samples", type=Path, required=True)
    p.add_argument("--out", type=Path, required=True)
    p.add_argument("--model", default="photo")
    p.add_argument("--size", type=int, default=256)
    p.add_argument("--pictures", type=int, default=10)
    p.add_argument("--masks", nargs="+", choices=KINDS, default=list(KINDS))
    p.add_argument("--fills", nargs="*", default=["replace:50", "ddnm:50", "delayed-ding:50", "repaint:100"])
    args = p.parse_args()
    args.out = args.out.resolve()
    args.out.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(1)
    values = args.out / "values.csv"
    rows = list(csv.DictReader(values.open())) if values.exists() else []
    done = {(r["picture"], r["mask"], r["fill"]) for r in rows}
    sheet = []
    with values.open("a", newline="") as file, (args.out / "commands.txt").open("a") as commands:
        writer = csv.DictWriter(file, FIELDS)
        if not rows:
            writer.writeheader()
        for number, (name, truth) in enumerate(squares(args.photos, args.samples, args.size, args.pictures)):
            for kind in args.masks:
                mask = mask_of(kind, args.size, number)
                damaged = np.where(mask[..., None], np.uint8(255), truth)
                stem = args.out / f"{name}-{kind}"
                Image.fromarray(damaged).save(f"{stem}.png")
                Image.fromarray(mask.astype(np.uint8) * 255).save(f"{stem}-mask.png")
                strip = [truth, damaged]
                for fill in [*PLAIN, *args.fills]:
                    made = Path(f"{stem}-{fill.replace(':', '-').replace(',', '-')}")
                    report_seconds = 0.0
                    if fill in PLAIN:
                        filled = plain(fill, damaged, mask)
                    else:
                        command = command_of(fill, args.model, Path(f"{stem}.png"), Path(f"{stem}-mask.png"), made)
                        if not (made / "0000.png").exists():
                            print(" ".join(command), file=commands, flush=True)
                            subprocess.run(command, cwd=ROOT, check=True)
                        report_seconds = seconds_of(made)
                        filled = np.asarray(Image.open(made / "0000.png").convert("RGB"))
                    strip.append(filled)
                    if (name, kind, fill) not in done:
                        row = {"picture": name, "mask": kind, "fill": fill, "seconds": report_seconds, **measure(filled, truth, mask)}
                        writer.writerow(row)
                        file.flush()
                        rows.append(row)
                        print(f"{name} {kind} {fill} HaarPSI {row['HaarPSI']:.4f}", flush=True)
                sheet.append(np.concatenate(strip, axis=1))
    Image.fromarray(np.concatenate(sheet, axis=0)).save(args.out / "sheet.png", optimize=True)
    (args.out / "table.md").write_text(table(rows, args.size))
    print(table(rows, args.size))


def seconds_of(made: Path) -> float:
    return json.loads((made / "run.json").read_text())["milliseconds"]["total"] / 1000


if __name__ == "__main__":
    main()
