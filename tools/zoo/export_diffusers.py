"""Make a model package of an unconditional diffusers checkpoint (UNet2DModel), for example google/ddpm-celebahq-256:

    python export_diffusers.py FOLDER OUT/ddpm-celebahq --name "Faces (CelebA-HQ)" --licence "Apache-2.0" --trained-on "CelebA-HQ, 256 x 256"
    python export_diffusers.py --tiny ddpm OUT/tiny-ddpm      # a small one of random weights, to try the way with

FOLDER is the checkpoint as downloaded: model_index.json with unet/ and scheduler/, or config.json with the weights and scheduler_config.json.
Nothing is downloaded here. Copy OUT/... into the `models` folder of Palimpsest's data folder; `palimpsest models verify` checks it.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import numpy as np
import torch
from diffusers import UNet2DModel
from torch import Tensor, nn

from pack import package, provenance

SCHEDULES = {"linear": "linear", "scaled_linear": "scaled-linear", "sigmoid": "sigmoid", "squaredcos_cap_v2": "cosine"}
PREDICTS = {"epsilon": "epsilon", "v_prediction": "v", "sample": "x0"}


class Bare(nn.Module):
    """The network as a function of two tensors."""

    def __init__(self, unet: UNet2DModel) -> None:
        super().__init__()
        self.unet = unet

    def forward(self, sample: Tensor, level: Tensor) -> Tensor:
        return self.unet(sample, level, return_dict=False)[0]


def read(folder: Path) -> tuple[UNet2DModel, dict]:
    """The network with its weights, and the scheduler's settings."""
    place = folder / "unet" if (folder / "unet").is_dir() else folder
    names = [folder / "scheduler" / "scheduler_config.json", folder / "scheduler_config.json"]
    scheduler = next((file for file in names if file.exists()), None)
    if not (place / "config.json").exists() or scheduler is None:
        raise SystemExit(f"{folder} is no diffusers checkpoint: it wants config.json with the weights, and scheduler_config.json.")
    return UNet2DModel.from_pretrained(place, local_files_only=True), json.loads(scheduler.read_text())


def noise_of(scheduler: dict) -> dict:
    """The `noise` of the card."""
    if "sigma_max" in scheduler:
        return {"kind": "ve", "start": "normal",
                "geometric": {"largest": scheduler["sigma_max"], "smallest": scheduler["sigma_min"], "count": scheduler["num_train_timesteps"]}}
    if scheduler.get("trained_betas") is not None:
        return {"kind": "vp", "alphaBars": np.cumprod(1 - np.asarray(scheduler["trained_betas"], np.float64)).tolist()}
    kind = SCHEDULES.get(scheduler.get("beta_schedule", "linear"))
    if kind is None:
        raise SystemExit(f"A schedule of betas called {scheduler['beta_schedule']} is not one Palimpsest knows; give them as alphaBars by hand.")
    ends = {} if kind == "cosine" else {"start": scheduler["beta_start"], "end": scheduler["beta_end"]}
    last = {"zeroTerminal": True} if scheduler.get("rescale_betas_zero_snr") else {}
    return {"kind": "vp", "betas": {"schedule": kind, **ends, "count": scheduler["num_train_timesteps"], **last}}


def level_of(fourier: bool, count: int) -> tuple[dict, np.ndarray]:
    """The `level` of the card, and some levels to trace and compare at."""
    common = {"name": "level", "type": "float32", "shape": "batch", "between": True, "scale": 1}
    if fourier:
        return {**common, "kind": "sigma"}, np.array([0.05, 3, 40], np.float32)
    return {**common, "kind": "timestep"}, np.array([0, count / 3, count - 1], np.float32)


