"""Whole trajectories of the peers' schedulers on a tiny network: python diffusers_side.py ../../tests

Writes tests/support/models/peer.onnx and peer-ve.onnx (the networks, exported by torch) and tests/golden/diffusers.json: for each case the
timesteps, the start, every state after a step and every noise tensor that torch drew, as base64 of little-endian float32. The product's
test runs the same networks through onnxruntime and its own samplers. Needs torch, onnx and diffusers from PyPI; nothing of theirs is
copied, their schedulers are only called.
"""

from __future__ import annotations

import base64
import json
import sys
import warnings
from pathlib import Path

import diffusers
import numpy as np
import torch
from diffusers.schedulers import (
    DDIMScheduler,
    DDPMScheduler,
    DPMSolverMultistepScheduler,
    EulerAncestralDiscreteScheduler,
    EulerDiscreteScheduler,
    HeunDiscreteScheduler,
    RePaintScheduler,
    ScoreSdeVeScheduler,
    UniPCMultistepScheduler,
)
from torch import Tensor, nn

warnings.filterwarnings("ignore")
SHAPE = (1, 3, 4, 4)
MODULES = ["ddpm", "ddim", "dpmsolver_multistep", "euler_ancestral_discrete", "sde_ve", "repaint"]


class Tiny(nn.Module):
    """eps of unit normal data plus a small nonlinear part: sqrt(1 - A_t) x + 0.2 conv(tanh(conv(x) + t/1000))."""

    def __init__(self) -> None:
        super().__init__()
        bars = torch.cumprod(1 - torch.linspace(1e-4, 0.02, 1000, dtype=torch.float64), 0)
        self.register_buffer("share", torch.sqrt(1 - bars).float())
        self.first = nn.Conv2d(3, 8, 3, padding=1)
        self.second = nn.Conv2d(8, 3, 3, padding=1)

    def forward(self, x: Tensor, t: Tensor) -> Tensor:
        column = (-1, 1, 1, 1)
        bent = torch.tanh(self.first(x) + (t.float() / 1000).reshape(column))
        return self.share[t].reshape(column) * x + 0.2 * self.second(bent)


class TinyVe(nn.Module):
    """Score of unit normal data under noise sigma plus a small nonlinear part, scaled as a score is: by 1/sigma."""

    def __init__(self) -> None:
        super().__init__()
        self.first = nn.Conv2d(3, 8, 3, padding=1)
        self.second = nn.Conv2d(8, 3, 3, padding=1)

    def forward(self, x: Tensor, sigma: Tensor) -> Tensor:
        s = sigma.reshape(-1, 1, 1, 1)
        held = x / torch.sqrt(s * s + 1)
        return -x / (s * s + 1) + 0.2 * self.second(torch.tanh(self.first(held))) / torch.sqrt(s * s + 1)


class Draws:
    """Stands where the schedulers reach for chance, hands it on, and remembers what came."""

    def __init__(self) -> None:
        self.drawn: list[Tensor] = []
        for name in MODULES:
            module = sys.modules[f"diffusers.schedulers.scheduling_{name}"]
            module.randn_tensor = self._wrap(module.randn_tensor)

    def _wrap(self, real):
        def draw(*args, **kwargs):
            noise = real(*args, **kwargs)
            self.drawn.append(noise.clone())
            return noise

        return draw

    def take(self) -> list[Tensor]:
        drawn, self.drawn = self.drawn, []
        return drawn


def pack(tensors: list[Tensor]) -> str:
    return base64.b64encode(b"".join(t.detach().numpy().astype("<f4").tobytes() for t in tensors)).decode()


def start(seed: int = 7) -> Tensor:
    return torch.randn(SHAPE, generator=torch.Generator().manual_seed(seed))


