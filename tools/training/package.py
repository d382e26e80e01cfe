"""The weights inside a shipped package, by the names they were trained under: what a training run warm-starts from."""

from __future__ import annotations

import json
from pathlib import Path

import onnx
import torch
from onnx import numpy_helper
from torch import Tensor


NAMES = "weights.json"


def weights_of(source: Path) -> dict[str, Tensor]:
    """Of a package folder (model.json, its first file, weights.json) or of a checkpoint (its averaged weights)."""
    if source.is_file():
        return torch.load(source, map_location="cpu", weights_only=True)["ema"]
    card = json.loads((source / "model.json").read_text())
    tensors = initialisers(onnx.load(str(source / card["files"][0]["file"])))
    named = json.loads((source / NAMES).read_text())
    weights = {key: tensors[place["tensor"]].reshape(place["shape"]) for key, place in named.items() if not place.get("unfold")}
    return weights | {key: folded(tensors[place["tensor"]]) for key, place in named.items() if place.get("unfold")}


def write_names(network: dict[str, Tensor], folder: Path, file: Path) -> None:
    """Which tensor of the graph holds which weight: the exporter renames some and shares equal ones. Refuses where one is not in it."""
    tensors = initialisers(onnx.load(str(file)))
    named = {key: place_of(key, weight.detach().float(), tensors) for key, weight in network.items()}
    (folder / NAMES).write_text(json.dumps(named, indent=0) + "\n")


def initialisers(graph: onnx.ModelProto) -> dict[str, Tensor]:
    """The weights as the graph computes with them, those of 8 bits by the name they had before (graph.py, `store_small`)."""
    kinds = (onnx.TensorProto.FLOAT, onnx.TensorProto.FLOAT16, onnx.TensorProto.INT8)
    found = {t.name: torch.from_numpy(numpy_helper.to_array(t).astype("float32")) for t in graph.graph.initializer if t.data_type in kinds}
    whole = [name.removesuffix(".eight") for name in found if name.endswith(".eight")]
    return found | {name: found[f"{name}.eight"] * found[f"{name}.scale"] for name in whole}


def place_of(key: str, weight: Tensor, tensors: dict[str, Tensor]) -> dict:
    shape = list(weight.shape)
    # Large ones are stored as float16 or int8 under another name (graph.py, `store_small`): equal to within that rounding.
    for name in (f"{key}.half", key, *tensors):
        tensor = tensors.get(name)
        if tensor is None:
            continue
        if tensor.numel() == weight.numel() and same(tensor.flatten(), weight.flatten(), f"{name}.eight" in tensors):
            return {"tensor": name, "shape": shape}
        if key == "stem.weight" and tensor.ndim == 4 and tensor.shape[2] > 3 and same(folded(tensor), weight, f"{name}.eight" in tensors):
            return {"tensor": name, "shape": shape, "unfold": True}
    raise SystemExit(f"The exported graph does not hold the weight {key}.")


def same(stored: Tensor, weight: Tensor, eight: bool) -> bool:
    """Half a step of 8 bits, whose scale is at most a 127th of the largest weight; else the rounding of float16."""
    return torch.allclose(stored, weight, rtol=1e-3, atol=float(weight.abs().max()) / 250 if eight else 1e-7)


def folded(weight: Tensor) -> Tensor:
    """photo_net.unfolding_stem, backwards: [out, 3, 3 p, 3 p] -> [out, 3 p p, 3, 3]."""
    out, channels, size, _ = weight.shape
    patch = size // 3
    return weight.reshape(out, channels, 3, patch, 3, patch).permute(0, 1, 3, 5, 2, 4).reshape(out, channels * patch * patch, 3, 3).contiguous()