def card_of(unet: UNet2DModel, scheduler: dict, level: dict, said: argparse.Namespace) -> dict:
    config = unet.config
    if config.in_channels not in (1, 3):
        raise SystemExit(f"A model of {config.in_channels} channels works on something else than pixels; Palimpsest does not run such ones yet.")
    if config.num_class_embeds is not None or config.class_embed_type is not None:
        raise SystemExit("This model wants a class; Palimpsest does not run such ones yet.")
    doubled = config.out_channels == 2 * config.in_channels
    if not doubled and config.out_channels != config.in_channels:
        raise SystemExit(f"{config.in_channels} channels in and {config.out_channels} out are no denoiser of pixels.")
    kind = scheduler.get("variance_type")
    if doubled and kind not in ("learned", "learned_range"):
        raise SystemExit(f'The output is doubled, but the scheduler\'s variance_type is "{kind}", not learned or learned_range.')
    fourier = config.time_embedding_type == "fourier"
    height, width = size_of(unet)
    return {
        "name": said.name,
        # Score-SDE's own models, the ones with Fourier features, know pixels from 0 to 1; the others from -1 to 1.
        "image": {"channels": config.in_channels, "range": [0, 1] if fourier else [-1, 1], "size": {"width": width, "height": height}},
        "input": {"sample": "sample", "batch": "dynamic", "level": level},
        "output": {"name": "out", "predicts": "score-ve" if fourier else PREDICTS[scheduler.get("prediction_type", "epsilon")],
                   "variance": kind.replace("_", "-") if doubled else "none"},
        "noise": noise_of(scheduler),
        "provenance": provenance(said.licence, said.trained_on, "diffusers UNet2DModel, exported by tools/zoo/export_diffusers.py"),
    }


def size_of(unet: UNet2DModel) -> tuple[int, int]:
    size = unet.config.sample_size
    return (size, size) if isinstance(size, int) else tuple(size)


def tiny(kind: str) -> tuple[UNet2DModel, dict]:
    """Random weights in the shape of google/ddpm-cifar10-32 or google/ncsnpp-*, a few thousand of them."""
    torch.manual_seed(7)
    common = {"sample_size": 16, "in_channels": 3, "out_channels": 3, "layers_per_block": 1, "block_out_channels": (32, 64), "attention_head_dim": None, "norm_eps": 1e-6}
    if kind == "ddpm":
        unet = UNet2DModel(**common, freq_shift=1, flip_sin_to_cos=False, downsample_padding=0,
                           down_block_types=("DownBlock2D", "AttnDownBlock2D"), up_block_types=("AttnUpBlock2D", "UpBlock2D"))
        return unet, {"num_train_timesteps": 1000, "beta_schedule": "linear", "beta_start": 0.0001, "beta_end": 0.02}
    unet = UNet2DModel(**common, center_input_sample=True, time_embedding_type="fourier", freq_shift=0, flip_sin_to_cos=True, mid_block_scale_factor=2**0.5,
                       down_block_types=("SkipDownBlock2D", "AttnSkipDownBlock2D"), up_block_types=("AttnSkipUpBlock2D", "SkipUpBlock2D"))
    return unet, {"num_train_timesteps": 2000, "sigma_max": 1348.0, "sigma_min": 0.01}


def main() -> None:
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("checkpoint", type=Path, nargs="?", help="folder of the checkpoint")
    p.add_argument("out", type=Path, help="folder of the package; its name is the model's id")
    p.add_argument("--tiny", choices=["ddpm", "ncsnpp"], help="in place of a checkpoint")
    p.add_argument("--name", default="Random weights", help="what the user reads")
    p.add_argument("--licence", help="as the checkpoint's page says it")
    p.add_argument("--trained-on", help="the pictures, and their terms")
    p.add_argument("--float32", action="store_true", help="keep the weights in float32; float16 by default, which halves the file")
    said = p.parse_args()
    if (said.checkpoint is None) == (said.tiny is None):
        raise SystemExit("Which checkpoint? Give its folder, or --tiny.")
    if said.tiny is not None:
        said.licence, said.trained_on = "MIT, as Palimpsest", "nothing: random weights, to try the export with"
    if said.licence is None or said.trained_on is None:
        raise SystemExit("A card says whose it is: give --licence and --trained-on, as the checkpoint's page has them.")
    unet, scheduler = tiny(said.tiny) if said.tiny is not None else read(said.checkpoint)
    level, levels = level_of(unet.config.time_embedding_type == "fourier", scheduler["num_train_timesteps"])
    card = card_of(unet, scheduler, level, said)
    package(Bare(unet), size_of(unet), unet.config.in_channels, levels, not said.float32, said.out, card)


if __name__ == "__main__":
    main()
