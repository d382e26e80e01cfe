"""Export a trained network as a model package: python export.py denoiser RUN/checkpoint.pt ../../models/mnist

Writes model.onnx (dynamic batch, float32 at the boundary, weights stored as float16 and cast once when a session starts) and model.json,
the card with the hash. The exported graph is run beside the network and must agree; where a check fails, nothing is written.
"""

from __future__ import annotations

import argparse
import copy
import hashlib
import json
import os
import tempfile
import warnings
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import torch
from onnx import TensorProto, helper, numpy_helper
from torch import Tensor, nn

from classifier import Classifier
from package import weights_of, write_names
from photo_data import held_out
from photo_net import PhotoConfig, PhotoNet, unfolding_stem
from unet import UNet, UNetConfig

warnings.filterwarnings("ignore")
HALF_FROM = 256  # tensors of fewer elements stay float32


def halve(graph: onnx.ModelProto) -> None:
    """Store large float32 initialisers as float16, each behind one Cast."""
    casts = []
    for tensor in graph.graph.initializer:
        if tensor.data_type != TensorProto.FLOAT or np.prod(tensor.dims) < HALF_FROM:
            continue
        values = numpy_helper.to_array(tensor)
        name = tensor.name
        tensor.CopyFrom(numpy_helper.from_array(values.astype(np.float16), f"{name}.half"))
        casts.append(helper.make_node("Cast", [f"{name}.half"], [name], name=f"{name}.cast", to=TensorProto.FLOAT))
    for node in reversed(casts):
        graph.graph.node.insert(0, node)


def to_onnx(network: nn.Module, inputs: tuple[Tensor, ...], names: list[str], output: str, file: Path, any_size: bool = False) -> None:
    axes = {name: {0: "batch"} for name in [*names, output]}
    if any_size:
        axes |= {name: {0: "batch", 2: "height", 3: "width"} for name in (names[0], output)}
    torch.onnx.export(network, inputs, str(file), input_names=names, output_names=[output], dynamic_axes=axes, opset_version=18, dynamo=False)
    graph = onnx.load(str(file))
    halve(graph)
    graph.doc_string = ""
    onnx.checker.check_model(graph)
    onnx.save(graph, str(file))


def agree(network: nn.Module, feeds: dict[str, np.ndarray], file: Path, tolerance: float) -> float:
    session = onnxruntime.InferenceSession(str(file), providers=["CPUExecutionProvider"])
    ours = session.run(None, feeds)[0]
    with torch.no_grad():
        theirs = network(*[torch.from_numpy(v) for v in feeds.values()]).numpy()
    worst = float(np.abs(ours - theirs).max())
    if worst > tolerance:
        raise SystemExit(f"The exported graph differs from the network by {worst:.2e}, more than {tolerance:.0e}.")
    return worst


