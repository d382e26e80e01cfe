"""What both exports do: network to graph, graph held against the network, card beside it; a package whole or not at all."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import tempfile
import warnings
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import torch
from onnx import TensorProto, helper, numpy_helper
from torch import nn

HALF_FROM = 256  # tensors of fewer elements stay float32
OPSET = 18


def package(network: nn.Module, size: tuple[int, int], channels: int, levels: np.ndarray, half: bool, out: Path, card: dict) -> None:
    """Writes OUT/model.onnx and OUT/model.json, or leaves OUT as it was. `levels`: some the network knows; their kind is the input's."""
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]{0,63}", out.name):
        raise SystemExit(f'The folder\'s name is the model\'s id: lower-case letters, digits and hyphens, not "{out.name}".')
    out.parent.mkdir(parents=True, exist_ok=True)
    network = network.eval().requires_grad_(False)
    with tempfile.TemporaryDirectory(prefix=".export-", dir=out.parent) as scratch:
        # In a folder of its own: above 2 GiB the exporter writes every tensor as a file beside the graph.
        raw, made = Path(scratch) / "raw" / "model.onnx", Path(scratch) / "model.onnx"
        raw.parent.mkdir()
        height, width = size
        sample = torch.randn(2, channels, height, width)
        # The batch of two keeps the tracer from folding it away.
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            torch.onnx.export(network, (sample, torch.from_numpy(levels[:2])), str(raw), input_names=["sample", "level"], output_names=["out"],
                              dynamic_axes={name: {0: "batch"} for name in ("sample", "level", "out")}, opset_version=OPSET, dynamo=False)
        graph = onnx.load(str(raw))
        if half:
            halve(graph)
        if graph.ByteSize() >= 2**31:
            raise SystemExit("The graph is 2 GiB or more, which an ONNX file cannot hold: leave --float32 out.")
        onnx.save(graph, str(made))
        worst = difference(network, made, channels, size, levels)
        if not worst <= (3e-2 if half else 1e-4):  # nor where it is no number
            raise SystemExit(f"The graph differs from the network by {worst:.1e} of its largest value: nothing was written.")
        whole = {"format": 1, "task": "denoiser", "id": out.name,
                 "files": [{"file": "model.onnx", "sha256": sha256(made), "precision": "float16" if half else "float32"}], **card}
        (Path(scratch) / "model.json").write_text(json.dumps(whole, indent=2) + "\n")
        out.mkdir(exist_ok=True)
        for name in ("model.onnx", "model.json"):
            os.replace(Path(scratch) / name, out / name)
        shutil.rmtree(raw.parent)
    print(f"{out}: {sum(p.numel() for p in network.parameters()) / 1e6:.1f} M weights, {(out / 'model.onnx').stat().st_size / 1e6:.1f} MB, "
          f"difference to the network {worst:.1e} of its largest value")


def halve(graph: onnx.ModelProto) -> None:
    """Large float32 tensors as float16, each behind one Cast, which a session does once when it starts."""
    casts = []
    for tensor in graph.graph.initializer:
        if tensor.data_type != TensorProto.FLOAT or np.prod(tensor.dims) < HALF_FROM:
            continue
        name, values = tensor.name, numpy_helper.to_array(tensor)
        if np.abs(values).max() > np.finfo(np.float16).max:
            raise SystemExit(f"The weight {name} is too large for float16: give --float32.")
        tensor.CopyFrom(numpy_helper.from_array(values.astype(np.float16), f"{name}.half"))
        casts.append(helper.make_node("Cast", [f"{name}.half"], [name], name=f"{name}.cast", to=TensorProto.FLOAT))
    for node in reversed(casts):
        graph.graph.node.insert(0, node)


def difference(network: nn.Module, file: Path, channels: int, size: tuple[int, int], levels: np.ndarray) -> float:
    """Largest difference over the largest value, for a batch the graph was not traced with."""
    session = onnxruntime.InferenceSession(str(file), providers=["CPUExecutionProvider"])
    sample = np.random.default_rng(1).standard_normal((len(levels), channels, *size)).astype(np.float32)
    ours = session.run(None, {"sample": sample, "level": levels})[0]
    with torch.no_grad():
        theirs = network(torch.from_numpy(sample), torch.from_numpy(levels)).numpy()
    return float(np.abs(ours - theirs).max() / np.abs(theirs).max())


def sha256(file: Path) -> str:
    with file.open("rb") as bytes_:
        return hashlib.file_digest(bytes_, "sha256").hexdigest()


def provenance(licence: str, trained_on: str, made_by: str) -> dict:
    return {"licence": licence, "trainedOn": trained_on, "madeBy": made_by, "state": "finished"}
