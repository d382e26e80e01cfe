"""From a PyTorch network to an ONNX file: small weights, float32 at the boundary, run beside the network before anyone gets it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import torch
from onnx import NodeProto, TensorProto, helper, numpy_helper
from torch import Tensor, nn

HALF_FROM = 256  # tensors of fewer elements stay float32
EIGHT_FROM = 4096  # and of fewer than this at least float16


def store_small(graph: onnx.ModelProto, bits: int) -> None:
    """
    Store large float32 initialisers as float16, or as int8 with a scale for each output channel. What restores them folds into a constant when a
    session starts, so a step costs the same.
    """
    restoring: list[NodeProto] = []
    scales: list[TensorProto] = []
    for tensor in graph.graph.initializer:
        count = np.prod(tensor.dims)
        if tensor.data_type != TensorProto.FLOAT or count < HALF_FROM:
            continue
        values, name = numpy_helper.to_array(tensor), tensor.name
        if bits == 8 and count >= EIGHT_FROM and values.ndim > 1:
            whole, scale = eight(values)
            tensor.CopyFrom(numpy_helper.from_array(whole, f"{name}.eight"))
            scales.append(numpy_helper.from_array(scale, f"{name}.scale"))
            restoring.append(helper.make_node("Cast", [f"{name}.eight"], [f"{name}.whole"], name=f"{name}.cast", to=TensorProto.FLOAT))
            restoring.append(helper.make_node("Mul", [f"{name}.whole", f"{name}.scale"], [name], name=f"{name}.mul"))
        else:
            tensor.CopyFrom(numpy_helper.from_array(values.astype(np.float16), f"{name}.half"))
            restoring.append(helper.make_node("Cast", [f"{name}.half"], [name], name=f"{name}.cast", to=TensorProto.FLOAT))
    graph.graph.initializer.extend(scales)
    for node in reversed(restoring):
        graph.graph.node.insert(0, node)


def eight(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """int8 in -127..127 and the scale a row that restores it."""
    axes = tuple(range(1, values.ndim))
    scale = np.abs(values).max(axis=axes, keepdims=True).astype(np.float32) / 127
    scale[scale == 0] = 1
    return np.rint(values / scale).astype(np.int8), scale


def to_onnx(network: nn.Module, inputs: tuple[Tensor, ...], names: list[str], output: str, file: Path, any_size: bool = False, bits: int = 16) -> None:
    axes = {name: {0: "batch"} for name in [*names, output]}
    if any_size:
        axes |= {name: {0: "batch", 2: "height", 3: "width"} for name in (names[0], output)}
    torch.onnx.export(network, inputs, str(file), input_names=names, output_names=[output], dynamic_axes=axes, opset_version=18, dynamo=False)
    graph = onnx.load(str(file))
    store_small(graph, bits)
    graph.doc_string = ""
    onnx.checker.check_model(graph)
    onnx.save(graph, str(file))


def agree(network: nn.Module, feeds: dict[str, np.ndarray], file: Path, tolerance: float) -> float:
    """The largest difference, as a share of the largest answer where that is over 1. Refuses more than `tolerance`."""
    session = onnxruntime.InferenceSession(str(file), providers=["CPUExecutionProvider"])
    ours = session.run(None, feeds)[0]
    with torch.no_grad():
        theirs = network(*[torch.from_numpy(v) for v in feeds.values()]).numpy()
    worst = float(np.abs(ours - theirs).max() / max(1.0, np.abs(theirs).max()))
    if not worst <= tolerance:
        raise SystemExit(f"The exported graph differs from the network by {worst:.2e}, more than {tolerance:.0e}.")
    return worst
