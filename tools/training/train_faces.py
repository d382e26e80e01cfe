"""Train the denoiser of faces, 64 x 64 in colour: v with the simple loss, T = 1000, linear betas.

    python faces_data.py DIR/faces128 PACKED
    python train_faces.py --data PACKED --out RUN --minutes 25

Resuming, warm starts, --minutes and log.csv: run.py. At every checkpoint the log also says the loss on held-out faces, and a sheet of samples
is written (the model's own pictures, no training ones).
"""

from __future__ import annotations

from functools import partial

import torch
from torch import nn

from data import Shuffled, to_range
from faces_data import packed
from noise import Process, ddim, losses
from run import DEVICE, Run, parser, precision
from sheet import sheet
from unet import UNet, UNetConfig


def lowest_only(levels: int) -> tuple[bool, ...]:
    return tuple(level == levels - 1 for level in range(levels))


def main() -> None:
    p = parser(__doc__, batch=32, rate=1e-3)
    p.add_argument("--widths", type=int, nargs="+", default=[96, 160])
    p.add_argument("--blocks", type=int, default=1)
    p.add_argument("--patch", type=int, default=4)
    args = p.parse_args()
    torch.manual_seed(args.seed)
    # Folding 4 x 4 pixels halves the cost of a picture against 2 x 2, and two cores have to carry the training.
    config = UNetConfig(channels=3, widths=tuple(args.widths), blocks=args.blocks, patch=args.patch, attention=lowest_only(len(args.widths)))
    run = Run(args, UNet(config), config.to_dict())
    process = Process(DEVICE)
    held = to_range(packed(args.data, "held")[:128]).to(DEVICE)
    start = torch.randn(16, 3, 64, 64, generator=torch.Generator().manual_seed(7)).to(DEVICE)

    @torch.no_grad()
    def look(average: nn.Module) -> str:
        with precision(exact=False), torch.random.fork_rng():
            torch.manual_seed(11)
            loss = losses(process, "v", False, average, held)[0]
            sheet(ddim(average, "v", start, 20).cpu().numpy(), 8, args.out / "sheet.png")
        return f"{loss.item():.5f}"

    run.train(Shuffled(packed(args.data, "train"), args.seed + run.step, flips=True), partial(losses, process, "v", False), look)


if __name__ == "__main__":
    main()
