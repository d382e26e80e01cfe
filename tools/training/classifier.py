"""Train the digit classifier that judges samples, and export it: python classifier.py --data DIR/mnist --out classifier.pt"""

from __future__ import annotations

import argparse
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from data import mnist, to_range


class Classifier(nn.Module):
    """A small convolutional classifier. [n, 1, 28, 28] in -1..1 -> logits [n, 10]."""

    def __init__(self) -> None:
        super().__init__()
        def block(inputs: int, outputs: int, stride: int) -> list[nn.Module]:
            return [nn.Conv2d(inputs, outputs, 3, stride=stride, padding=1), nn.BatchNorm2d(outputs), nn.ReLU()]

        self.body = nn.Sequential(*block(1, 16, 1), *block(16, 48, 2), *block(48, 48, 1), *block(48, 96, 2), *block(96, 96, 1),
                                  nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Dropout(0.1), nn.Linear(96, 10))

    def forward(self, x: Tensor) -> Tensor:
        return self.body(x)


def no_digits(digits: Tensor) -> Tensor:
    """Pictures that are no digits, made of a batch [n, 1, 28, 28] in -1..1: noise, blank pages, shuffled pixels, negatives, in equal parts.

    A classifier that never saw such things is often sure of them all the same; this one learns to be unsure (outlier exposure,
    Hendrycks, Mazeika and Dietterich 2019, arXiv:1812.04606), so that its confidence says something about a sample.
    """
    n = len(digits)
    flat = digits.reshape(n, -1)
    shuffled = torch.gather(flat, 1, torch.rand_like(flat).argsort(1)).view_as(digits)
    noise = (torch.randn_like(digits) * torch.rand(n, 1, 1, 1)).clamp(-1, 1)
    blank = torch.empty(n, 1, 1, 1).uniform_(-1, 1).expand_as(digits)
    kind = torch.arange(n)[:, None, None, None] % 4
    return torch.where(kind == 0, noise, torch.where(kind == 1, blank, torch.where(kind == 2, shuffled, -digits)))


@torch.no_grad()
def sure(model: nn.Module, pictures: Tensor) -> float:
    """Share of the pictures that the classifier puts into one class with confidence over 0.9."""
    probabilities = torch.cat([model(chunk) for chunk in pictures.split(1000)]).softmax(1)
    return (probabilities.max(1).values > 0.9).float().mean().item()


def main() -> None:
    p = argparse.ArgumentParser(description=__doc__)
    p.add_argument("--data", type=Path, required=True)
    p.add_argument("--out", type=Path, required=True)
    p.add_argument("--epochs", type=int, default=10)
    args = p.parse_args()
    torch.manual_seed(1)
    images, labels = mnist(args.data, "train")
    model = Classifier().to(memory_format=torch.channels_last)
    optimiser = torch.optim.AdamW(model.parameters(), lr=2e-3)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, 5e-3, total_steps=args.epochs * (len(images) // 128))
    for epoch in range(args.epochs):
        model.train()
        order = torch.randperm(len(images))
        for i in range(len(images) // 128):
            rows = order[i * 128 : (i + 1) * 128]
            # Shifts by up to one pixel, so that the judge does not depend on perfect centring.
            dy, dx = torch.randint(-1, 2, (2,)).tolist()
            shown = to_range(images[rows]).roll((dy, dx), (2, 3))
            others = no_digits(shown[:32])
            with torch.autocast("cpu", dtype=torch.bfloat16):
                logits = model(torch.cat([shown, others])).float()
            # Real digits to their label, everything else to the uniform distribution.
            loss = F.cross_entropy(logits[: len(shown)], labels[rows]) - 0.5 * logits[len(shown) :].log_softmax(1).mean()
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            schedule.step()
        model.eval()
        test, truth = mnist(args.data, "t10k")
        with torch.no_grad():
            p_test = torch.cat([model(to_range(chunk)) for chunk in test.split(1000)]).softmax(1)
        accuracy = (p_test.argmax(1) == truth).float().mean().item()
        confident = (p_test.max(1).values > 0.9).float().mean().item()
        fooled = sure(model, no_digits(to_range(test)))
        print(f"epoch {epoch + 1}: test accuracy {accuracy:.4f}, confidence over 0.9 on {confident:.4f} of real digits and {fooled:.4f} of what is none", flush=True)
    torch.save({"model": model.state_dict(), "accuracy": accuracy, "confident": confident, "fooled": fooled}, args.out)


if __name__ == "__main__":
    main()