@torch.no_grad()
def walk(scheduler, network: Tiny, steps: int, draws: Draws, step_options: dict | None = None) -> dict:
    """A scheduler used as its documentation says: the state is never overwritten by its scaled self."""
    generator = torch.Generator().manual_seed(11)
    scheduler.set_timesteps(steps)
    x = start() * float(scheduler.init_noise_sigma)
    states, first = [], x.clone()
    options = dict(step_options or {})
    draws.take()
    for t in scheduler.timesteps:
        if float(t) != int(t):
            raise SystemExit(f"{type(scheduler).__name__} asks for the level {float(t)}, between the trained ones.")
        fed = scheduler.scale_model_input(x, t)
        output = network(fed, torch.tensor([int(t)]))
        x = scheduler.step(output, t, x, generator=generator, **options).prev_sample if takes_chance(scheduler) else scheduler.step(output, t, x, **options).prev_sample
        states.append(x.clone())
    return {"timesteps": [int(t) for t in scheduler.timesteps], "start": pack([first]), "states": pack(states), "noise": pack(draws.take()), "steps": len(states)}


def takes_chance(scheduler) -> bool:
    return "generator" in scheduler.step.__code__.co_varnames


@torch.no_grad()
def score_sde(network: TinyVe, draws: Draws, steps: int) -> dict:
    scheduler = ScoreSdeVeScheduler(num_train_timesteps=2000, snr=0.15, sigma_min=0.01, sigma_max=50.0, sampling_eps=1e-5)
    scheduler.set_timesteps(steps)
    scheduler.set_sigmas(steps)
    generator = torch.Generator().manual_seed(11)
    x = start() * 50.0
    first, states, means = x.clone(), [], []
    draws.take()
    for i, t in enumerate(scheduler.timesteps):
        sigma = scheduler.sigmas[i].reshape(1)
        x = scheduler.step_correct(network(x, sigma), x, generator=generator).prev_sample
        out = scheduler.step_pred(network(x, sigma), t, x, generator=generator)
        x = out.prev_sample
        states.append(x.clone())
        means.append(out.prev_sample_mean.clone())
    return {"steps": steps, "start": pack([first]), "states": pack(states), "last": pack([means[-1]]), "noise": pack(draws.take()),
            "sigmas": [float(s) for s in scheduler.sigmas], "discrete": [float(s) for s in scheduler.discrete_sigmas]}


@torch.no_grad()
def repaint(network: Tiny, draws: Draws, eta: float) -> dict:
    scheduler = RePaintScheduler(eta=eta)
    scheduler.set_timesteps(10, 4, 3)
    generator = torch.Generator().manual_seed(11)
    photo = torch.tanh(start(5))
    kept = (torch.arange(4) < 2).float().expand(SHAPE).clone()
    x = start()
    first, states, kinds, noise = x.clone(), [], [], []
    draws.take()
    last = int(scheduler.timesteps[0]) + 1
    for t in scheduler.timesteps:
        if int(t) < last:
            x = scheduler.step(network(x, torch.tensor([int(t)])), t, x, photo, kept, generator).prev_sample
            kinds.append("step")
            noise += draws.take()
        else:
            before = x
            x = scheduler.undo_step(x, last, generator)
            kinds.append("undo")
            # The peer undoes one training step at a time; recorded is the one draw that is the sum of them: x' = sqrt(p) x + sqrt(1 - p) z.
            drawn = len(draws.take())
            left = float(torch.prod(1 - scheduler.betas[last : last + drawn].double()))
            noise.append((x - left**0.5 * before) / (1 - left) ** 0.5)
        states.append(x.clone())
        last = int(t)
    return {"eta": eta, "timesteps": [int(t) for t in scheduler.timesteps], "kinds": kinds, "photo": pack([photo]), "kept": "w < 2",
            "start": pack([first]), "states": pack(states), "noise": pack(noise), "steps": len(states)}


def export(network: nn.Module, level: Tensor, name: str, file: Path) -> None:
    axes = {"sample": {0: "n"}, name: {0: "n"}, "out": {0: "n"}}
    torch.onnx.export(network, (torch.randn(2, *SHAPE[1:]), level), str(file), input_names=["sample", name], output_names=["out"], dynamic_axes=axes, opset_version=18, dynamo=False)


