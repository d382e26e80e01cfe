"""Train the photo prior: v with the simple loss, and the learned-range variance with the variational bound beside it.

    python photo_data.py ../../../shared/data/photos PACKED
    python train_photo.py --data PACKED --out RUN --minutes 100

T = 1000, linear betas. Hybrid loss of Nichol & Dhariwal 2021 (arXiv:2102.09672), section 3.1: the bound sees the mean without its gradient.
Resumes from RUN/checkpoint.pt; `--warm` starts from the weights of a shipped package folder or of another run. The rate falls to nothing over
--minutes of training time; a file RUN/minutes, if there is one, says another number and is read at every step, so that a run can be ended
well. Writes log.csv (step, images, seconds, loss, bound, rate, and now and then the error of x0 on held-out crops in four bands of noise).
"""

from __future__ import annotations

import argparse
import contextlib
import copy
import math
import os
import time
from collections.abc import Callable
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor

from package import weights_of
from photo_data import Crops, held_crops
from photo_net import PhotoConfig, PhotoNet
from train import STEPS, alpha_bars


class Process:
    """The discrete noise process, and the posterior of a step in logarithms."""

    def __init__(self, device: str) -> None:
        a = alpha_bars()
        before = torch.cat([torch.ones(1, dtype=torch.float64), a[:-1]])
        beta = 1 - a / before
        posterior = beta * (1 - before) / (1 - a)
        self.a = a.float().to(device)
        self.log_large = beta.log().float().to(device)
        # At t = 0 the posterior has no width; as published, that of t = 1 stands in.
        self.log_small = torch.cat([posterior[1:2], posterior[1:]]).log().float().to(device)
        self.of_x0 = (before.sqrt() * beta / (1 - a)).float().to(device)


def column(values: Tensor, t: Tensor) -> Tensor:
    return values[t][:, None, None, None]


def hybrid(process: Process, output: Tensor, x: Tensor, x0: Tensor, v: Tensor, t: Tensor) -> tuple[Tensor, Tensor]:
    """Mean square of v, and the bound in bits a value (t = 0 left out: its term is a likelihood of whole numbers)."""
    predicted = output[:, :3]
    a = column(process.a, t)
    with torch.no_grad():
        guess = (a.sqrt() * x - (1 - a).sqrt() * predicted).clamp(-1, 1)
        off = (column(process.of_x0, t) * (guess - x0)).square()
    small, large = column(process.log_small, t), column(process.log_large, t)
    share = (output[:, 3:] + 1) / 2
    log_variance = share * large + (1 - share) * small
    kl = 0.5 * (log_variance - small - 1 + torch.exp(small - log_variance) + off * torch.exp(-log_variance)) / math.log(2)
    return F.mse_loss(predicted, v), (kl * (t > 0)[:, None, None, None]).mean()


def compiled(net: PhotoNet) -> None:
    """Block by block: compiled as a whole in bfloat16 on a CPU, torch 2.13 gives wrong gradients (zero ones for every wide second convolution)."""
    torch._dynamo.config.recompile_limit = 256
    for block in (*net.down, *net.mid, *net.up):
        block.compile()


def strangers(net: PhotoNet, plain: PhotoNet, loss: Callable[[PhotoNet], Tensor]) -> list[str]:
    """The parameters whose gradient is far from that of the same net in full precision and not compiled."""
    gradients = []
    for one, exact in ((net, False), (plain, True)):
        one.zero_grad(set_to_none=True)
        with contextlib.nullcontext() if exact else torch.autocast(next(one.parameters()).device.type, dtype=torch.bfloat16):
            value = loss(one)
        value.backward()
        gradients.append({name: p.grad for name, p in one.named_parameters()})
    net.zero_grad(set_to_none=True)
    mine, right = gradients
    return [name for name, g in right.items() if (mine[name] - g).norm() > 0.2 * g.norm() + 1e-7]


def arguments() -> argparse.Namespace:
    p = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    p.add_argument("--data", type=Path, required=True)
    p.add_argument("--out", type=Path, required=True)
    p.add_argument("--warm", type=Path)
    p.add_argument("--minutes", type=float, default=100)
    p.add_argument("--batch", type=int, default=48)
    p.add_argument("--size", type=int, default=64)
    p.add_argument("--rate", type=float, default=1.5e-3)
    p.add_argument("--ema", type=float, default=0.999)
    p.add_argument("--widths", type=int, nargs="+", default=[48, 96, 128])
    p.add_argument("--seed", type=int, default=1)
    return p.parse_args()


