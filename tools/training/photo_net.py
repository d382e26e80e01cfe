"""The photo prior: a convolutional U-Net for pictures of any size.

No attention and no statistics over the picture: every norm looks at one pixel's channels alone, so what was learned on crops of 64 pixels
holds at 512. `patch` folds 2 x 2 pixels into channels at the door (arXiv:2301.11093). Input [n, 3, h, w] in -1..1, h and w multiples of 8,
at training index t [n]; output [n, 6, h, w]: v (Salimans & Ho 2022, arXiv:2202.00512), then the learned-range variance in -1..1 (Nichol &
Dhariwal 2021, arXiv:2102.09672, eq. 15).
"""

from __future__ import annotations

from dataclasses import asdict, dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from unet import doubled, timestep_embedding


@dataclass(frozen=True)
class PhotoConfig:
    widths: tuple[int, ...] = (48, 96, 128)
    blocks: int = 2
    embed: int = 192
    patch: int = 2

    def to_dict(self) -> dict:
        return asdict(self)

    @staticmethod
    def from_dict(values: dict) -> "PhotoConfig":
        return PhotoConfig(**{key: tuple(v) if isinstance(v, list) else v for key, v in values.items()})


class PixelNorm(nn.Module):
    """Each pixel's channels to unit mean square, times a gain a channel."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.gain = nn.Parameter(torch.ones(width, 1, 1))

    def forward(self, x: Tensor) -> Tensor:
        return x * torch.rsqrt(x.float().pow(2).mean(1, keepdim=True) + 1e-4).to(x.dtype) * self.gain.to(x.dtype)


class Block(nn.Module):
    """Norm, SiLU, 3x3 convolution, time as scale and shift, SiLU, 3x3 convolution; begins as the identity."""

    def __init__(self, inputs: int, outputs: int, embed: int) -> None:
        super().__init__()
        self.norm = PixelNorm(inputs)
        self.conv1 = nn.Conv2d(inputs, outputs, 3, padding=1)
        self.time = nn.Linear(embed, 2 * outputs)
        self.conv2 = nn.Conv2d(outputs, outputs, 3, padding=1)
        self.skip = nn.Conv2d(inputs, outputs, 1) if inputs != outputs else nn.Identity()
        for layer in (self.time, self.conv2):
            nn.init.zeros_(layer.weight)
            nn.init.zeros_(layer.bias)

    def forward(self, x: Tensor, emb: Tensor) -> Tensor:
        h = self.conv1(F.silu(self.norm(x)))
        scale, shift = self.time(emb)[:, :, None, None].chunk(2, dim=1)
        return self.skip(x) + self.conv2(F.silu(h * (1 + scale) + shift))


class PhotoNet(nn.Module):
    def __init__(self, config: PhotoConfig) -> None:
        super().__init__()
        self.config = config
        widths, blocks, embed = config.widths, config.blocks, config.embed
        width, skips = widths[0], [widths[0]]
        self.embed = nn.Sequential(nn.Linear(width, embed), nn.SiLU(), nn.Linear(embed, embed), nn.SiLU())
        self.fold = nn.PixelUnshuffle(config.patch)
        self.stem = nn.Conv2d(3 * config.patch**2, width, 3, padding=1)
        self.down, self.shrink, self.up, self.grow = nn.ModuleList(), nn.ModuleList(), nn.ModuleList(), nn.ModuleList()
        for level, level_width in enumerate(widths):
            for _ in range(blocks):
                self.down.append(Block(width, level_width, embed))
                width = level_width
                skips.append(width)
            if level < len(widths) - 1:
                self.shrink.append(nn.Conv2d(width, width, 3, stride=2, padding=1))
                skips.append(width)
        self.mid = nn.ModuleList([Block(width, width, embed), Block(width, width, embed)])
        for level, level_width in reversed(list(enumerate(widths))):
            for _ in range(blocks + 1):
                self.up.append(Block(width + skips.pop(), level_width, embed))
                width = level_width
            if level > 0:
                self.grow.append(nn.Conv2d(width, width, 3, padding=1))
        self.norm = PixelNorm(width)
        self.out = nn.Conv2d(width, 6 * config.patch**2, 3, padding=1)
        nn.init.zeros_(self.out.weight)
        nn.init.zeros_(self.out.bias)

    def forward(self, x: Tensor, t: Tensor) -> Tensor:
        emb = self.embed(timestep_embedding(t, self.config.widths[0]).to(x.dtype))
        h = self.stem(self.fold(x))
        skips, levels, blocks = [h], len(self.config.widths), self.config.blocks
        down, up = iter(self.down), iter(self.up)
        for level in range(levels):
            for _ in range(blocks):
                h = next(down)(h, emb)
                skips.append(h)
            if level < levels - 1:
                h = self.shrink[level](h)
                skips.append(h)
        for block in self.mid:
            h = block(h, emb)
        for step, level in enumerate(reversed(range(levels))):
            for _ in range(blocks + 1):
                h = next(up)(torch.cat([h, skips.pop()], dim=1), emb)
            if level > 0:
                h = self.grow[step](doubled(h))
        return F.pixel_shuffle(self.out(F.silu(self.norm(h))), self.config.patch)


def unfolding_stem(stem: nn.Conv2d, patch: int) -> nn.Conv2d:
    """Fold and stem in one operator: a 3x3 convolution of folded pixels is a wider one of the picture, with a stride."""
    out, size = stem.out_channels, 3 * patch
    wide = nn.Conv2d(3, out, size, stride=patch, padding=patch)
    weight = stem.weight.detach().reshape(out, 3, patch, patch, 3, 3)
    # [out, c, dy, dx, ky, kx] -> [out, c, ky dy, kx dx]
    wide.weight.data = weight.permute(0, 1, 4, 2, 5, 3).reshape(out, 3, size, size).contiguous()
    wide.bias.data = stem.bias.detach().clone()
    return wide