def main() -> None:
    out = Path(sys.argv[1])
    torch.manual_seed(2026)
    torch.set_num_threads(1)
    network, ve = Tiny().eval(), TinyVe().eval()
    export(network, torch.tensor([10, 500]), "timestep", out / "support/models/peer.onnx")
    export(ve, torch.tensor([0.5, 5.0]), "sigma", out / "support/models/peer-ve.onnx")
    draws = Draws()
    solver = dict(solver_order=2, timestep_spacing="linspace", final_sigmas_type="zero")
    cases = {
        "ddpm small leading": walk(DDPMScheduler(timestep_spacing="leading"), network, 20, draws),
        "ddpm large trailing": walk(DDPMScheduler(variance_type="fixed_large", timestep_spacing="trailing"), network, 20, draws),
        "dpmpp-2m midpoint": walk(DPMSolverMultistepScheduler(**solver, lower_order_final=False), network, 27, draws),
        "dpmpp-2m midpoint lower": walk(DPMSolverMultistepScheduler(**solver, lower_order_final=True), network, 9, draws),
        "dpmpp-2m heun": walk(DPMSolverMultistepScheduler(**solver, solver_type="heun", lower_order_final=False), network, 27, draws),
        "dpmpp-2m min": walk(DPMSolverMultistepScheduler(**(solver | {"final_sigmas_type": "sigma_min"}), lower_order_final=False), network, 27, draws),
        "dpmpp-sde": walk(DPMSolverMultistepScheduler(**solver, algorithm_type="sde-dpmsolver++", lower_order_final=False), network, 27, draws),
        # Without the lower order at its end UniPC cannot end at level 0: its last h is infinite. So this one ends at the lowest level.
        "unipc min": walk(UniPCMultistepScheduler(**(solver | {"final_sigmas_type": "sigma_min"}), solver_type="bh2", lower_order_final=False), network, 27, draws),
        "unipc lower": walk(UniPCMultistepScheduler(**solver, solver_type="bh2", lower_order_final=True), network, 9, draws),
        "heun": walk(HeunDiscreteScheduler(beta_start=1e-4, beta_end=0.02), network, 10, draws),
        "euler": walk(EulerDiscreteScheduler(timestep_spacing="linspace"), network, 28, draws),
        "euler-ancestral": walk(EulerAncestralDiscreteScheduler(timestep_spacing="linspace"), network, 28, draws),
        "score-sde-ve": score_sde(ve, draws, 12),
        "repaint-diffusers 0": repaint(network, draws, 0.0),
        "repaint-diffusers 1": repaint(network, draws, 1.0),
    }
    for spacing in ("leading", "trailing"):
        for eta in (0.0, 0.3, 1.0):
            cases[f"ddim {eta} {spacing}"] = walk(DDIMScheduler(timestep_spacing=spacing), network, 20, draws, {"eta": eta, "use_clipped_model_output": True})
    birth = {"script": "tools/golden/diffusers_side.py", "diffusers": diffusers.__version__, "torch": torch.__version__.split("+")[0], "numpy": np.__version__,
             "what": "states after each step as the scheduler returns them (variance preserving, or its own sigma space for Euler, Heun and score-sde-ve)"}
    (out / "golden/diffusers.json").write_text(json.dumps({"birth": birth, "shape": SHAPE, "cases": cases}, indent=1) + "\n")
    for name, case in cases.items():
        states = np.frombuffer(base64.b64decode(case["states"]), "<f4").reshape(case["steps"], -1)
        print(f"{name:28s} {case['steps']:3d} steps, last mean |x| {np.abs(states[-1]).mean():.4f}, largest {np.abs(states).max():.3g}, {len(base64.b64decode(case['noise'])) // (4 * int(np.prod(SHAPE)))} draws")


if __name__ == "__main__":
    main()
