"""The denoiser: a U-Net with sinusoidal time embedding and attention at the low resolutions.

Ho et al. 2020 (arXiv:2006.11239), Appendix B, made small. Input [n, c, h, w] in -1..1 at training index t [n]; output the predicted
noise epsilon, same shape; with `learned` twice the channels, the second half the learned-range variance (arXiv:2102.09672). `patch` folds patch x patch pixels into channels at the door (Hoogeboom et al. 2023, arXiv:2301.11093), which
keeps the costly full resolution out of the network.
"""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn


@dataclass(frozen=True)
class UNetConfig:
    channels: int = 1
    widths: tuple[int, ...] = (48, 80)
    blocks: int = 2
    attention: tuple[bool, ...] = (False, True)
    patch: int = 2
    groups: int = 8
    head: int = 32
    embed: int = 128
    dropout: float = 0.0
    learned: bool = False

    def to_dict(self) -> dict:
        return asdict(self)

    @staticmethod
    def from_dict(values: dict) -> "UNetConfig":
        return UNetConfig(**{key: tuple(v) if isinstance(v, list) else v for key, v in values.items()})


def timestep_embedding(t: Tensor, width: int) -> Tensor:
    """Sinusoids of the training index. t: [n], any number type. Returns [n, width]; Vaswani et al. 2017, section 3.5."""
    half = width // 2
    frequencies = torch.exp(torch.arange(half, device=t.device, dtype=torch.float32) * (-math.log(10000.0) / half))
    angle = t.to(torch.float32)[:, None] * frequencies[None]
    return torch.cat([angle.cos(), angle.sin()], dim=1)


def doubled(x: Tensor) -> Tensor:
    """
    [n, c, h, w] -> [n, c, 2 h, 2 w], every pixel four times. Compiled, it is written out: the backward that torch 2.13 makes of F.interpolate in
    bfloat16 on a CPU gives zero gradients to all below. Not compiled, which is also how a graph is exported, it is the one operator.
    """
    if not torch.compiler.is_compiling():
        return F.interpolate(x, scale_factor=2.0, mode="nearest")
    n, c, h, w = x.shape
    return x[:, :, :, None, :, None].expand(n, c, h, 2, w, 2).reshape(n, c, 2 * h, 2 * w)


class Residual(nn.Module):
    """GroupNorm, SiLU, 3x3 convolution, twice, with the time embedding as scale and shift of the second norm."""

    def __init__(self, inputs: int, outputs: int, config: UNetConfig):
        super().__init__()
        self.norm1 = nn.GroupNorm(config.groups, inputs)
        self.conv1 = nn.Conv2d(inputs, outputs, 3, padding=1)
        self.time = nn.Linear(config.embed, 2 * outputs)
        self.norm2 = nn.GroupNorm(config.groups, outputs)
        self.drop = nn.Dropout(config.dropout)
        self.conv2 = nn.Conv2d(outputs, outputs, 3, padding=1)
        self.skip = nn.Conv2d(inputs, outputs, 1) if inputs != outputs else nn.Identity()
        nn.init.zeros_(self.conv2.weight)
        nn.init.zeros_(self.conv2.bias)

    def forward(self, x: Tensor, emb: Tensor) -> Tensor:
        h = self.conv1(F.silu(self.norm1(x)))
        scale, shift = self.time(emb)[:, :, None, None].chunk(2, dim=1)
        h = self.norm2(h) * (1 + scale) + shift
        return self.skip(x) + self.conv2(self.drop(F.silu(h)))


