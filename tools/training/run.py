"""A training run, whatever is trained: it resumes, starts warm, keeps a running average and checkpoints, and ends well when its time is up.

Resumes from RUN/checkpoint.pt; `--warm` starts from the weights of a shipped package folder or of another run. The rate falls to nothing over
--minutes of training time (kept in the checkpoint); a file RUN/minutes, if there is one, says another number and is read at every step, so
that a run can be ended well. RUN/log.csv: step, images, seconds, the terms of the loss, the rate, and now and then what `look` says.
bfloat16 and compiled, on a GPU where there is one; BF16=0 and COMPILE=0 switch them off.
"""

from __future__ import annotations

import argparse
import contextlib
import copy
import math
import os
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import torch
from torch import Tensor, nn

from noise import Forward
from package import weights_of

Losses = Callable[[Forward, Tensor], list[Tensor]]
DEVICE = "cuda" if torch.cuda.is_available() else "cpu"


def parser(doc: str, *, batch: int, rate: float) -> argparse.ArgumentParser:
    p = argparse.ArgumentParser(description=doc.split("\n")[0])
    p.add_argument("--data", type=Path, required=True)
    p.add_argument("--out", type=Path, required=True)
    p.add_argument("--warm", type=Path, help="a package folder, or another run's checkpoint.pt")
    p.add_argument("--minutes", type=float, default=100)
    p.add_argument("--batch", type=int, default=batch)
    p.add_argument("--rate", type=float, default=rate)
    p.add_argument("--ema", type=float, default=0.999)
    p.add_argument("--seed", type=int, default=1)
    p.add_argument("--save-every", type=float, default=120, help="seconds between checkpoints")
    p.add_argument("--profile", type=int, default=0, help="stop after so many steps and print the time of one")
    return p


def precision(exact: bool) -> contextlib.AbstractContextManager:
    half = os.environ.get("BF16", "1") == "1" and not exact
    return torch.autocast(DEVICE, dtype=torch.bfloat16) if half else contextlib.nullcontext()


def inputs_of(net: nn.Module, losses: Losses, x0: Tensor) -> tuple[Tensor, ...]:
    """What `losses` asks a net."""
    asked: list[tuple[Tensor, ...]] = []

    def forward(*inputs: Tensor) -> Tensor:
        asked.append(inputs)
        return net(*inputs)

    with torch.no_grad(), precision(exact=False):
        losses(forward, x0)
    return asked[0]


def strangers(net: nn.Module, plain: nn.Module, inputs: tuple[Tensor, ...]) -> list[str]:
    """
    The parameters whose gradient is far from that of the same net, `plain`, in full precision and not compiled. The loss is a random direction:
    that of a trained net would be all rounding. Weights that begin at zero stop every gradient behind them, so both are given small ones
    while it lasts.
    """
    kept = {key: value.clone() for key, value in net.state_dict().items()}
    with torch.no_grad():
        for p in net.parameters():
            if not p.any():
                nn.init.normal_(p, std=0.02)
    plain.load_state_dict(net.state_dict())
    found, towards = [], None
    for one, exact in ((net, False), (plain, True)):
        one.zero_grad(set_to_none=True)
        with precision(exact):
            output = one(*inputs).float()
        towards = torch.randn_like(output) if towards is None else towards
        (output * towards).mean().backward()
        found.append({name: p.grad for name, p in one.named_parameters() if p.requires_grad})
    net.zero_grad(set_to_none=True)
    net.load_state_dict(kept)
    mine, right = found
    least = 1e-3 * torch.stack([g.norm() for g in right.values()]).norm()
    return [name for name, g in right.items() if (mine[name] - g).norm() > 0.2 * g.norm() + least]


