"""Fill ten pictures with the shipped photo model and lay before, mask and after side by side: docs/fills.

    python gallery.py --photos DIR/photos --out WORK --sheets ../../docs/fills

Every fill is made by `palimpsest inpaint` at the studio's own settings; gallery.json says what is painted, where the damage is not the
photograph's own what is drawn over it first, and which part is shown. A second run makes only what is missing in WORK.
"""

from __future__ import annotations

import argparse
import json
import subprocess
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

ROOT = Path(__file__).resolve().parents[2]
WAY = ["--model", "photo", "--method", "ddnm", "--steps", "50", "--eta", "1", "--spacing", "exponential", "--start", "quick", "--strength", "0.2", "--refine", "full", "--seed", "0"]
GAP, SIDE, TINT = 6, 400, np.array([227, 70, 60])


def drawn(size: tuple[int, int], shapes: list[dict], wider: int) -> Image.Image:
    """The coverage of shapes in the photograph's pixels: polygons, lines of a width, discs and letters, each `wider` on every side."""
    page = Image.new("L", size)
    pen = ImageDraw.Draw(page)
    for shape in shapes:
        match shape["kind"]:
            case "polygon":
                points = [tuple(p) for p in shape["points"]]
                pen.polygon(points, fill=255)
                if wider:
                    pen.line([*points, points[0]], fill=255, width=2 * wider, joint="curve")
            case "line":
                pen.line([tuple(p) for p in shape["points"]], fill=255, width=shape["width"] + 2 * wider, joint="curve")
            case "disc":
                (x, y), r = shape["at"], shape["radius"] + wider
                pen.ellipse((x - r, y - r, x + r, y + r), fill=255)
            case "text":
                pen.text(tuple(shape["at"]), shape["text"], fill=255, font=ImageFont.load_default(shape["size"]), stroke_width=wider)
            case other:
                raise SystemExit(f'gallery.json knows no "{other}".')
    return page


def damaged(photo: Image.Image, damage: dict | None) -> Image.Image:
    if damage is None:
        return photo
    coverage = drawn(photo.size, damage["shapes"], 0).point(lambda v: round(v * damage["opacity"]))
    return Image.composite(Image.new("RGB", photo.size, tuple(damage["colour"])), photo, coverage)


def fill(entry: dict, photos: Path, out: Path) -> tuple[Image.Image, Image.Image, Image.Image]:
    file = photos / entry["photo"] if (photos / entry["photo"]).exists() else ROOT / "resources/samples" / entry["photo"]
    before = damaged(Image.open(file).convert("RGB"), entry.get("damage"))
    mask = drawn(before.size, entry.get("mask") or entry["damage"]["shapes"], entry.get("wider", 0))
    stem, made = out / entry["name"], out / entry["name"] / "0000.png"
    if not made.exists():
        before.save(f"{stem}.png")
        mask.save(f"{stem}-mask.png")
        command = ["node", "out/main/cli.js", "inpaint", f"{stem}.png", "--mask", f"{stem}-mask.png", *WAY, *entry.get("flags", []), "--device", "cpu", "--quiet", "--out", str(stem)]
        subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    return before, mask, Image.open(made).convert("RGB")


def strip(parts: tuple[Image.Image, Image.Image, Image.Image], box: list[int]) -> Image.Image:
    """Before, the mask in red over it, and after: one part of the photograph, at its own size where it fits."""
    before, mask, after = parts
    over = np.asarray(before, np.float64)
    weight = np.asarray(mask, np.float64)[..., None] / 255 * 0.6
    tinted = Image.fromarray((over * (1 - weight) + TINT * weight).round().astype(np.uint8))
    shown = [one.crop(tuple(box)) for one in (before, tinted, after)]
    for one in shown:
        one.thumbnail((SIDE, SIDE), Image.Resampling.LANCZOS)
    width, height = shown[0].size
    page = Image.new("RGB", (3 * width + 2 * GAP, height), "white")
    for i, one in enumerate(shown):
        page.paste(one, (i * (width + GAP), 0))
    return page


def main() -> None:
    p = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    p.add_argument("--photos", type=Path, required=True)
    p.add_argument("--out", type=Path, required=True)
    p.add_argument("--sheets", type=Path, required=True)
    p.add_argument("--only", nargs="*")
    args = p.parse_args()
    out = args.out.resolve()
    for folder in (out, args.sheets):
        folder.mkdir(parents=True, exist_ok=True)
    for entry in json.loads((Path(__file__).parent / "gallery.json").read_text()):
        if args.only and entry["name"] not in args.only:
            continue
        strip(fill(entry, args.photos, out), entry["shown"]).save(args.sheets / f"{entry['name']}.jpg", quality=86)
        report = json.loads((out / entry["name"] / "run.json").read_text())
        print(f"{entry['name']}: {report['nfe']} model calls, {report['milliseconds']['total'] / 1000:.0f} s", flush=True)


if __name__ == "__main__":
    main()
