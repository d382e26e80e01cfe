"""Train the digit denoiser: epsilon with the simple loss; `--learned` adds the learned-range variance with its bound.

    python train.py --data DIR/mnist --out RUN --minutes 100
    python train.py --data DIR/mnist --out RUN --minutes 6 --learned --warm ../../models/mnist

T = 1000, linear betas. Resuming, warm starts, --minutes and log.csv: run.py. A sample sheet is written at every checkpoint.
"""

from __future__ import annotations

from functools import partial

import torch
from torch import Tensor, nn

from data import Shuffled, mnist
from noise import Process, ddim, losses
from run import DEVICE, Run, parser, precision
from sheet import sheet
from unet import UNet, UNetConfig, with_variance


def hold_mean(net: UNet) -> None:
    """Only the last layer's rows for the variance move: cheap, and every mean stays to the bit what it was."""
    net.requires_grad_(False)
    for p in (net.out.weight, net.out.bias):
        p.requires_grad_(True)
        p.register_hook(lambda g: torch.cat([torch.zeros_like(g[: len(g) // 2]), g[len(g) // 2 :]]))


def main() -> None:
    p = parser(__doc__, batch=128, rate=2e-3)
    p.add_argument("--learned", action="store_true", help="learned-range variance")
    p.add_argument("--keep-mean", action="store_true", help="with --learned: train the variance alone, on what the network already sees")
    p.add_argument("--widths", type=int, nargs="+", default=[48, 80])
    p.add_argument("--blocks", type=int, default=2)
    p.add_argument("--patch", type=int, default=2)
    p.add_argument("--attention", type=int, nargs="+", default=[0, 1])
    args = p.parse_args()
    torch.manual_seed(args.seed)
    config = UNetConfig(widths=tuple(args.widths), blocks=args.blocks, patch=args.patch, attention=tuple(map(bool, args.attention)), learned=args.learned)
    net = UNet(config)
    if args.keep_mean:
        hold_mean(net)
    run = Run(args, net, config.to_dict(), partial(with_variance, config) if args.learned else dict)
    start = torch.randn(32, 1, 28, 28, generator=torch.Generator().manual_seed(7)).to(DEVICE)

    def look(average: nn.Module) -> str:
        with precision(exact=False):
            drawn: Tensor = ddim(average, "epsilon", start, 25)
        sheet(drawn.cpu().numpy(), 8, args.out / "sheet.png")
        return ""

    pictures = Shuffled(mnist(args.data, "train")[0], args.seed + run.step)
    run.train(pictures, partial(losses, Process(DEVICE), "epsilon", args.learned), look)


if __name__ == "__main__":
    main()