class Run:
    """`config` rebuilds the net from its checkpoint; `parts` are compiled one by one (the whole net where none are named)."""

    def __init__(self, args: argparse.Namespace, net: nn.Module, config: dict, prepare: Callable[[dict], dict] = dict) -> None:
        args.out.mkdir(parents=True, exist_ok=True)
        self.args, self.config, self.checkpoint = args, config, args.out / "checkpoint.pt"
        self.net = net.to(DEVICE, memory_format=torch.channels_last)
        self.ema = copy.deepcopy(self.net).eval().requires_grad_(False)
        self.optimiser = torch.optim.AdamW([p for p in self.net.parameters() if p.requires_grad], lr=args.rate, betas=(0.9, 0.99), weight_decay=0.01, fused=True)
        self.step, self.spent = 0, 0.0
        if self.checkpoint.exists():
            self._resume(torch.load(self.checkpoint, map_location=DEVICE, weights_only=True))
        elif args.warm:
            weights = prepare(weights_of(args.warm))
            self.net.load_state_dict(weights)
            self.ema.load_state_dict(weights)
        print(f"{sum(p.numel() for p in self.net.parameters()) / 1e6:.3f} M parameters on {DEVICE}", flush=True)

    def _resume(self, saved: dict) -> None:
        if saved["config"] != self.config:
            raise SystemExit(f"{self.checkpoint} is of another network: {saved['config']}.")
        self.net.load_state_dict(saved["model"])
        self.ema.load_state_dict(saved["ema"])
        self.optimiser.load_state_dict(saved["opt"])
        self.step, self.spent = saved["step"], saved["seconds"]
        print(f"resumed at step {self.step}, {self.spent / 60:.1f} minutes", flush=True)

    def save(self) -> None:
        state = {"config": self.config, "model": self.net.state_dict(), "ema": self.ema.state_dict(), "opt": self.optimiser.state_dict(),
                 "step": self.step, "seconds": self.spent, "images": self.step * self.args.batch}
        torch.save(state, self.checkpoint.with_suffix(".new"))
        os.replace(self.checkpoint.with_suffix(".new"), self.checkpoint)

    def compile(self, parts: Sequence[nn.Module], losses: Losses, x0: Tensor) -> None:
        """Refuses where the compiled gradients are not those of the plain net: torch 2.13 has been seen to give zero ones."""
        if os.environ.get("COMPILE", "1") != "1":
            return
        plain = copy.deepcopy(self.net)
        torch._dynamo.config.recompile_limit = 256
        for part in parts or [self.net]:
            part.compile()
        wrong = strangers(self.net, plain, inputs_of(plain, losses, x0))
        if wrong:
            raise SystemExit(f"The compiled gradients of {len(wrong)} parameters are wrong ({wrong[0]} first): train with COMPILE=0.")

    def budget(self) -> float:
        asked = self.args.out / "minutes"
        return 60 * (float(asked.read_text()) if asked.exists() else self.args.minutes)

    def train(self, batch: Callable[[int], Tensor], losses: Losses, look: Callable[[nn.Module], str] | None = None, parts: Sequence[nn.Module] = ()) -> None:
        """`batch(n)` gives n pictures, `losses(net, pictures)` the terms whose sum is made small; `look(average)` is called at every checkpoint."""
        args = self.args
        self.compile(parts, losses, batch(args.batch).to(DEVICE))
        seen: list[list[float]] = []
        last, first, log = time.monotonic(), True, open(args.out / "log.csv", "a")
        while self.spent < (budget := self.budget()):
            began = time.monotonic()
            rate = args.rate * min(1, (self.step + 1) / 200) * (0.5 * (1 + math.cos(math.pi * min(1, self.spent / budget))) + 0.01)
            seen.append(self._step(losses, batch(args.batch).to(DEVICE), rate))
            if not first:  # the first step warms up
                self.spent += time.monotonic() - began
            first = False
            if args.profile and self.step == args.profile:
                print(f"{self.spent / (self.step - 1) * 1000:.1f} ms a step of {args.batch}")
                return
            due = time.monotonic() - last > args.save_every
            if due or self.step % 50 == 0:
                said = f",{look(self.ema)}" if due and look else ""
                means = ",".join(f"{sum(term) / len(term):.5f}" for term in zip(*seen, strict=True))
                line = f"{self.step},{self.step * args.batch},{self.spent:.0f},{means},{rate:.2e}{said}"
                print(line, flush=True)
                print(line, file=log, flush=True)
                seen = []
            if due:
                self.save()
                last = time.monotonic()
        self.save()
        print(f"done: {self.step} steps, {self.step * args.batch} images, {self.spent / 60:.1f} minutes")

    def _step(self, losses: Losses, x0: Tensor, rate: float) -> list[float]:
        for group in self.optimiser.param_groups:
            group["lr"] = rate
        with precision(exact=False):
            terms = losses(self.net, x0)
        self.optimiser.zero_grad(set_to_none=True)
        sum(terms).backward()
        if torch.isfinite(torch.nn.utils.clip_grad_norm_([p for p in self.net.parameters() if p.requires_grad], 1.0)):
            self.optimiser.step()
        decay = min(self.args.ema, (1 + self.step) / (10 + self.step))
        with torch.no_grad():
            torch._foreach_lerp_(list(self.ema.parameters()), [p.detach() for p in self.net.parameters()], 1 - decay)
        self.step += 1
        return [term.item() for term in terms]
