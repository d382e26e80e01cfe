"""Milliseconds a call of a shipped graph beside torch's own two exports of the same weights, and beside 8-bit variants, in one run:

    python compare_exports.py ../../models/photo --photos DIR/photos       # photographs to calibrate 8-bit activations on
    python compare_exports.py ../../models/mnist

Every round times every graph once, so that a busy minute falls on all alike; the fastest round and the quartiles are told. Two threads, like a small
laptop; denormals as zero, as the product has it. How near a variant is to the float graph is told as PSNR of the clean estimate, whose range is
2, over a row of noise levels, and as the largest difference.
"""

from __future__ import annotations

import argparse
import json
import shutil
import tempfile
import time
import warnings
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import torch
from onnxruntime.quantization import CalibrationDataReader, QuantFormat, QuantType, quantize_dynamic, quantize_static
from PIL import Image
from torch import nn

from graph import store_small
from noise import alpha_bars
from package import weights_of
from photo_data import held_out
from photo_net import PhotoConfig, PhotoNet
from unet import UNet, UNetConfig

warnings.filterwarnings("ignore")
INPUTS = ["sample", "timestep"]


def network_of(folder: Path, card: dict) -> nn.Module:
    learned = card["output"]["variance"] == "learned-range"
    network = PhotoNet(PhotoConfig()) if card["id"].startswith("photo") else UNet(UNetConfig(learned=learned))
    network.load_state_dict(weights_of(folder))
    return network.eval()


def exported(network: nn.Module, shape: tuple[int, ...], any_size: bool, file: Path, dynamo: bool) -> None:
    """As torch does it when nothing is said but that batch (and size) may change."""
    sample, level = torch.randn(2, *shape[1:]), torch.tensor([10.0, 500.0])
    if dynamo:
        batch = torch.export.Dim("batch", min=1, max=64)
        # Sides must be said to be multiples of 8: the exporter proves that the levels of the U-Net meet again.
        sides = {2: 8 * torch.export.Dim("h", min=8, max=128), 3: 8 * torch.export.Dim("w", min=8, max=128)} if any_size else {}
        torch.onnx.export(network, (sample, level), str(file), input_names=INPUTS, output_names=["out"], dynamic_shapes=({0: batch, **sides}, {0: batch}),
                          opset_version=18, dynamo=True, external_data=False, verbose=False)
        return
    axes = {"sample": {0: "batch"}, "timestep": {0: "batch"}, "out": {0: "batch"}}
    if any_size:
        axes |= {name: {0: "batch", 2: "height", 3: "width"} for name in ("sample", "out")}
    torch.onnx.export(network, (sample, level), str(file), input_names=INPUTS, output_names=["out"], dynamic_axes=axes, opset_version=18, dynamo=False)


def weights_only(source: Path, file: Path) -> None:
    """Weights as 8-bit whole numbers with a scale a channel, turned back when the session starts."""
    graph = onnx.load(str(source))
    store_small(graph, 8)
    onnx.save(graph, str(file))


def pictures_of(photos: Path | None, shape: tuple[int, ...], count: int, apart: bool) -> np.ndarray:
    """Squares of photographs (those held out, or the others), or, for digits and without photographs, smooth noise. [count, c, h, w] in -1..1."""
    size, generator = shape[2], np.random.default_rng(5)
    if photos is None:
        small = torch.from_numpy(generator.standard_normal((count, shape[1], 7, 7)).astype(np.float32))
        return torch.nn.functional.interpolate(small, size=shape[2:], mode="bicubic").clamp(-1, 1).numpy()
    files = [f for f in sorted(photos.glob("*.jpg")) if (f.name in held_out()) == apart][:count]
    found = []
    for file in files:
        picture = Image.open(file).convert("RGB").reduce(4)
        x, y = generator.integers(0, picture.width - size), generator.integers(0, picture.height - size)
        found.append(np.asarray(picture.crop((x, y, x + size, y + size)), np.float32).transpose(2, 0, 1) / 127.5 - 1)
    return np.stack(found)


def noised(pictures: np.ndarray, levels: list[int]) -> Iterator[tuple[np.ndarray, np.ndarray, float]]:
    """Each picture at each level: the feeds of a call, and the level's alpha-bar."""
    bars, generator = alpha_bars().numpy(), np.random.default_rng(6)
    for picture in pictures:
        for t in levels:
            a = float(bars[t])
            x = np.sqrt(a) * picture + np.sqrt(1 - a) * generator.standard_normal(picture.shape)
            yield x[None].astype(np.float32), np.array([t], np.float32), a


class Calibration(CalibrationDataReader):
    def __init__(self, feeds: list[dict]) -> None:
        self.feeds = iter(feeds)

    def get_next(self) -> dict | None:
        return next(self.feeds, None)


def session(file: Path, optimised: Path | None = None) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 2
    options.log_severity_level = 3
    options.add_session_config_entry("session.set_denormal_as_zero", "1")
    if optimised is not None:
        options.optimized_model_filepath = str(optimised)
    return onnxruntime.InferenceSession(str(file), options, providers=["CPUExecutionProvider"])


