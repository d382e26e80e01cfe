"""The discrete noise process of Ho et al. 2020 (arXiv:2006.11239), T = 1000, linear betas, and what a network is trained to say about it."""

from __future__ import annotations

import math
from collections.abc import Callable

import torch
import torch.nn.functional as F
from torch import Tensor

STEPS = 1000
Forward = Callable[[Tensor, Tensor], Tensor]


def alpha_bars() -> Tensor:
    return torch.cumprod(1 - torch.linspace(1e-4, 0.02, STEPS, dtype=torch.float64), 0)


class Process:
    """The products A, and the posterior of a step in logarithms."""

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


def stratified(n: int, device: torch.device) -> Tensor:
    """One draw in 0..1 spread evenly over the batch: every batch sees every noise level, which lowers the variance of the loss. [n]"""
    return (torch.rand(1, device=device) + torch.arange(n, device=device) / n) % 1


def clean(predicts: str, a: Tensor, x: Tensor, said: Tensor) -> Tensor:
    """x0 from what the network says of x = sqrt(a) x0 + sqrt(1 - a) eps."""
    return (x - (1 - a).sqrt() * said) / a.sqrt() if predicts == "epsilon" else a.sqrt() * x - (1 - a).sqrt() * said


def losses(process: Process, predicts: str, learned: bool, net: Forward, x0: Tensor, share: Callable[[Tensor], Tensor] | None = None) -> list[Tensor]:
    """
    Mean square of epsilon (Ho et al., eq. 14) or of v (Salimans & Ho 2022, arXiv:2202.00512); with a learned variance also its bound. `share`
    turns an even draw in 0..1 into the share of the way at which the network is asked; absent, every level is as likely.
    """
    drawn = stratified(len(x0), x0.device)
    t = ((drawn if share is None else share(drawn)) * STEPS).long().clamp(max=STEPS - 1)
    a, noise = column(process.a, t), torch.randn_like(x0)
    x = a.sqrt() * x0 + (1 - a).sqrt() * noise
    output = net(x, t).float()
    said = output[:, : x0.shape[1]]
    simple = F.mse_loss(said, noise if predicts == "epsilon" else a.sqrt() * noise - (1 - a).sqrt() * x0)
    if not learned:
        return [simple]
    guess = clean(predicts, a, x, said.detach()).clamp(-1, 1)
    return [simple, bound(process, output[:, x0.shape[1] :], guess, x0, t)]


def bound(process: Process, spread: Tensor, guess: Tensor, x0: Tensor, t: Tensor) -> Tensor:
    """
    The variational bound in bits a value, t = 0 left out: its term is a likelihood of whole numbers. `spread` in -1..1 lies between the two
    log-variances. The hybrid loss of Nichol & Dhariwal 2021 (arXiv:2102.09672), section 3.1: it sees the mean without its gradient.
    """
    small, large = column(process.log_small, t), column(process.log_large, t)
    share = (spread + 1) / 2
    log_variance = share * large + (1 - share) * small
    off = (column(process.of_x0, t) * (guess - x0)).square()
    kl = 0.5 * (log_variance - small - 1 + torch.exp(small - log_variance) + off * torch.exp(-log_variance)) / math.log(2)
    return (kl * (t > 0)[:, None, None, None]).mean()


@torch.no_grad()
def ddim(net: Forward, predicts: str, noise: Tensor, steps: int) -> Tensor:
    """DDIM with eta 0 (arXiv:2010.02502, eq. 12), leading spacing, x0 clipped; a look at the training, not the product's sampler."""
    products = alpha_bars().to(noise.device)
    times = list(range(0, STEPS, STEPS // steps))[::-1]
    x = noise
    for i, t in enumerate(times):
        a = products[t].float()
        b = products[times[i + 1]].float() if i + 1 < len(times) else torch.ones_like(a)
        said = net(x, torch.full((len(x),), t, device=x.device)).float()[:, : x.shape[1]]
        x0 = clean(predicts, a, x, said).clamp(-1, 1)
        x = b.sqrt() * x0 + (1 - b).sqrt() * (x - a.sqrt() * x0) / (1 - a).sqrt()
    return x