class Attention(nn.Module):
    """Self-attention over the pixels of one level. [n, c, h, w] -> [n, c, h, w]."""

    def __init__(self, width: int, config: UNetConfig):
        super().__init__()
        self.heads = max(1, width // config.head)
        self.norm = nn.GroupNorm(config.groups, width)
        self.qkv = nn.Conv2d(width, 3 * width, 1)
        self.out = nn.Conv2d(width, width, 1)
        nn.init.zeros_(self.out.weight)
        nn.init.zeros_(self.out.bias)

    def forward(self, x: Tensor) -> Tensor:
        n, c, h, w = x.shape
        q, k, v = self.qkv(self.norm(x)).reshape(n, 3, self.heads, c // self.heads, h * w).transpose(3, 4).unbind(1)
        weights = torch.softmax(q @ k.transpose(2, 3) * (c // self.heads) ** -0.5, dim=-1)
        return x + self.out((weights @ v).transpose(2, 3).reshape(n, c, h, w))


class UNet(nn.Module):
    def __init__(self, config: UNetConfig):
        super().__init__()
        self.config = config
        first = config.widths[0]
        inner = config.channels * config.patch**2
        self.embed = nn.Sequential(nn.Linear(first, config.embed), nn.SiLU(), nn.Linear(config.embed, config.embed), nn.SiLU())
        self.stem = nn.Conv2d(inner, first, 3, padding=1)

        self.down, self.up = nn.ModuleList(), nn.ModuleList()
        self.shrink, self.enlarge = nn.ModuleList(), nn.ModuleList()
        width, skips = first, [first]
        for level, level_width in enumerate(config.widths):
            for _ in range(config.blocks):
                self.down.append(self._stage(width, level_width, config.attention[level]))
                width = level_width
                skips.append(width)
            if level < len(config.widths) - 1:
                self.shrink.append(nn.Conv2d(width, width, 3, stride=2, padding=1))
                skips.append(width)
        self.middle = nn.ModuleList([Residual(width, width, config), Attention(width, config), Residual(width, width, config)])
        for level, level_width in reversed(list(enumerate(config.widths))):
            for _ in range(config.blocks + 1):
                self.up.append(self._stage(width + skips.pop(), level_width, config.attention[level]))
                width = level_width
            if level > 0:
                self.enlarge.append(nn.Conv2d(width, width, 3, padding=1))
        self.norm = nn.GroupNorm(config.groups, width)
        self.out = nn.Conv2d(width, 2 * inner if config.learned else inner, 3, padding=1)
        nn.init.zeros_(self.out.weight)
        nn.init.zeros_(self.out.bias)

    def _stage(self, inputs: int, outputs: int, attention: bool) -> nn.ModuleList:
        return nn.ModuleList([Residual(inputs, outputs, self.config)] + ([Attention(outputs, self.config)] if attention else []))

    def forward(self, x: Tensor, t: Tensor) -> Tensor:
        emb = self.embed(timestep_embedding(t, self.config.widths[0]).to(x.dtype))
        h = F.pixel_unshuffle(x, self.config.patch) if self.config.patch > 1 else x
        h = self.stem(h)
        skips = [h]
        down, blocks = iter(self.down), self.config.blocks
        for level in range(len(self.config.widths)):
            for _ in range(blocks):
                h = through(next(down), h, emb)
                skips.append(h)
            if level < len(self.config.widths) - 1:
                h = self.shrink[level](h)
                skips.append(h)
        h = self.middle[2](self.middle[1](self.middle[0](h, emb)), emb)
        up = iter(self.up)
        for step, level in enumerate(reversed(range(len(self.config.widths)))):
            for _ in range(blocks + 1):
                h = through(next(up), torch.cat([h, skips.pop()], dim=1), emb)
            if level > 0:
                h = self.enlarge[step](doubled(h))
        h = self.out(F.silu(self.norm(h)))
        return F.pixel_shuffle(h, self.config.patch) if self.config.patch > 1 else h


def through(stage: nn.ModuleList, x: Tensor, emb: Tensor) -> Tensor:
    x = stage[0](x, emb)
    return stage[1](x) if len(stage) > 1 else x


def with_variance(config: UNetConfig, weights: dict[str, Tensor]) -> dict[str, Tensor]:
    """The weights of a net that has no variance yet: it begins in the middle of its range, and what was learned stays."""
    rows = 2 * config.channels * config.patch**2
    return {key: torch.cat([w, torch.zeros_like(w)]) if key.startswith("out.") and len(w) < rows else w for key, w in weights.items()}
