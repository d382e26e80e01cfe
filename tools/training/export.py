"""Export a trained network as a model package: python export.py denoiser RUN/checkpoint.pt ../../models/mnist

Writes model.onnx (dynamic batch, float32 at the boundary, small weights restored once when a session starts), weights.json, by which training
goes on from the package, and model.json, the card with the hash. The exported graph is run beside the network and must agree; where a check
fails, nothing is written.
"""

from __future__ import annotations

import argparse
import copy
import json
import os
import tempfile
import warnings
from pathlib import Path

import numpy as np
import torch
from torch import nn

import cards
from classifier import Classifier
from graph import agree, to_onnx
from ncsn import LEVELS, SETS, SMALLEST, ScoreNet
from package import weights_of, write_names
from photo_data import held_out
from photo_net import PhotoConfig, PhotoNet, unfolding_stem
from unet import UNet, UNetConfig

warnings.filterwarnings("ignore")
EXACT, ROUNDED = 1e-4, 5e-2  # the most that a graph may differ from the network with its stored weights, and with the trained ones


def counted(network: nn.Module) -> int:
    return sum(p.numel() for p in network.parameters())


def shipped(network: nn.Module, ema: dict, feeds: list[dict[str, np.ndarray]], folder: Path, bits: int, graph_of=lambda n: n, any_size: bool = False) -> Path:
    """The graph and the way back, both checked: what is shipped is what a later training starts from."""
    network.load_state_dict(ema)
    network.eval()
    file, inputs = folder / "model.onnx", list(feeds[0])
    # The batch of two keeps the tracer from folding it away.
    traced = tuple(torch.from_numpy(values[:2]) for values in feeds[0].values())
    to_onnx(graph_of(network), traced, inputs, "out", file, any_size=any_size, bits=bits)
    worst = max(agree(network, fed, file, ROUNDED) for fed in feeds)
    (folder / "model.json").write_text(json.dumps({"files": cards.files_entry(file)}))
    write_names(ema, folder, file)
    network.load_state_dict(weights_of(folder))
    exact = max(agree(network, fed, file, EXACT) for fed in feeds)
    print(f"{file.name}: {file.stat().st_size / 1e6:.2f} MB, {counted(network) / 1e6:.2f} M parameters; worst difference to the network with the stored weights {exact:.1e}, with the trained ones {worst:.1e}")
    return file


def feeds_of(channels: int, h: int, w: int, n: int, name: str, levels: np.ndarray, low: float = -1) -> dict[str, np.ndarray]:
    noise = np.random.default_rng(1).standard_normal((n, channels, h, w)).astype(np.float32)
    return {"sample": noise if low == -1 else 0.5 + noise * levels[:, None, None, None], name: levels.astype(np.float32)}


def denoiser(saved: dict, folder: Path, id_: str, told: dict, args: argparse.Namespace) -> dict:
    config = UNetConfig.from_dict(saved["config"])
    network = UNet(config)
    file = shipped(network, saved["ema"], [feeds_of(1, 28, 28, 5, "timestep", np.array([0, 10, 250.5, 600, 999], np.float32))], folder, args.bits)
    told |= cards.DIGITS | {"madeBy": cards.made_by(f"{(saved['images'] + args.before) / 60000:.0f} epochs", counted(network))}
    name = "Handwritten digits, learned variance" if config.learned else "Handwritten digits"
    return cards.denoiser(id_, name, file, cards.image(1, 28), cards.level("timestep", "timestep"), "epsilon",
                          "learned-range" if config.learned else "none", cards.LINEAR, told)


def score(saved: dict, folder: Path, id_: str, told: dict, args: argparse.Namespace) -> dict:
    largest = SETS.get(id_)
    if largest is None:
        raise SystemExit(f"The score network is packed as {' or '.join(SETS)}, by the name of the folder.")
    network = ScoreNet(UNetConfig.from_dict(saved["config"]))
    sigmas = np.array([0.01, 0.06, 0.5, 1, 10], np.float32)
    file = shipped(network, saved["ema"], [feeds_of(1, 28, 28, 5, "sigma", sigmas, low=0)], folder, args.bits)
    told |= cards.DIGITS | {"madeBy": cards.made_by(f"{(saved['images'] + args.before) / 60000:.0f} epochs", counted(network))}
    noise = {"kind": "ve", "geometric": {"largest": largest, "smallest": SMALLEST, "count": LEVELS}, "start": "normal"}
    return cards.denoiser(id_, f"Digits for annealed Langevin, sigma {largest:g} to {SMALLEST}", file, cards.image(1, 28, low=0), cards.level("sigma", "sigma"),
                          "score-ve", "none", noise, told)


def faces(saved: dict, folder: Path, id_: str, told: dict, args: argparse.Namespace) -> dict:
    network = UNet(UNetConfig.from_dict(saved["config"]))
    file = shipped(network, saved["ema"], [feeds_of(3, 64, 64, 5, "timestep", np.array([0, 10, 250.5, 600, 999], np.float32))], folder, args.bits)
    told |= cards.FACES | {"madeBy": cards.made_by(f"{saved['images'] + args.before:,} faces seen", counted(network))}
    return cards.denoiser(id_, "Faces", file, cards.image(3, 64), cards.level("timestep", "timestep"), "v", "none", cards.LINEAR, told)


