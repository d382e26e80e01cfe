"""How good a fill is, beside the truth, and the table of it."""

from __future__ import annotations

import numpy as np
import piq
import torch

from photo_masks import grown

MEASURES = ("PSNR", "SSIM", "MS-SSIM", "HaarPSI", "GMSD")


def measure(fill: np.ndarray, truth: np.ndarray, mask: np.ndarray) -> dict[str, float]:
    """PSNR of the masked pixels grown by 8; the others of the box round them, at least 64 pixels wide. Lower is better for GMSD alone."""
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
    """A line a mask and fill: the means over the pictures, and how many these are."""
    lines = [f"{len({r['picture'] for r in rows})} pictures never trained on, {size} x {size}.", "",
             "| mask | fill | " + " | ".join(MEASURES) + " | calls | seconds | pictures |", "|---|---|" + "---|" * (len(MEASURES) + 3)]
    for mask in dict.fromkeys(r["mask"] for r in rows):
        for fill in dict.fromkeys(r["fill"] for r in rows):
            of = [r for r in rows if r["mask"] == mask and r["fill"] == fill]
            if of:
                means = {m: np.mean([float(r[m]) for r in of]) for m in (*MEASURES, "calls", "seconds")}
                lines.append(f"| {mask} | {fill} | {means['PSNR']:.2f} | " + " | ".join(f"{means[m]:.4f}" for m in MEASURES[1:])
                             + f" | {means['calls']:.0f} | {means['seconds']:.1f} | {len(of)} |")
    return "\n".join(lines) + "\n"
