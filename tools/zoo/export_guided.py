"""Make a model package of an OpenAI guided-diffusion checkpoint, RePaint's among them:

    git clone https://github.com/openai/guided-diffusion
    python export_guided.py guided-diffusion 256x256_diffusion_uncond.pt OUT/imagenet-256 --name "ImageNet" --licence "MIT; research only by its model card" \\
        --trained-on "ImageNet (ILSVRC 2012)" --model-flags "--attention_resolutions 32,16,8 --class_cond False --image_size 256 --learn_sigma True ..."

The model flags are those the checkpoint's page gives for sampling. Without a checkpoint (-), random weights in the shape of the flags.
"""

from __future__ import annotations

import argparse
import importlib
import shlex
import sys
from pathlib import Path

import numpy as np
import torch

from pack import package, provenance


def main() -> None:
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("code", type=Path, help="a clone of guided-diffusion")
    p.add_argument("checkpoint", help="the .pt file, or - for random weights")
    p.add_argument("out", type=Path, help="folder of the package; its name is the model's id")
    p.add_argument("--model-flags", required=True, help="as published: --image_size 256 --num_channels 256 ...")
    p.add_argument("--name", required=True)
    p.add_argument("--licence", required=True)
    p.add_argument("--trained-on", required=True)
    p.add_argument("--float32", action="store_true", help="keep the weights in float32; not possible from 2 GiB on")
    said = p.parse_args()
    sys.path.insert(0, str(said.code))
    try:
        util = importlib.import_module("guided_diffusion.script_util")
        # Its attention saves memory in a way that cannot be traced; without gradients there is nothing to save.
        importlib.import_module("guided_diffusion.unet").checkpoint = lambda run, inputs, parameters, flag: run(*inputs)
    except ImportError as error:
        raise SystemExit(f"{said.code} is no clone of guided-diffusion: {error}.") from error
    flags = argparse.ArgumentParser()
    util.add_dict_to_argparser(flags, util.model_and_diffusion_defaults())
    asked = vars(flags.parse_args(shlex.split(said.model_flags)))
    if asked["class_cond"]:
        raise SystemExit("This model wants a class; Palimpsest does not run such ones yet.")
    if asked["noise_schedule"] not in ("linear", "cosine"):
        raise SystemExit(f"guided-diffusion has no schedule {asked['noise_schedule']}.")
    asked["use_fp16"] = False
    torch.manual_seed(7)
    network, _ = util.create_model_and_diffusion(**asked)
    if said.checkpoint == "-":
        # It begins with zeros where a block ends: a graph of zeros would agree with anything.
        for weight in network.parameters():
            weight.data += 0.02 * torch.randn_like(weight)
    else:
        network.load_state_dict(torch.load(said.checkpoint, map_location="cpu", weights_only=True))
    count, size = asked["diffusion_steps"], asked["image_size"]
    # The published linear betas are scaled with the number of steps.
    betas = {"schedule": "cosine"} if asked["noise_schedule"] == "cosine" else {"schedule": "linear", "start": 0.1 / count, "end": 20 / count}
    scale = 1000 / count if asked["rescale_timesteps"] else 1
    card = {
        "name": said.name,
        "image": {"channels": 3, "range": [-1, 1], "size": {"width": size, "height": size}},
        "input": {"sample": "sample", "batch": "dynamic",
                  "level": {"name": "level", "kind": "timestep", "type": "float32", "shape": "batch", "between": True, "scale": scale}},
        "output": {"name": "out", "predicts": "x0" if asked["predict_xstart"] else "epsilon", "variance": "learned-range" if asked["learn_sigma"] else "none"},
        "noise": {"kind": "vp", "betas": {**betas, "count": count}},
        "provenance": provenance(said.licence, said.trained_on, "guided-diffusion, exported by tools/zoo/export_guided.py"),
    }
    package(network, (size, size), 3, np.array([0, count / 3, count - 1], np.float32) * np.float32(scale), not said.float32, said.out, card)


if __name__ == "__main__":
    main()
