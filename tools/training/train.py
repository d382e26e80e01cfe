"""Train the digit denoiser: the simple epsilon loss of Ho et al. 2020 (arXiv:2006.11239), eq. 14, T = 1000, linear betas.

    python train.py --data DIR/mnist --out RUN --minutes 100

Resumes from RUN/checkpoint.pt if it is there; `--warm` starts from the EMA weights of another run, or from a
shipped package folder. The learning rate
falls to zero over --minutes of training time (kept in the checkpoint), so a run may be stopped and gone on with. Writes log.csv and a
sample sheet as it goes.
"""

from __future__ import annotations

import argparse
import contextlib
import copy
import math
import os
import time
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image
from torch import Tensor

from data import mnist, to_range
from package import weights_of
from unet import UNet, UNetConfig

STEPS = 1000


def alpha_bars() -> Tensor:
    return torch.cumprod(1 - torch.linspace(1e-4, 0.02, STEPS, dtype=torch.float64), 0)


@torch.no_grad()
def ddim(model: UNet, noise: Tensor, steps: int) -> Tensor:
    """DDIM with eta 0 (arXiv:2010.02502, eq. 12), leading spacing, x0 clipped; a look at the training, not the product's sampler."""
    A = alpha_bars().to(noise.device)
    times = list(range(0, STEPS, STEPS // steps))[::-1]
    x = noise
    for i, t in enumerate(times):
        a = float(A[t])
        b = float(A[times[i + 1]]) if i + 1 < len(times) else 1.0
        eps = model(x, torch.full((len(x),), t, device=x.device)).float()
        x0 = ((x - math.sqrt(1 - a) * eps) / math.sqrt(a)).clamp(-1, 1)
        x = math.sqrt(b) * x0 + math.sqrt(1 - b) * (x - math.sqrt(a) * x0) / math.sqrt(1 - a)
    return x


def sheet(images: Tensor, columns: int, file: Path) -> None:
    n, c, h, w = images.shape
    pixels = ((images.clamp(-1, 1) + 1) * 127.5).round().byte().cpu().numpy()
    rows = math.ceil(n / columns)
    page = np.zeros((rows * h, columns * w), np.uint8)
    for i in range(n):
        page[(i // columns) * h : (i // columns + 1) * h, (i % columns) * w : (i % columns + 1) * w] = pixels[i, 0]
    Image.fromarray(page).resize((columns * w * 2, rows * h * 2), Image.Resampling.NEAREST).save(file)


def arguments() -> argparse.Namespace:
    p = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    p.add_argument("--data", type=Path, required=True)
    p.add_argument("--out", type=Path, required=True)
    p.add_argument("--warm", type=Path)
    p.add_argument("--minutes", type=float, default=100)
    p.add_argument("--batch", type=int, default=128)
    p.add_argument("--rate", type=float, default=2e-3)
    p.add_argument("--ema", type=float, default=0.9995)
    p.add_argument("--widths", type=int, nargs="+", default=[64, 96])
    p.add_argument("--blocks", type=int, default=2)
    p.add_argument("--patch", type=int, default=2)
    p.add_argument("--attention", type=int, nargs="+", default=[0, 1])
    p.add_argument("--seed", type=int, default=1)
    p.add_argument("--save-every", type=float, default=180, help="seconds between checkpoints")
    p.add_argument("--profile", type=int, default=0, help="stop after so many steps and print the time of one")
    return p.parse_args()


def main() -> None:
    args = arguments()
    args.out.mkdir(parents=True, exist_ok=True)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    torch.manual_seed(args.seed)
    config = UNetConfig(widths=tuple(args.widths), blocks=args.blocks, patch=args.patch, attention=tuple(bool(a) for a in args.attention))
    model = UNet(config).to(device, memory_format=torch.channels_last)
    ema = copy.deepcopy(model).eval().requires_grad_(False)
    optimiser = torch.optim.AdamW(model.parameters(), lr=args.rate, betas=(0.9, 0.99), weight_decay=0.01, fused=True)
    step, trained = 0, 0.0
    checkpoint = args.out / "checkpoint.pt"
    if checkpoint.exists():
        saved = torch.load(checkpoint, map_location=device, weights_only=True)
        model.load_state_dict(saved["model"])
        ema.load_state_dict(saved["ema"])
        optimiser.load_state_dict(saved["optimiser"])
        step, trained = saved["step"], saved["seconds"]
        print(f"resumed at step {step}, {trained / 60:.1f} minutes", flush=True)
    elif args.warm:
        weights = weights_of(args.warm)
        model.load_state_dict(weights)
        ema.load_state_dict(weights)

    pictures = to_range(mnist(args.data, "train")[0]).to(device)
    A = alpha_bars().float().to(device)
    print(f"{sum(p.numel() for p in model.parameters()) / 1e6:.3f} M parameters on {device}", flush=True)

    def save() -> None:
        state = {"config": config.to_dict(), "model": model.state_dict(), "ema": ema.state_dict(), "optimiser": optimiser.state_dict(),
                 "step": step, "seconds": trained, "images": step * args.batch}
        torch.save(state, checkpoint.with_suffix(".new"))
        os.replace(checkpoint.with_suffix(".new"), checkpoint)

    budget = args.minutes * 60
    compiled = torch.compile(model) if os.environ.get("COMPILE", "1") == "1" else model
    amp = torch.autocast(device, dtype=torch.bfloat16) if os.environ.get("BF16", "1") == "1" else contextlib.nullcontext()
    last_save, losses, log = time.monotonic(), [], open(args.out / "log.csv", "a")
    order = torch.randperm(len(pictures), device=device)
    place, first = 0, True
    while trained < budget:
        began = time.monotonic()
        if place + args.batch > len(order):
            order, place = torch.randperm(len(pictures), device=device), 0
        x0 = pictures[order[place : place + args.batch]]
        place += args.batch
        rate = args.rate * min(1, (step + 1) / 200) * 0.5 * (1 + math.cos(math.pi * min(1, trained / budget)))
        for group in optimiser.param_groups:
            group["lr"] = rate
        # One stratified draw over the batch: every batch sees every noise level, which lowers the variance of the loss.
        t = ((torch.rand(1, device=device) + torch.arange(args.batch, device=device) / args.batch) % 1 * STEPS).long().clamp(max=STEPS - 1)
        a = A[t][:, None, None, None]
        noise = torch.randn_like(x0)
        with amp:
            predicted = compiled(a.sqrt() * x0 + (1 - a).sqrt() * noise, t)
        loss = F.mse_loss(predicted.float(), noise)
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimiser.step()
        decay = min(args.ema, (1 + step) / (10 + step))
        with torch.no_grad():
            torch._foreach_lerp_(list(ema.parameters()), [p.detach() for p in model.parameters()], 1 - decay)
        step += 1
        losses.append(loss.item())
        if not first:  # the first step compiles
            trained += time.monotonic() - began
        first = False
        if args.profile and step == args.profile:
            print(f"{trained / (step - 1) * 1000:.1f} ms a step of {args.batch}")
            return
        if step % 100 == 0:
            line = f"{step},{step * args.batch},{trained:.0f},{sum(losses) / len(losses):.5f},{rate:.2e}"
            print(line, flush=True)
            print(line, file=log, flush=True)
            losses = []
        if time.monotonic() - last_save > args.save_every:
            save()
            last_save = time.monotonic()
            sheet(ddim(ema, torch.randn(32, 1, 28, 28, device=device, generator=torch.Generator(device).manual_seed(7)), 25), 8, args.out / "sheet.png")
    save()
    print(f"done: {step} steps, {step * args.batch / len(pictures):.1f} epochs, {trained / 60:.1f} minutes")


if __name__ == "__main__":
    main()
