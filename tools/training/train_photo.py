"""Train the photo prior: v with the simple loss, and the learned-range variance with the variational bound beside it.

    python photo_data.py ../../../shared/data/photos PACKED
    python train_photo.py --data PACKED --out RUN --minutes 100

T = 1000, linear betas; 17 of 20 draws fall below level 650 (sigma 8.5), where holes are filled: above it a crop is mostly guessed, and the
error of the guess would drown the rest. Resuming, warm starts, --minutes and log.csv: run.py. At every checkpoint the log also says the error of x0 on held-out
crops, in four bands of noise from the cleanest.
"""

from __future__ import annotations

from functools import partial

import torch
from torch import Tensor, nn

from noise import STEPS, Process, clean, column, losses
from photo_data import Crops, held_crops
from photo_net import PhotoConfig, PhotoNet
from run import DEVICE, Run, parser, precision


LOW, OFTEN = 0.65, 0.85


def share(drawn: Tensor) -> Tensor:
    return torch.where(drawn < OFTEN, drawn * (LOW / OFTEN), LOW + (drawn - OFTEN) * (1 - LOW) / (1 - OFTEN))


def main() -> None:
    p = parser(__doc__, batch=48, rate=1.5e-3)
    p.add_argument("--size", type=int, default=64)
    p.add_argument("--widths", type=int, nargs="+", default=[48, 96, 128])
    args = p.parse_args()
    torch.manual_seed(args.seed)
    config = PhotoConfig(widths=tuple(args.widths))
    net = PhotoNet(config)
    run = Run(args, net, config.to_dict())
    process = Process(DEVICE)
    held = held_crops(args.data, 64, args.size).to(DEVICE)
    noise = torch.randn(held.shape, generator=torch.Generator().manual_seed(3)).to(DEVICE)
    t = (torch.arange(64) * STEPS // 64 + 7).to(DEVICE)

    @torch.no_grad()
    def held_error(average: nn.Module) -> str:
        a = column(process.a, t)
        x = (a.sqrt() * held + (1 - a).sqrt() * noise).contiguous(memory_format=torch.channels_last)
        with precision(exact=False):
            said = torch.cat([average(x[i : i + 16], t[i : i + 16])[:, :3].float() for i in range(0, 64, 16)])
        error = (clean("v", a, x, said) - held).square().mean((1, 2, 3))
        return " ".join(f"{float(error[i : i + 16].mean()):.5f}" for i in range(0, 64, 16))

    crops = Crops(args.data, args.size, args.seed + run.step)
    # Block by block, which also compiles in a fraction of the time.
    run.train(crops.batch, partial(losses, process, "v", True, share=share), held_error, parts=(*net.down, *net.mid, *net.up))


if __name__ == "__main__":
    main()