def photo(saved: dict, folder: Path, id_: str, told: dict, args: argparse.Namespace) -> dict:
    def graph_of(network: PhotoNet) -> PhotoNet:
        unfolded = copy.deepcopy(network)
        unfolded.fold, unfolded.stem = nn.Identity(), unfolding_stem(unfolded.stem, unfolded.config.patch)
        return unfolded

    network = PhotoNet(PhotoConfig.from_dict(saved["config"]))
    sizes = ((3, 64, 72), (1, 128, 200))
    file = shipped(network, saved["ema"], [feeds_of(3, h, w, n, "timestep", np.linspace(0, 999, n)) for n, h, w in sizes], folder, args.bits, graph_of, any_size=True)
    apart = held_out()
    kept = [line for line in args.credits.read_text().splitlines() if line.startswith("|") and not any(name in line for name in apart)]
    (folder / "CREDITS.md").write_text("# The photographs this model was trained on\n\n" + "\n".join(kept) + "\n")
    told |= {"licence": "CC BY-SA 4.0; the photographs are CC0, CC BY, CC BY-SA, GPL and LGPL, each named in CREDITS.md",
             "trainedOn": f"{len(kept) - 2} free photographs, in crops: textures, edges and small things, not scenes. Authors and licences: CREDITS.md",
             "madeBy": cards.made_by(f"{saved['images'] + args.before:,} crops of 64 pixels", counted(network))}
    size = {"multipleOf": 8, "min": 64, "max": 768, "best": [256, 512]}
    return cards.denoiser(id_, "Photographs", file, {"channels": 3, "range": [-1, 1], "size": size}, cards.level("timestep", "timestep"),
                          "v", "learned-range", cards.LINEAR, told)


class Judge(nn.Module):
    """The classifier with its softmax: the package gives probabilities."""

    def __init__(self, network: nn.Module) -> None:
        super().__init__()
        self.network = network

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.network(x).softmax(1)


def judge(saved: dict, folder: Path, id_: str, told: dict, args: argparse.Namespace) -> dict:
    classifier = Classifier()
    classifier.load_state_dict(saved["model"])
    network = Judge(classifier).eval()
    file = folder / "model.onnx"
    to_onnx(network, (torch.randn(2, 1, 28, 28),), ["sample"], "probabilities", file)
    worst = agree(network, {"sample": np.random.default_rng(1).uniform(-1, 1, (5, 1, 28, 28)).astype(np.float32)}, file, ROUNDED)
    print(f"{file.name}: {file.stat().st_size / 1e6:.3f} MB, worst difference {worst:.1e}")
    quality = f"{saved['accuracy'] * 100:.2f} % of the 10,000 test digits right; confidence over 0.9 on {saved['confident'] * 100:.1f} % of them, and on {saved['fooled'] * 100:.1f} % of noise, blanks, shuffled and negative digits"
    return {"format": 1, "task": "classifier", "id": id_, "name": "Digit judge", "files": cards.files_entry(file), "image": cards.image(1, 28),
            "input": {"sample": "sample", "batch": "dynamic"}, "output": {"name": "probabilities", "classes": [str(d) for d in range(10)]},
            "provenance": cards.DIGITS | {"madeBy": "Palimpsest, tools/training", "state": "finished", "quality": quality}}


TASKS = {"denoiser": denoiser, "score": score, "faces": faces, "photo": photo, "judge": judge}


def main() -> None:
    p = argparse.ArgumentParser(description=__doc__)
    p.add_argument("task", choices=list(TASKS))
    p.add_argument("checkpoint", type=Path)
    p.add_argument("folder", type=Path, help="its name is the model's id")
    p.add_argument("--state", choices=["finished", "preview"], default="preview")
    p.add_argument("--quality", help="one measured sentence for the card")
    p.add_argument("--before", type=int, default=0, help="pictures seen before the run that made this checkpoint, where it started warm")
    p.add_argument("--bits", type=int, choices=[8, 16], default=16, help="of the large weights as stored")
    p.add_argument("--credits", type=Path, help="of photo: the table of pictures, authors and licences")
    args = p.parse_args()
    if args.task == "photo" and args.credits is None:
        raise SystemExit("Whose photographs? Give --credits FILE.")
    told = {"licence": "", "trainedOn": "", "madeBy": "", "state": args.state, **({"quality": args.quality} if args.quality else {})}
    # Made beside the folder and moved when every check has passed, the card last.
    args.folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".export-", dir=args.folder.parent) as scratch:
        made = Path(scratch)
        card = TASKS[args.task](torch.load(args.checkpoint, map_location="cpu", weights_only=True), made, args.folder.name, told, args)
        (made / "model.json").write_text(json.dumps(card, indent=2) + "\n")
        args.folder.mkdir(exist_ok=True)
        for file in sorted(made.iterdir(), key=lambda f: f.name == "model.json"):
            os.replace(file, args.folder / file.name)


if __name__ == "__main__":
    main()
