"""What the loops of diffusers' tests for Euler, Heun and EDM's DPM-Solver++ give, by diffusers itself: python tools/golden/misfed.py

Writes tests/golden/misfed.json. The first two overwrite the sample with the one scaled for the model and step from that, the last does not scale it at
all, so their numbers are not what the samplers are for; some lie far below the tests' own tolerance, so that the numbers written there were
never held to anything. Needs torch and diffusers from PyPI; nothing of theirs is copied, their schedulers are only called.
"""

import json
import warnings
from pathlib import Path

import diffusers
import torch
from diffusers import EDMDPMSolverMultistepScheduler, EulerDiscreteScheduler, HeunDiscreteScheduler

warnings.filterwarnings("ignore")
LEVELS = dict(num_train_timesteps=1100, beta_start=1e-4, beta_end=0.02, beta_schedule="linear")


def moved(flat):
    return (flat.reshape(3, 8, 8, 4) / 768).permute(3, 0, 1, 2)


SAMPLE = moved(torch.arange(768))
NOISE = moved(torch.arange(768).flip(0))


def run(kind, first=0, misfed=True, **options):
    scheduler = kind(**LEVELS, **options)
    scheduler.set_timesteps(10)
    timesteps = scheduler.timesteps[first * scheduler.order :]
    x = SAMPLE * scheduler.init_noise_sigma
    if first:
        x = scheduler.add_noise(x, NOISE, timesteps[:1])
    for t in timesteps:
        fed = scheduler.scale_model_input(x, t)
        x = scheduler.step(fed * t / (t + 1), t, fed if misfed else x).prev_sample
    return figures(x)


def run_edm(first=0, **options):
    ends = dict(sigma_min=0.002, sigma_max=80.0, sigma_data=0.5, final_sigmas_type="sigma_min", lower_order_final=False)
    scheduler = EDMDPMSolverMultistepScheduler(num_train_timesteps=1000, **ends, **options)
    scheduler.set_timesteps(10)
    timesteps = scheduler.timesteps[first:]
    x = scheduler.add_noise(SAMPLE, NOISE, timesteps[:1]) if first else SAMPLE
    for t in timesteps:
        x = scheduler.step(x * t / (t + 1), t, x).prev_sample
    return figures(x)


def figures(x):
    return {"sum": x.abs().sum().item(), "mean": x.abs().mean().item()}


def main():
    cases = {}
    for name, kind in [("euler", EulerDiscreteScheduler), ("heun", HeunDiscreteScheduler)]:
        cases[f"{name} misfed"] = run(kind)
        cases[f"{name} misfed, v"] = run(kind, prediction_type="v_prediction")
        cases[f"{name} misfed, karras"] = run(kind, use_karras_sigmas=True)
        cases[f"{name} misfed, noised"] = run(kind, first=8)
        cases[f"{name} 10 of 1100"] = run(kind, misfed=False)
        cases[f"{name} 10 of 1100, karras"] = run(kind, misfed=False, use_karras_sigmas=True)
    cases["edm dpmpp-2m"] = run_edm()
    cases["edm dpmpp-2m, v"] = run_edm(prediction_type="v_prediction")
    cases["edm dpmpp-2m, thresholding"] = run_edm(thresholding=True, dynamic_thresholding_ratio=0.87, sample_max_value=0.5)
    cases["edm dpmpp-2m, noised"] = run_edm(first=5)
    out = Path(__file__).resolve().parents[2] / "tests" / "golden" / "misfed.json"
    born = f"python tools/golden/misfed.py, diffusers {diffusers.__version__}, torch {torch.__version__}, float32"
    out.write_text(json.dumps({"born": born, "cases": cases}, indent=1) + "\n")


main()
