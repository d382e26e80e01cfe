"""Measure the product's own fills of photographs it was never trained on, beside OpenCV's and a plain blur:

    python evaluate_photo.py --photos DIR/photos --samples DIR/samples --out RESULT
    python evaluate_photo.py --photos DIR/photos --samples DIR/samples --out RESULT --pictures 2 --masks thin --fills ddnm:20   # a small look

One square of every picture (the four samples, and the photographs of held-out.txt reduced to things of that size), one seeded mask of each
kind. A fill is METHOD:CALLS (at most so many model calls) or METHOD:STEPS,JUMP,RESAMPLES; behind it may stand @ETA, +SPACING (or +clip, the
threshold), ^S for a start from a quick fill at the strength S, xN for the mean of N fills, and /N for the first N pictures alone: ddnm:20@0.85,
ddnm:20+karrasx4, repaint:100,10,3/4, ddnm:s50@1^0.2 (s: so many steps, however few calls the start leaves of them). It is made
by `palimpsest inpaint`, and commands.txt says each command. Grain is left out: it is new noise, and these measures ask for the old. What is
under the mask is painted white first, so nobody can look at it.

A thin or text mask's box is most of the square, so its kept pixels, the same in every fill, are in the numbers too. Writes values.csv as it
goes (a second run does only what is missing; another model wants another RESULT), table.md and sheet.jpg, whose captions name the authors.
`--sheet-fills` says which fills stand in the sheet.
"""

from __future__ import annotations

import argparse
import csv
import json
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import torch
from PIL import Image, ImageDraw, ImageFont

from photo_data import held_out
from photo_masks import KINDS, mask_of
from photo_measures import MEASURES, measure, table

ROOT = Path(__file__).resolve().parents[2]
FIELDS = ["picture", "mask", "fill", "calls", "seconds", *MEASURES]
PLAIN = ("telea", "navier-stokes", "blur")


@dataclass(frozen=True)
class Fill:
    """One way to fill, as it was asked for."""

    asked: str
    method: str
    flags: tuple[str, ...]
    mean_of: int
    pictures: int

    @staticmethod
    def read(asked: str) -> "Fill":
        if asked in PLAIN:
            return Fill(asked, asked, (), 1, 1000)
        found = re.fullmatch(r"([a-z-]+):(s?)(\d+)(?:,(\d+),(\d+))?(?:@([\d.]+))?(?:\+([a-z]+?))?(?:\^([\d.]+))?(?:x(\d+))?(?:/(\d+))?", asked)
        if found is None:
            raise SystemExit(f'"{asked}" is no fill: METHOD:CALLS or METHOD:STEPS,JUMP,RESAMPLES, then @ETA, xN and /N.')
        method, by_steps, first, jump, resamples, eta, more, strength, mean_of, pictures = found.groups()
        flags = ["--steps" if by_steps else "--nfe", first] if jump is None else ["--steps", first, "--jump-length", jump, "--resamples", resamples]
        if eta is not None:
            flags += ["--eta", eta]
        if more is not None:
            flags += ["--threshold", more] if more == "clip" else ["--spacing", more]
        if strength is not None:
            flags += ["--start", "quick", "--strength", strength]
        return Fill(asked, method, tuple(flags), int(mean_of or 1), int(pictures or 1000))


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


def filled_by(fill: Fill, model: str, stem: str, commands: Path) -> tuple[np.ndarray, int, float]:
    """The fill (of several the mean), its model calls and its seconds, start of the program and of the session left out."""
    made = Path(f"{stem}-{re.sub('[:,@+^]', '-', fill.asked.split('/')[0])}")
    if not (made / "run.json").exists():
        command = ["node", "out/main/cli.js", "inpaint", f"{stem}.png", "--mask", f"{stem}-mask.png", "--model", model, "--method", fill.method, *fill.flags,
                   "--variations", str(fill.mean_of), "--seed", "0", "--device", "cpu", "--feather", "0", "--grain", "0", "--quiet", "--out", str(made)]
        with commands.open("a") as file:
            print(" ".join(command), file=file)
        subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    report = json.loads((made / "run.json").read_text())
    pictures = [np.asarray(Image.open(made / f"{i:04d}.png").convert("RGB"), np.float64) for i in range(fill.mean_of)]
    return np.mean(pictures, axis=0).round().astype(np.uint8), report["nfe"] * fill.mean_of, report["milliseconds"]["total"] / 1000


def same_model(out: Path, model: str) -> None:
    """Values of two models in one table would be of neither."""
    shown = json.loads(subprocess.run(["node", "out/main/cli.js", "models", "show", model, "--json"], cwd=ROOT, check=True, capture_output=True).stdout)
    sha256, note = shown["card"]["files"][0]["sha256"], out / "model.txt"
    if note.exists() and note.read_text() != sha256:
        raise SystemExit(f"{out} holds fills of another model file: choose another folder.")
    note.write_text(sha256)


