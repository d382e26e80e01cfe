"""Golden numbers of the score-SDE family: Euler-Maruyama, reverse diffusion and the Langevin corrector, and the peer's own test rebuilt.

    python tools/golden/score_sde.py       writes tests/golden/score-sde.json (needs numpy only)

Written in each process's own x (Song et al. 2021, arXiv:2011.13456; the product works in x~ = x0 + sigma eps), float64, apart from src/core.
"peer": the set-up of diffusers' test_scheduler_score_sde_ve.py: 3 steps, snr 0.15, sigma 0.01 to 1348, torch's generator with seed 0, one draw for
the corrector and one for the predictor a step, and its slip kept: the model is told the first three sigmas of a list of 2000.
The rest: ten trailing levels of the linear betas, eps = x t/(t + 1), start 2 noise - 1 in the variance-preserving x, every draw one fixed z.
"""
import json
import platform
from pathlib import Path

import numpy as np

ALPHA_BARS = np.cumprod(1 - np.linspace(1e-4, 0.02, 1000))
STEPS = list(range(999, 0, -100))
flat = np.arange(768, dtype=np.float64)
SAMPLE = np.moveaxis(flat.reshape(3, 8, 8, 4), -1, 0) / 768
NOISE = np.moveaxis(flat[::-1].reshape(3, 8, 8, 4), -1, 0) / 768
START = 2 * NOISE - 1
Z = 2 * NOISE[:, :, ::-1, :] - 1


def torch_randn(seed):
    """torch.randn of float32 on the CPU, a multiple of 16 values: 24-bit uniforms, Box-Muller in blocks of sixteen."""
    words = np.random.RandomState(seed)._bit_generator

    def draw(shape):
        u = (words.random_raw(int(np.prod(shape))) & 0xFFFFFF) / 2**24
        u = u.astype(np.float32).reshape(-1, 2, 8)
        r = np.sqrt(-2 * np.log((1 - u[:, 0]).astype(np.float64)))
        th = 2 * np.pi * u[:, 1].astype(np.float64)
        z = np.stack([r * np.cos(th), r * np.sin(th)], axis=1)
        return z.astype(np.float32).astype(np.float64).reshape(shape)

    return draw


def norms(x, over_batch):
    each = np.sqrt((x.reshape(len(x), -1) ** 2).sum(1))
    each = np.full(len(x), each.mean()) if over_batch else each
    return each.reshape(-1, 1, 1, 1)


def langevin(x, score, z, alpha, snr, over_batch=False):
    step = 2 * alpha * (snr * norms(z, over_batch) / norms(score, over_batch)) ** 2
    return x + step * score + np.sqrt(2 * step) * z


def peer(x, over_batch):
    told = 0.01 * (1348 / 0.01) ** np.linspace(1, 1e-5, 2000)[:3]
    sigmas = np.exp(np.linspace(np.log(0.01), np.log(1348), 3))
    randn = torch_randn(0)
    for i in range(3):
        score = lambda x: x * told[i] / (told[i] + 1)
        x = langevin(x, score(x), randn(x.shape), 1, 0.15, over_batch)
        s, after = sigmas[2 - i], sigmas[1 - i] if i < 2 else 0.0
        drift = (s**2 - after**2) * score(x)
        z = randn(x.shape)
        x = x + drift + (np.sqrt(s**2 - after**2) * z if i < 2 else 0)
    return x, told, sigmas


class Process:
    """One level of one process, found from the sigma that x/scale = x0 + sigma eps is to have."""

    def __init__(self, kind, t):
        bar = ALPHA_BARS[t] if t >= 0 else 1.0
        self.kind, self.t, self.sigma = kind, t, np.sqrt((1 - bar) / bar)
        if kind == "sub-vp":
            # (1 - A)/sqrt(A) = sigma, a quadratic in sqrt(A).
            bar = ((np.sqrt(self.sigma**2 + 4) - self.sigma) / 2) ** 2
        self.bar = 1.0 if kind == "ve" else bar
        self.std = {"vp": np.sqrt(1 - bar), "sub-vp": 1 - bar, "ve": self.sigma}[kind]

    def score(self, x):
        eps = x / np.sqrt(self.bar) / np.sqrt(1 + self.sigma**2) * self.t / (self.t + 1)
        return -eps / self.std


def euler_maruyama(x, s, t):
    rate = np.log(t.bar / s.bar)
    squared = {"vp": rate, "sub-vp": rate - (t.bar**2 - s.bar**2) / 2, "ve": s.sigma**2 - t.sigma**2}[s.kind]
    return x + rate / 2 * x + squared * s.score(x), squared


def reverse_diffusion(x, s, t):
    if s.kind != "vp":
        return euler_maruyama(x, s, t)
    beta = 1 - s.bar / t.bar
    return x - (np.sqrt(1 - beta) * x - x - beta * s.score(x)), beta


def run(kind, predictor, correctors, snr=0.16):
    levels = [Process(kind, t) for t in STEPS + [-1]]
    top = levels[0]
    x = START * np.sqrt(1 + top.sigma**2) * np.sqrt(top.bar)
    for s, t in zip(levels[:-1], levels[1:]):
        for _ in range(correctors):
            x = langevin(x, s.score(x), Z, s.bar / t.bar, snr)
        if predictor is None:
            # Nothing steps down: the state in x~ stays what it is, and at the end becomes the clean estimate.
            x = x / np.sqrt(s.bar) * np.sqrt(t.bar)
            if t.t < 0:
                x = x + s.sigma**2 * np.sqrt(s.bar) * s.score(x * np.sqrt(s.bar))
            continue
        mean, squared = predictor(x, s, t)
        x = mean + (np.sqrt(squared) * Z if t.t >= 0 else 0)
    return x


def figures(x):
    return {"sum": float(np.abs(x).sum()), "mean": float(np.abs(x).mean()), "first": float(x[0, 0, 0, 0]), "last": float(x[-1, 2, 7, 7])}


def main():
    cases = {}
    for name, x, over_batch in [("peer", SAMPLE, True), ("peer, norms of each image", SAMPLE, False), ("peer, batch of one", SAMPLE[:1], True)]:
        end, told, sigmas = peer(x, over_batch)
        cases[name] = figures(end)
    for kind in ("vp", "sub-vp", "ve"):
        cases[f"reverse-sde {kind}"] = figures(run(kind, euler_maruyama, 0))
        cases[f"reverse-diffusion {kind}"] = figures(run(kind, reverse_diffusion, 0))
        cases[f"predictor-corrector {kind} reverse-diffusion 2"] = figures(run(kind, reverse_diffusion, 2))
        cases[f"predictor-corrector {kind} euler-maruyama 1"] = figures(run(kind, euler_maruyama, 1))
        cases[f"predictor-corrector {kind} none 2"] = figures(run(kind, None, 2))
    out = Path(__file__).resolve().parents[2] / "tests" / "golden" / "score-sde.json"
    born = f"python tools/golden/score_sde.py, numpy {np.__version__}, Python {platform.python_version()}, float64"
    peer_asserts = {"source": "diffusers (Apache-2.0), tests/schedulers/test_scheduler_score_sde_ve.py", "sum": 14372758528.0, "mean": 18714530.0}
    found = {"born": born, "peerAsserts": peer_asserts, "told": told.tolist(), "sigmas": sigmas.tolist(), "cases": cases}
    out.write_text(json.dumps(found, indent=1) + "\n")
    for name, case in cases.items():
        print(f"{name}: {case['sum']:.4f} mean {case['mean']:.6f}")


main()