def clean(output: np.ndarray, x: np.ndarray, a: float, predicts: str) -> np.ndarray:
    mean = output[:, : x.shape[1]]
    return np.sqrt(a) * x - np.sqrt(1 - a) * mean if predicts == "v" else (x - np.sqrt(1 - a) * mean) / np.sqrt(a)


def main() -> None:
    p = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    p.add_argument("package", type=Path)
    p.add_argument("--photos", type=Path)
    p.add_argument("--size", type=int, default=128)
    p.add_argument("--batch", type=int, default=1)
    p.add_argument("--rounds", type=int, default=25)
    p.add_argument("--without", nargs="*", default=[], help="graphs to leave out, by the beginning of their names")
    p.add_argument("--operators", action="store_true", help="count the operators of each graph after onnxruntime's own optimisation")
    args = p.parse_args()
    torch.set_num_threads(2)
    card = json.loads((args.package / "model.json").read_text())
    free = "multipleOf" in card["image"]["size"]
    side = args.size if free else card["image"]["size"]["width"]
    shape = (args.batch, card["image"]["channels"], side, side)
    network = network_of(args.package, card)
    scratch = Path(tempfile.mkdtemp(prefix="compare-"))
    graphs: dict[str, Path] = {"shipped": args.package / card["files"][0]["file"]}

    def add(name: str, make) -> None:
        if any(name.startswith(one) for one in args.without):
            return
        file = scratch / f"{name}.onnx"
        try:
            make(file)
            session(file)
            graphs[name] = file
        except Exception as error:  # noqa: BLE001: what cannot be made or run is a result too
            print(f"{name}: {str(error).splitlines()[0][:160]}")

    levels = [20, 100, 250, 500, 800]
    known = [{"sample": x, "timestep": t} for x, t, _ in noised(pictures_of(args.photos, (1, *shape[1:]), 6, apart=False), levels)]
    plain = scratch / "plain.onnx"
    exported(network, shape, free, plain, dynamo=False)
    add("torch, dynamo=False", lambda file: shutil.copy(plain, file))
    add("torch, dynamo=True", lambda file: exported(network, shape, free, file, dynamo=True))
    add("8-bit weights alone", lambda file: weights_only(plain, file))
    add("8-bit, dynamic", lambda file: quantize_dynamic(str(plain), str(file), op_types_to_quantize=["Conv"], weight_type=QuantType.QUInt8))
    add("8-bit, calibrated", lambda file: quantize_static(str(plain), str(file), Calibration(known), quant_format=QuantFormat.QDQ, per_channel=True,
                                                        op_types_to_quantize=["Conv"], activation_type=QuantType.QUInt8, weight_type=QuantType.QInt8))
    sessions = {name: session(file, scratch / f"{name}.optimised" if args.operators else None) for name, file in graphs.items()}
    feeds = {"sample": np.random.default_rng(1).standard_normal(shape).astype(np.float32), "timestep": np.linspace(900, 30, args.batch, dtype=np.float32)}
    times: dict[str, list[float]] = {name: [] for name in graphs}
    for turn in range(args.rounds + 2):
        for name in graphs:
            began = time.perf_counter()
            for _ in range(3):
                sessions[name].run(None, feeds)
            if turn >= 2:
                times[name].append((time.perf_counter() - began) / 3 * 1000)
    seen = list(noised(pictures_of(args.photos, (1, *shape[1:]), 4, apart=True), levels))
    with torch.no_grad():
        right = [network(torch.from_numpy(x), torch.from_numpy(t)).numpy() for x, t, _ in seen]
    print(f"{card['id']}, {' x '.join(map(str, shape))}, {args.rounds} rounds of 3 calls, 2 threads, onnxruntime {onnxruntime.__version__}, torch {torch.__version__}\n")
    print("| graph | file, MB | ms a call, fastest | quartiles | PSNR of the estimate | largest difference |\n|---|---|---|---|---|---|")
    for name, file in graphs.items():
        answers = [sessions[name].run(None, {"sample": x, "timestep": t})[0] for x, t, _ in seen]
        worst = max(float(np.abs(a - b).max()) for a, b in zip(answers, right))
        errors = [np.square(clean(one, x, a, card["output"]["predicts"]) - clean(other, x, a, card["output"]["predicts"])).mean() for one, other, (x, _, a) in zip(answers, right, seen)]
        low, middle, high = np.percentile(times[name], [25, 50, 75])
        print(f"| {name} | {file.stat().st_size / 1e6:.2f} | {min(times[name]):.2f} | {low:.2f}, {middle:.2f}, {high:.2f} | {10 * np.log10(4 / max(np.mean(errors), 1e-12)):.1f} dB | {worst:.1e} |")
    if args.operators:
        for name in graphs:
            kinds: dict[str, int] = {}
            for node in onnx.load(str(scratch / f"{name}.optimised")).graph.node:
                kinds[node.op_type] = kinds.get(node.op_type, 0) + 1
            print(f"\n{name}: " + ", ".join(f"{kind} {count}" for kind, count in sorted(kinds.items(), key=lambda pair: -pair[1])))
    shutil.rmtree(scratch)


if __name__ == "__main__":
    main()