def authors(photos: Path) -> dict[str, str]:
    """`file stem: author, licence` of the held-out photographs, from the table beside them; the samples' own are in resources/samples."""
    named = {s["id"]: s["credit"] for s in json.loads((ROOT / "resources/samples/samples.json").read_text())}
    for line in (photos / "CREDITS.md").read_text().splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if len(cells) >= 4 and cells[0].endswith(".jpg"):
            named[Path(cells[0]).stem] = f"{cells[2]}, {cells[3]}"
    return named


def draw_sheet(strips: list[tuple[str, list[np.ndarray]]], heads: list[str], file: Path) -> None:
    """A row a picture and mask, its caption below; the names of the columns above."""
    font, line = ImageFont.load_default(12), 20
    size = len(strips[0][1][0])
    page = Image.new("RGB", (len(heads) * (size + 4), line + len(strips) * (size + line)), "white")
    pen = ImageDraw.Draw(page)
    for i, head in enumerate(heads):
        pen.text((i * (size + 4) + 2, 3), head, fill="black", font=font)
    for row, (caption, strip) in enumerate(strips):
        top = line + row * (size + line)
        for i, picture in enumerate(strip):
            page.paste(Image.fromarray(picture), (i * (size + 4), top))
        pen.text((2, top + size + 3), caption, fill="black", font=font)
    page.save(file, quality=88)


def main() -> None:
    p = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    p.add_argument("--photos", type=Path, required=True)
    p.add_argument("--samples", type=Path, required=True)
    p.add_argument("--out", type=Path, required=True)
    p.add_argument("--model", default="photo")
    p.add_argument("--size", type=int, default=128)
    p.add_argument("--pictures", type=int, default=10)
    p.add_argument("--masks", nargs="+", choices=KINDS, default=list(KINDS))
    p.add_argument("--fills", nargs="*", default=["snore:100+exponential", "ddnm:50@1+exponential", "ddnm:50", "delayed-ding:50", "replace:50", "repaint:100,10,3/4"])
    p.add_argument("--sheet-fills", nargs="*", default=["telea", "navier-stokes", "snore:100+exponential", "ddnm:50@1+exponential"])
    args = p.parse_args()
    fills = [Fill.read(one) for one in (*PLAIN, *args.fills)]
    args.out = args.out.resolve()
    args.out.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(1)
    same_model(args.out, args.model)
    names, shown, strips = authors(args.photos), [f for f in args.sheet_fills if f in {x.asked for x in fills}], []
    values = args.out / "values.csv"
    rows = list(csv.DictReader(values.open())) if values.exists() else []
    done = {(r["picture"], r["mask"], r["fill"]) for r in rows}
    with values.open("a", newline="") as file:
        writer = csv.DictWriter(file, FIELDS)
        if not rows:
            writer.writeheader()
        for number, (name, truth) in enumerate(squares(args.photos, args.samples, args.size, args.pictures)):
            for at, kind in enumerate(args.masks):
                mask = mask_of(kind, args.size, number)
                damaged, stem = np.where(mask[..., None], np.uint8(255), truth), str(args.out / f"{name}-{kind}")
                Image.fromarray(damaged).save(f"{stem}.png")
                Image.fromarray(mask.astype(np.uint8) * 255).save(f"{stem}-mask.png")
                # Two masks of every picture in the sheet, in turn: one of each would be a long sheet.
                strip = {} if (number + at) % len(args.masks) in (0, 3) else None
                for fill in fills:
                    key = (name, kind, fill.asked)
                    if number >= fill.pictures or (key in done and (strip is None or fill.asked not in shown)):
                        continue
                    calls, seconds = 0, 0.0
                    if fill.asked in PLAIN:
                        filled = plain(fill.asked, damaged, mask)
                    else:
                        filled, calls, seconds = filled_by(fill, args.model, stem, args.out / "commands.txt")
                    if strip is not None:
                        strip[fill.asked] = filled
                    if key not in done:
                        rows.append({"picture": name, "mask": kind, "fill": fill.asked, "calls": calls, "seconds": seconds, **measure(filled, truth, mask)})
                        writer.writerow(rows[-1])
                        file.flush()
                        print(f"{name} {kind} {fill.asked} HaarPSI {rows[-1]['HaarPSI']:.4f}", flush=True)
                if strip is not None:
                    blank = np.full_like(truth, 255)
                    strips.append((f"{kind}; {names.get(name, name)}", [truth, damaged, *(strip.get(f, blank) for f in shown)]))
    draw_sheet(strips, ["truth", "mask", *shown], args.out / "sheet.jpg")
    (args.out / "table.md").write_text(table(rows, args.size))
    print(table(rows, args.size))


if __name__ == "__main__":
    main()
