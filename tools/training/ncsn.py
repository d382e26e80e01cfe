"""The noise-conditional score network of Song & Ermon 2019 (arXiv:1907.05600), and its levels.

One network for every sigma from 0.01 to 10, so it serves the paper's levels and the wide set: both are geometric, ten levels, and end in 0.01.
Pictures are in 0..1, as in the paper, so its sigmas and step sizes mean here what they mean there.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn

from noise import Forward, stratified
from unet import UNet, UNetConfig

SETS = {"mnist-ncsn": 1.0, "mnist-ncsn-wide": 10.0}  # sigma_1 of each package
SMALLEST, LEVELS = 0.01, 10


def sigmas(largest: float) -> list[float]:
    return [largest * (SMALLEST / largest) ** (i / (LEVELS - 1)) for i in range(LEVELS)]


def timestep_of(sigma: Tensor) -> Tensor:
    """The training index at which the process of noise.py has this much noise for pictures in -1..1: 1 - A = 1 - exp(-0.1 u - 9.95 u^2), u = t/1000."""
    return 1000 * (torch.sqrt(0.01 + 39.8 * torch.log1p(sigma * sigma)) - 0.1) / 19.9 - 1


class ScoreNet(nn.Module):
    """
    (x [n, c, h, w] = x0 + sigma z with x0 in 0..1, sigma [n]) -> score -z/sigma. The U-Net sees unit variance and a level in the units of the
    digit denoiser, so it may start from its weights.
    """

    def __init__(self, config: UNetConfig) -> None:
        super().__init__()
        self.unet = UNet(config)

    def forward(self, x: Tensor, sigma: Tensor) -> Tensor:
        wide = 2 * sigma[:, None, None, None]
        z = self.unet((2 * x - 1) * torch.rsqrt(1 + wide * wide), timestep_of(2 * sigma))
        return -2 * z / wide


def within(weights: dict[str, Tensor]) -> dict[str, Tensor]:
    """The weights of a plain U-Net, for a ScoreNet."""
    return weights if any(key.startswith("unet.") for key in weights) else {f"unet.{key}": w for key, w in weights.items()}


def matching(net: Forward, x0: Tensor) -> list[Tensor]:
    """Denoising score matching weighted by sigma^2 (eq. 5 and 6): the mean square of sigma score + z. x0 in -1..1, as data.py gives it."""
    x0 = (x0 + 1) / 2
    span = math.log(max(SETS.values()) / SMALLEST)
    sigma = SMALLEST * torch.exp(span * stratified(len(x0), x0.device))
    z, wide = torch.randn_like(x0), sigma[:, None, None, None]
    return [(wide * net(x0 + wide * z, sigma).float() + z).square().mean()]


@torch.no_grad()
def annealed(net: Forward, x: Tensor, levels: list[float], moves: int, eps: float = 2e-5) -> Tensor:
    """Algorithm 1, then the clean estimate (arXiv:2006.09011); a look at the training, not the product's sampler. Gives -1..1."""
    for sigma in levels:
        label = torch.full((len(x),), sigma, device=x.device)
        step = eps * (sigma / levels[-1]) ** 2
        for _ in range(moves):
            x = x + step * net(x, label).float() + math.sqrt(2 * step) * torch.randn_like(x)
    return 2 * (x + levels[-1] ** 2 * net(x, label).float()) - 1