def sha256(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def files_entry(file: Path) -> list[dict]:
    return [{"file": file.name, "sha256": sha256(file), "precision": "float16"}]


def denoiser(checkpoint: Path, folder: Path, state: str, quality: str | None) -> None:
    saved = torch.load(checkpoint, map_location="cpu", weights_only=True)
    network = UNet(UNetConfig.from_dict(saved["config"])).eval()
    network.load_state_dict(saved["ema"])
    file = folder / "model.onnx"
    # The embedding is smooth in t, so the level may lie between trained ones. The batch of two keeps the tracer from folding it away.
    to_onnx(network, (torch.randn(2, 1, 28, 28), torch.tensor([10.0, 500.0])), ["sample", "timestep"], "out", file)
    generator = np.random.default_rng(1)
    worst = agree(network, {"sample": generator.standard_normal((5, 1, 28, 28)).astype(np.float32),
                            "timestep": np.array([0, 10, 250.5, 600, 999], np.float32)}, file, 2e-2)
    card = {
        "format": 1, "task": "denoiser", "id": "mnist", "name": "Handwritten digits",
        "files": files_entry(file),
        "image": {"channels": 1, "range": [-1, 1], "size": {"width": 28, "height": 28}},
        "input": {"sample": "sample", "batch": "dynamic",
                  "level": {"name": "timestep", "kind": "timestep", "type": "float32", "shape": "batch", "between": True, "scale": 1}},
        "output": {"name": "out", "predicts": "epsilon", "variance": "none"},
        "noise": {"kind": "vp", "betas": {"schedule": "linear", "start": 0.0001, "end": 0.02, "count": 1000}},
        "provenance": {"licence": "CC BY-SA 3.0 (as the data it was trained on)",
                       "trainedOn": "MNIST: 60,000 handwritten digits, 28 x 28 grey (LeCun, Cortes, Burges)",
                       "madeBy": f"Palimpsest, tools/training: {saved['images'] / 60000:.0f} epochs, {sum(p.numel() for p in network.parameters()) / 1e6:.2f} M parameters",
                       "state": state, **({"quality": quality} if quality else {})},
    }
    (folder / "model.json").write_text(json.dumps(card, indent=2) + "\n")
    write_names(saved["ema"], folder, file)
    print(f"{file.name}: {file.stat().st_size / 1e6:.2f} MB, worst difference to the network {worst:.1e}, {saved['step']} steps")


def photo(checkpoint: Path, folder: Path, state: str, quality: str | None, credits: Path) -> None:
    saved = torch.load(checkpoint, map_location="cpu", weights_only=True)
    network = PhotoNet(PhotoConfig.from_dict(saved["config"])).eval()
    network.load_state_dict(saved["ema"])
    shipped = copy.deepcopy(network)
    shipped.fold, shipped.stem = nn.Identity(), unfolding_stem(shipped.stem, shipped.config.patch)
    file = folder / "model.onnx"
    to_onnx(shipped, (torch.randn(2, 3, 64, 72), torch.tensor([10.0, 500.0])), ["sample", "timestep"], "out", file, any_size=True)
    generator = np.random.default_rng(1)
    worst = max(agree(network, {"sample": generator.standard_normal((n, 3, h, w)).astype(np.float32),
                                "timestep": np.linspace(0, 999, n, dtype=np.float32)}, file, 3e-2) for n, h, w in ((3, 64, 64), (1, 128, 200)))
    lines = credits.read_text().splitlines()
    apart = held_out()
    kept = [line for line in lines if line.startswith("|") and not any(name in line for name in apart)]
    (folder / "CREDITS.md").write_text("# The photographs this model was trained on\n\n" + "\n".join(kept) + "\n")
    card = {
        "format": 1, "task": "denoiser", "id": "photo", "name": "Photographs",
        "files": files_entry(file),
        "image": {"channels": 3, "range": [-1, 1], "size": {"multipleOf": 8, "min": 64, "max": 1024, "best": [256, 512]}},
        "input": {"sample": "sample", "batch": "dynamic",
                  "level": {"name": "timestep", "kind": "timestep", "type": "float32", "shape": "batch", "between": True, "scale": 1}},
        "output": {"name": "out", "predicts": "v", "variance": "learned-range"},
        "noise": {"kind": "vp", "betas": {"schedule": "linear", "start": 0.0001, "end": 0.02, "count": 1000}},
        "provenance": {"licence": "CC BY-SA 4.0; the photographs are CC0, CC BY, CC BY-SA, GPL and LGPL, each named in CREDITS.md",
                       "trainedOn": f"{len(kept) - 2} free photographs, in crops: textures, edges and small things, not scenes. Authors and licences: CREDITS.md",
                       "madeBy": f"Palimpsest, tools/training: {saved['images']:,} crops of 64 pixels, {sum(p.numel() for p in network.parameters()) / 1e6:.2f} M parameters",
                       "state": state, **({"quality": quality} if quality else {})},
    }
    (folder / "model.json").write_text(json.dumps(card, indent=2) + "\n")
    # The way back must be open: what is shipped is what a later training starts from.
    write_names(saved["ema"], folder, file)
    PhotoNet(network.config).load_state_dict(weights_of(folder))
    print(f"{file.name}: {file.stat().st_size / 1e6:.2f} MB, worst difference to the network {worst:.1e}, {saved['step']} steps")


class Judge(nn.Module):
    """The classifier with its softmax: the package gives probabilities."""

    def __init__(self, network: nn.Module) -> None:
        super().__init__()
        self.network = network

    def forward(self, x: Tensor) -> Tensor:
        return self.network(x).softmax(1)


def judge(checkpoint: Path, folder: Path) -> None:
    saved = torch.load(checkpoint, map_location="cpu", weights_only=True)
    classifier = Classifier()
    classifier.load_state_dict(saved["model"])
    network = Judge(classifier).eval()
    file = folder / "model.onnx"
    to_onnx(network, (torch.randn(2, 1, 28, 28),), ["sample"], "probabilities", file)
    worst = agree(network, {"sample": np.random.default_rng(1).uniform(-1, 1, (5, 1, 28, 28)).astype(np.float32)}, file, 2e-2)
    card = {
        "format": 1, "task": "classifier", "id": "mnist-judge", "name": "Digit judge",
        "files": files_entry(file),
        "image": {"channels": 1, "range": [-1, 1], "size": {"width": 28, "height": 28}},
        "input": {"sample": "sample", "batch": "dynamic"},
        "output": {"name": "probabilities", "classes": [str(d) for d in range(10)]},
        "provenance": {"licence": "CC BY-SA 3.0 (as the data it was trained on)",
                       "trainedOn": "MNIST: 60,000 handwritten digits, 28 x 28 grey (LeCun, Cortes, Burges)",
                       "madeBy": "Palimpsest, tools/training", "state": "finished",
                       "quality": f"{saved['accuracy'] * 100:.2f} % of the 10,000 test digits right; confidence over 0.9 on {saved['confident'] * 100:.1f} % of them, and on {saved['fooled'] * 100:.1f} % of noise, blanks, shuffled and negative digits"},
    }
    (folder / "model.json").write_text(json.dumps(card, indent=2) + "\n")
    print(f"{file.name}: {file.stat().st_size / 1e6:.3f} MB, worst difference {worst:.1e}")


def main() -> None:
    p = argparse.ArgumentParser(description=__doc__)
    p.add_argument("task", choices=["denoiser", "photo", "judge"])
    p.add_argument("checkpoint", type=Path)
    p.add_argument("folder", type=Path)
    p.add_argument("--state", choices=["finished", "preview"], default="preview")
    p.add_argument("--quality", help="one measured sentence for the card")
    p.add_argument("--credits", type=Path, help="of photo: the table of pictures, authors and licences")
    args = p.parse_args()
    if args.task == "photo" and args.credits is None:
        raise SystemExit("Whose photographs? Give --credits FILE.")
    # Made beside the folder and moved when every check has passed, the card last.
    args.folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".export-", dir=args.folder.parent) as scratch:
        made = Path(scratch)
        if args.task == "denoiser":
            denoiser(args.checkpoint, made, args.state, args.quality)
        elif args.task == "photo":
            photo(args.checkpoint, made, args.state, args.quality, args.credits)
        else:
            judge(args.checkpoint, made)
        args.folder.mkdir(exist_ok=True)
        for file in sorted(made.iterdir(), key=lambda f: f.name == "model.json"):
            os.replace(file, args.folder / file.name)


if __name__ == "__main__":
    main()