def main() -> None:
    args = arguments()
    args.out.mkdir(parents=True, exist_ok=True)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    torch.manual_seed(args.seed)
    config = PhotoConfig(widths=tuple(args.widths))
    net = PhotoNet(config).to(device, memory_format=torch.channels_last)
    ema = copy.deepcopy(net).eval().requires_grad_(False)
    optimiser = torch.optim.AdamW(net.parameters(), lr=args.rate, betas=(0.9, 0.99), weight_decay=0.01, fused=True)
    step, spent, checkpoint = 0, 0.0, args.out / "checkpoint.pt"
    if checkpoint.exists():
        saved = torch.load(checkpoint, map_location=device, weights_only=True)
        net.load_state_dict(saved["model"])
        ema.load_state_dict(saved["ema"])
        optimiser.load_state_dict(saved["opt"])
        step, spent = saved["step"], saved["seconds"]
        print(f"resumed at step {step}, {spent / 60:.1f} minutes", flush=True)
    elif args.warm:
        weights = weights_of(args.warm)
        net.load_state_dict(weights)
        ema.load_state_dict(weights)
    crops = Crops(args.data, args.size, args.seed + step)
    process = Process(device)
    held = held_crops(args.data, 64, args.size).to(device)
    held_noise = torch.randn(held.shape, generator=torch.Generator().manual_seed(3)).to(device)
    held_t = (torch.arange(64) * STEPS // 64 + 7).to(device)
    amp = torch.autocast(device, dtype=torch.bfloat16) if os.environ.get("BF16", "1") == "1" else contextlib.nullcontext()
    if os.environ.get("COMPILE", "1") == "1":
        compiled(net)
        x = torch.randn(args.batch, 3, args.size, args.size, device=device)
        t = torch.arange(args.batch, device=device) * STEPS // args.batch
        plain = PhotoNet(config).to(device, memory_format=torch.channels_last)
        plain.load_state_dict(net.state_dict())
        wrong = strangers(net, plain, lambda one: F.mse_loss(one(x, t).float()[:, :3], x))
        if wrong:
            raise SystemExit(f"The compiled gradients of {len(wrong)} parameters are wrong ({wrong[0]} first): train with COMPILE=0.")
    print(f"{sum(p.numel() for p in net.parameters()) / 1e6:.3f} M parameters on {device}", flush=True)

    def save() -> None:
        state = {"config": config.to_dict(), "model": net.state_dict(), "ema": ema.state_dict(), "opt": optimiser.state_dict(),
                 "step": step, "seconds": spent, "images": step * args.batch}
        torch.save(state, checkpoint.with_suffix(".new"))
        os.replace(checkpoint.with_suffix(".new"), checkpoint)

    @torch.no_grad()
    def held_error() -> list[float]:
        a = column(process.a, held_t)
        x = a.sqrt() * held + (1 - a).sqrt() * held_noise
        with amp:
            output = torch.cat([ema(x[i : i + 16].contiguous(memory_format=torch.channels_last), held_t[i : i + 16]) for i in range(0, 64, 16)])
        guess = a.sqrt() * x - (1 - a).sqrt() * output[:, :3].float()
        error = (guess - held).square().mean((1, 2, 3))
        return [round(float(error[i : i + 16].mean()), 5) for i in range(0, 64, 16)]

    asked = args.out / "minutes"
    losses, bounds, log = [], [], open(args.out / "log.csv", "a")
    last, first = time.monotonic(), True
    while spent < (budget := 60 * (float(asked.read_text()) if asked.exists() else args.minutes)):
        began = time.monotonic()
        x0 = crops.batch(args.batch).to(device)
        # One stratified draw over the batch: every batch sees every noise level, which lowers the variance of the loss.
        t = ((torch.rand(1, device=device) + torch.arange(args.batch, device=device) / args.batch) % 1 * STEPS).long().clamp(max=STEPS - 1)
        a, noise = column(process.a, t), torch.randn_like(x0)
        x, v = a.sqrt() * x0 + (1 - a).sqrt() * noise, a.sqrt() * noise - (1 - a).sqrt() * x0
        rate = args.rate * min(1, (step + 1) / 200) * (0.5 * (1 + math.cos(math.pi * min(1, spent / budget))) + 0.01)
        for group in optimiser.param_groups:
            group["lr"] = rate
        with amp:
            output = net(x, t)
        simple, bound = hybrid(process, output.float(), x, x0, v, t)
        optimiser.zero_grad(set_to_none=True)
        (simple + bound).backward()
        length = torch.nn.utils.clip_grad_norm_(net.parameters(), 1.0)
        if torch.isfinite(length):
            optimiser.step()
        with torch.no_grad():
            torch._foreach_lerp_(list(ema.parameters()), [p.detach() for p in net.parameters()], 1 - min(args.ema, (1 + step) / (10 + step)))
        step += 1
        losses.append(simple.item())
        bounds.append(bound.item())
        if not first:  # the first step compiles
            spent += time.monotonic() - began
        first = False
        if step % 50 == 0:
            line = f"{step},{step * args.batch},{spent:.0f},{sum(losses) / len(losses):.5f},{sum(bounds) / len(bounds):.5f},{rate:.2e}"
            line += "," + " ".join(map(str, held_error())) if step % 250 == 0 else ""
            print(line, flush=True)
            print(line, file=log, flush=True)
            losses, bounds = [], []
        if time.monotonic() - last > 150:
            save()
            last = time.monotonic()
    save()
    print(f"done: {step} steps, {step * args.batch} crops, {spent / 60:.1f} minutes")


if __name__ == "__main__":
    main()
