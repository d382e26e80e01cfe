"""Train the score network of digits, for annealed Langevin: python train_ncsn.py --data DIR/mnist --out RUN --minutes 12 --warm ../../models/mnist

Every sigma from 0.01 to 10, even in its logarithm: one network for both packages. Resuming, warm starts, --minutes and log.csv: run.py. A sheet
of sixteen digits, twenty Langevin steps a level, is written at every checkpoint.
"""

from __future__ import annotations

import torch
from torch import nn

from data import Shuffled, mnist
from ncsn import ScoreNet, annealed, matching, sigmas, within
from run import DEVICE, Run, parser, precision
from sheet import sheet
from unet import UNetConfig


def main() -> None:
    args = parser(__doc__, batch=128, rate=1e-3).parse_args()
    torch.manual_seed(args.seed)
    config = UNetConfig(widths=(48, 80), attention=(False, True))
    run = Run(args, ScoreNet(config), config.to_dict(), within)
    start = torch.rand(16, 1, 28, 28, generator=torch.Generator().manual_seed(7)).to(DEVICE)

    def look(average: nn.Module) -> str:
        with precision(exact=False):
            drawn = annealed(average, start, sigmas(1.0), 20)
        sheet(drawn.cpu().numpy(), 8, args.out / "sheet.png")
        return ""

    run.train(Shuffled(mnist(args.data, "train")[0], args.seed + run.step), matching, look)


if __name__ == "__main__":
    main()
