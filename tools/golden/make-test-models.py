"""Write the tiny ONNX graphs of the engine's tests: python make-test-models.py ../../tests/support/models

Each is a few operators whose answer can be worked out by hand; none is trained. Needs onnx and numpy. The files are committed: running
this again with the onnx version of requirements.txt gives the same bytes.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

FLOAT, HALF, INT64, INT32 = TensorProto.FLOAT, TensorProto.FLOAT16, TensorProto.INT64, TensorProto.INT32
node = helper.make_node


def value(name: str, kind: int, shape: list[str | int]) -> onnx.ValueInfoProto:
    return helper.make_tensor_value_info(name, kind, shape)


def constant(name: str, numbers: object, kind: type = np.float32) -> onnx.TensorProto:
    return numpy_helper.from_array(np.asarray(numbers, dtype=kind), name)


def write(file: Path, nodes: list, inputs: list, outputs: list, constants: list = (), domains: tuple[str, ...] = ("",)) -> None:
    graph = helper.make_graph(nodes, file.stem, inputs, outputs, list(constants))
    opsets = [helper.make_opsetid(domain, 18 if domain == "" else 1) for domain in domains]
    model = helper.make_model(graph, opset_imports=opsets, ir_version=9, producer_name="palimpsest-tests")
    if domains == ("",):
        onnx.checker.check_model(model)
    file.write_bytes(model.SerializeToString(deterministic=True))


def image(name: str = "sample", n: str | int = "n", c: int = 1, h: str | int = 8, w: str | int = 8, kind: int = FLOAT) -> onnx.ValueInfoProto:
    return value(name, kind, [n, c, h, w])


def factor_of_level(level: str) -> list:
    """`factor` [n, 1, 1, 1] = 0.3 + 0.0004 * level: an output that is wrong as soon as the levels are mixed up between images."""
    return [node("Cast", [level], ["level"], to=FLOAT), node("Mul", ["level", "slope"], ["risen"]), node("Add", ["risen", "base"], ["flat"]),
            node("Reshape", ["flat", "column"], ["factor"])]


def main() -> None:
    out = Path(sys.argv[1])
    out.mkdir(parents=True, exist_ok=True)
    by_level = [constant("slope", 0.0004), constant("base", 0.3), constant("column", [-1, 1, 1, 1], np.int64)]
    scaled = [*factor_of_level("timestep"), node("Mul", ["sample", "factor"], ["out"])]
    steps = value("timestep", INT64, ["n"])

    write(out / "linear.onnx", scaled, [image(), steps], [image("out")], by_level)
    write(out / "fixed-batch.onnx", scaled, [image(n=4), value("timestep", INT64, [4])], [image("out", n=4)], by_level)
    write(out / "scalar.onnx", scaled, [image(), value("timestep", INT64, [])], [image("out")], by_level)
    write(out / "column.onnx", scaled, [image(), value("timestep", INT32, ["n", 1])], [image("out")], by_level)
    write(out / "any-size.onnx", scaled, [image(c=3, h="h", w="w"), steps], [image("out", c=3, h="h", w="w")], by_level)
    write(out / "latent.onnx", scaled, [image(c=4), steps], [image("out", c=4)], by_level)
    write(out / "text.onnx", scaled, [image(), steps, value("encoder_hidden_states", FLOAT, ["n", 77, 768])], [image("out")], by_level)
    write(out / "half.onnx", [node("Identity", ["sample"], ["out"])], [image(kind=HALF), steps], [image("out", kind=HALF)])
    write(out / "nan.onnx", [node("Abs", ["sample"], ["a"]), node("Neg", ["a"], ["b"]), node("Sub", ["b", "one"], ["c"]), node("Log", ["c"], ["out"])],
          [image(), steps], [image("out")], [constant("one", 1)])
    write(out / "flat.onnx", [node("Mul", ["sample", "zero"], ["a"]), node("Add", ["a", "quarter"], ["out"])], [image(), steps], [image("out")],
          [constant("zero", 0), constant("quarter", 0.25)])
    write(out / "learned-range.onnx", [*factor_of_level("timestep"), node("Mul", ["sample", "factor"], ["mean"]), node("Tanh", ["sample"], ["v"]),
                                       node("Concat", ["mean", "v"], ["out"], axis=1)], [image(), steps], [image("out", c=2)], by_level)
    # The score of N(0, 1) data seen through noise of level sigma: -x / (1 + sigma^2).
    write(out / "sigma.onnx", [node("Mul", ["sigma", "sigma"], ["s2"]), node("Add", ["s2", "one"], ["total"]), node("Reshape", ["total", "column"], ["d"]),
                               node("Div", ["sample", "d"], ["q"]), node("Neg", ["q"], ["out"])],
          [image(), value("sigma", FLOAT, ["n"])], [image("out")], [constant("one", 1), constant("column", [-1, 1, 1, 1], np.int64)])
    write(out / "custom.onnx", [node("Bar", ["sample"], ["out"], domain="com.acme")], [image(), steps], [image("out")], domains=("", "com.acme"))
    write(out / "classes.onnx", [node("ReduceMean", ["sample", "axes"], ["m"], keepdims=0), node("Mul", ["m", "weights"], ["l"]), node("Softmax", ["l"], ["p"])],
          [image()], [value("p", FLOAT, ["n", 2])], [constant("axes", [2, 3], np.int64), constant("weights", [[1, -1]])])

    # Enough arithmetic for two devices to differ in the last bits: a residual pair of convolutions with a level-dependent shift.
    rng = np.random.default_rng(2026)
    first, second = rng.normal(0, 0.2, (16, 3, 3, 3)), rng.normal(0, 0.1, (3, 16, 3, 3))
    write(out / "conv.onnx", [*factor_of_level("timestep"), node("Conv", ["sample", "first"], ["a"], pads=[1, 1, 1, 1]), node("Add", ["a", "factor"], ["b"]),
                              node("Tanh", ["b"], ["c"]), node("Conv", ["c", "second"], ["d"], pads=[1, 1, 1, 1]), node("Mul", ["sample", "factor"], ["e"]),
                              node("Add", ["d", "e"], ["out"])],
          [image(c=3, h=16, w=16), steps], [image("out", c=3, h=16, w=16)], [*by_level, constant("first", first), constant("second", second)])

    # The linear model with its two floats in a file of their own (shape inference wants the integers inside).
    graph = onnx.load(str(out / "linear.onnx"))
    data = b""
    for tensor in (entry for entry in graph.graph.initializer if entry.data_type == FLOAT):
        raw = tensor.raw_data
        tensor.ClearField("raw_data")
        tensor.data_location = TensorProto.EXTERNAL
        for key, text in (("location", "external.bin"), ("offset", str(len(data))), ("length", str(len(raw)))):
            tensor.external_data.add(key=key, value=text)
        data += raw
    (out / "external.onnx").write_bytes(graph.SerializeToString(deterministic=True))
    (out / "external.bin").write_bytes(data)

    # What src/engine/probe-model.ts holds as text.
    write(out / "probe.onnx", [node("MatMul", ["x", "w"], ["y"])], [value("x", FLOAT, [1, 4])], [value("y", FLOAT, [1, 4])],
          [constant("w", [[1, 2, 0, 0], [0, 1, 3, 0], [0, 0, 1, 4], [5, 0, 0, 1]])])


if __name__ == "__main__":
    main()
