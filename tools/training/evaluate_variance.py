"""The variational bound of the first two thousand test digits with the learned variance, beside the fixed ones:

    python evaluate_variance.py ../../models/mnist-learned --data DIR/mnist

Bits a value, summed over the levels 1 to 999 (the likelihood at t = 0 left out), two digits a level, the noise the same for all.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import torch

from data import mnist, to_range
from noise import STEPS, Process, bound, clean, column
from package import weights_of
from unet import UNet, UNetConfig


@torch.no_grad()
def main() -> None:
    p = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    p.add_argument("model", type=Path, help="a package folder, or a checkpoint.pt")
    p.add_argument("--data", type=Path, required=True)
    args = p.parse_args()
    net = UNet(UNetConfig(learned=True)).eval()
    net.load_state_dict(weights_of(args.model))
    torch.manual_seed(0)
    process, sums = Process("cpu"), {"learned": 0.0, "small": 0.0, "large": 0.0}
    digits = to_range(mnist(args.data, "t10k")[0][: 2 * STEPS])
    for i in range(0, len(digits), 100):
        x0, t = digits[i : i + 100], torch.arange(i, i + 100) % STEPS
        a, noise = column(process.a, t), torch.randn_like(x0)
        x = a.sqrt() * x0 + (1 - a).sqrt() * noise
        said, spread = net(x, t).chunk(2, dim=1)
        guess = clean("epsilon", a, x, said).clamp(-1, 1)
        for name, share in (("learned", spread), ("small", torch.full_like(spread, -1)), ("large", torch.ones_like(spread))):
            sums[name] += bound(process, share, guess, x0, t).item() * 100 * STEPS / len(digits)
    print(", ".join(f"{name} {bits:.2f}" for name, bits in sums.items()) + " bits a value")


if __name__ == "__main__":
    main()
