"""Own golden numbers for the methods along the score: Langevin, NCSN, inner steps beside a photo, predictor-corrector, particles.

    python tools/golden/langevin.py        writes tests/golden/langevin.json (needs numpy only)

float64, written apart from src/core on purpose and in the papers' own forms: NCSN's and the VE-SDE's in sigma, the inner steps and MCGdiff
in the variance-preserving x = sqrt(A) x0 + sqrt(1 - A) eps. `cases`: the set-up of tools/golden/samplers.py, start 2 noise - 1, every draw one
fixed z, eps = x t/(t + 1), no clip, one photo (the first image's) for all four, columns 0..3 of 8 known. `gaussian`: exact distance to the
conditional on Gaussian data, mean and covariance carried through the walk as matrices; order half, gap, alt, outp.
"""
import json
import platform
from pathlib import Path

import numpy as np

SHAPE = (4, 3, 8, 8)
BARS = np.cumprod(1 - np.linspace(1e-4, 0.02, 1000))
SIGMAS = np.sqrt((1 - BARS) / BARS)
LOWEST = SIGMAS[0]
# At t = 0 this model sees no noise at all, so the list ends above it.
TRAILING = list(range(999, 0, -100))

flat = np.arange(768, dtype=np.float64)
NOISE = np.moveaxis(flat[::-1].reshape(3, 8, 8, 4), -1, 0) / 768
START = 2 * NOISE - 1
PHOTO = (2 * np.moveaxis(flat.reshape(3, 8, 8, 4), -1, 0) / 768 - 1)[:1]
Z = 2 * NOISE[:, :, ::-1, :] - 1
KNOWN = np.zeros(SHAPE)
KNOWN[..., :4] = 1
# Particles must differ, or there is nothing to choose.
UNLIKE = np.array([1.0, -1.0, 0.5, 2.0]).reshape(4, 1, 1, 1)


def score(x, t):
    """Of x = x0 + sigma eps."""
    s = SIGMAS[t]
    return -(x / np.sqrt(1 + s * s)) * t / (t + 1) / s


def begin(t):
    return START * np.sqrt(1 + SIGMAS[t] ** 2)


def paste(x, noisy):
    return KNOWN * noisy + (1 - KNOWN) * x


def langevin(t, eps, n, denoised):
    x = begin(TRAILING[0])
    for _ in range(n):
        x = x + eps * score(x, t) + np.sqrt(2 * eps) * Z
    return x + SIGMAS[t] ** 2 * score(x, t) if denoised else x


def annealed(eps, n, denoised, known=None):
    """NCSN; known: None, "per-level" (version 1) or "per-step" (version 2)."""
    x = begin(TRAILING[0])
    for t in TRAILING:
        step = eps * (SIGMAS[t] / LOWEST) ** 2
        noisy = PHOTO + SIGMAS[t] * Z
        for _ in range(n):
            if known == "per-step":
                x = paste(x, noisy)
            x = x + step * score(x, t) + np.sqrt(2 * step) * Z
            if known == "per-level":
                x = paste(x, noisy)
    if denoised:
        x = x + SIGMAS[TRAILING[-1]] ** 2 * score(x, TRAILING[-1])
    return paste(x, PHOTO) if known else x


def inner_steps(n, stride, guide, eta):
    """LanPaint's drifts by an exponential integrator, then DDNM; x in the variance-preserving form."""
    x = START
    for i, t in enumerate(TRAILING):
        a, p = BARS[t], BARS[TRAILING[i + 1]] if i + 1 < len(TRAILING) else 1.0
        clean = lambda x: (x - np.sqrt(1 - a) * x * t / (t + 1)) / np.sqrt(a)
        x = paste(x, np.sqrt(a) * PHOTO + np.sqrt(1 - a) * Z)
        dt = stride * (1 - a)
        for _ in range(n):
            vp_score = (np.sqrt(a) * clean(x) - x) / (1 - a)
            fill = relaxed(x, vp_score, 1 / (1 - a), dt)
            pull = (1 + guide) * (np.sqrt(a) * PHOTO - x) / (1 - a) - guide * vp_score
            x = paste(fill, relaxed(x, pull, (1 + guide) / (1 - a), dt))
        x0 = clean(x)
        eps = (x - np.sqrt(a) * x0) / np.sqrt(1 - a)
        x = np.sqrt(p) * paste(x0, PHOTO) + np.sqrt(1 - p) * (eta * Z + np.sqrt(1 - eta**2) * eps)
    return x


def relaxed(x, drift, rate, dt):
    """x' = drift at x, of rate `rate` towards its goal: the exact step while the goal stands still."""
    goal = x + drift / rate
    return goal + np.exp(-rate * dt) * (x - goal) + np.sqrt((1 - np.exp(-2 * rate * dt)) / rate) * Z


def predictor_corrector(corrections, snr):
    """VE-SDE: Langevin corrector, reverse diffusion predictor, the photo after every update; norms of one image."""
    x = paste(begin(TRAILING[0]), PHOTO + SIGMAS[TRAILING[0]] * Z)
    norm = lambda v: np.sqrt((v**2).sum(axis=(1, 2, 3), keepdims=True))
    for i, t in enumerate(TRAILING):
        s, to = SIGMAS[t], SIGMAS[TRAILING[i + 1]] if i + 1 < len(TRAILING) else 0.0
        for _ in range(corrections):
            g = score(x, t)
            step = 2 * (snr * norm(Z) / norm(g)) ** 2
            x = paste(x + step * g + np.sqrt(2 * step) * Z, PHOTO + s * Z)
        x = x + (s * s - to * to) * score(x, t) + (np.sqrt(s * s - to * to) * Z if to > 0 else 0)
        x = paste(x, PHOTO + to * Z)
    return x


def particles(below):
    """MCGdiff, noiseless, in the variance-preserving form; the start is the VE one, x <- y/2 + x/sqrt(2) on the known pixels."""
    n = SHAPE[0]
    s = SIGMAS[TRAILING[0]]
    x = begin(TRAILING[0]) * UNLIKE
    x = paste(x, PHOTO / 2 + x / np.sqrt(2)) / np.sqrt(1 + s * s)
    logs, sizes = np.zeros(n), []
    logpdf = lambda v, mean, var: -0.5 * ((v - mean) ** 2 / var + np.log(2 * np.pi * var))
    for i, t in enumerate(TRAILING):
        a, p = BARS[t], BARS[TRAILING[i + 1]] if i + 1 < len(TRAILING) else 1.0
        x0 = (x - np.sqrt(1 - a) * x * t / (t + 1)) / np.sqrt(a)
        if p == 1.0:
            sizes.append(float(n))
            return paste(x0, PHOTO), sizes
        beta = 1 - a / p
        mean = (np.sqrt(p) * beta * x0 + np.sqrt(a / p) * (1 - p) * x) / (1 - a)
        var = (1 - p) / (1 - a) * beta
        gain = logpdf(np.sqrt(p) * PHOTO, mean, var + 1 - p) - logpdf(np.sqrt(a) * PHOTO, x, 1 - a)
        logs = logs + (KNOWN * gain).sum(axis=(1, 2, 3))
        w = np.exp(logs - logs.max())
        w /= w.sum()
        sizes.append(float(1 / (w**2).sum()))
        if sizes[-1] < (n if i == len(TRAILING) - 2 else below * n):
            chosen = systematic(w)
            mean, logs = mean[chosen], np.zeros(n)
        k = var / (var + 1 - p)
        kept = k * np.sqrt(p) * PHOTO + (1 - k) * mean + np.sqrt((1 - p) * k) * Z
        x = paste(mean + np.sqrt(var) * Z, kept)


def systematic(w):
    a, b, c = Z.ravel()[:3]
    u = (a / np.sqrt(a * a + b * b + c * c) + 1) / 2
    picks = np.searchsorted(np.cumsum(w), (np.arange(len(w)) + u) / len(w))
    counts = np.bincount(picks, minlength=len(w))
    chosen = np.arange(len(w))
    chosen[counts == 0] = np.repeat(np.arange(len(w)), np.maximum(counts - 1, 0))
    return chosen


def figures(x):
    return {"sum": float(np.abs(x).sum()), "unknown": float(np.abs(x[..., 4:]).sum()), "first": float(x[0, 0, 0, 0]), "last": float(x[3, 2, 7, 7])}


# Gaussian data, N(0, S), S = rho^|i-j|/4 over 32 values. Row vectors of a state [x, extra]: B what the photo has become in it, C its covariance.

D = 32
OBSERVED = {
    "half": (0.97, lambda i: i < 16),
    "gap": (0.97, lambda i: (i < 10) | (i > 21)),
    "alt": (0.9, lambda i: i % 2 == 0),
    "outp": (0.97, lambda i: (i >= 8) & (i <= 23)),
}


class Carried:
    def __init__(self, name, steps):
        rho, known = OBSERVED[name]
        i = np.arange(D)
        self.S = 0.25 * rho ** np.abs(i[:, None] - i)
        self.k = known(i)
        self.K, self.U, self.I = np.diag(1.0 * self.k), np.diag(1.0 * ~self.k), np.eye(D)
        self.levels = [SIGMAS[j * (1000 // steps)] for j in range(steps - 1, -1, -1)]
        self.B, self.C = np.zeros((D, D)), np.eye(D) * (1 + self.levels[0] ** 2)

    def ideal(self, s):
        return self.S @ np.linalg.inv(self.S + s * s * self.I)

    def move(self, M, photo, noise):
        self.B, self.C = M @ self.B + photo, M @ self.C @ M.T + noise

    def error(self):
        k, u = self.k, ~self.k
        Skk = self.S[np.ix_(k, k)]
        best = self.S[np.ix_(u, k)] @ np.linalg.inv(Skk)
        exact = self.S[np.ix_(u, u)] - best @ self.S[np.ix_(k, u)]
        slip, got, root = self.B[np.ix_(u, k)] - best, self.C[np.ix_(u, u)], square_root(exact)
        cross = np.trace(square_root(root @ got @ root))
        return float(np.sqrt((np.trace(slip @ Skk @ slip.T) + np.trace(exact) + np.trace(got) - 2 * cross) / np.trace(exact)))


def square_root(M):
    values, vectors = np.linalg.eigh((M + M.T) / 2)
    return (vectors * np.sqrt(np.maximum(values, 0))) @ vectors.T


def gaussian_inner(name, steps, n, stride, guide, eta):
    g = Carried(name, steps)
    for s, to in zip(g.levels, g.levels[1:] + [0.0]):
        E = g.ideal(s)
        g.move(g.U, g.K, s * s * g.K)
        q, r, share = np.exp(-stride), np.exp(-(1 + guide) * stride), guide / (1 + guide)
        fill = E + q * (g.I - E)
        kept = share * (1 - r) * (g.I - E) + r * g.I
        spread = s * s * ((1 - q * q) * g.U + (1 - r * r) / (1 + guide) * g.K)
        for _ in range(n):
            g.move(g.U @ fill + g.K @ kept, (1 - r) * g.K, spread)
        g.move(g.U @ E + to / s * np.sqrt(1 - eta**2) * (g.I - E), g.K, (to * eta) ** 2 * g.I)
    return g.error()


def gaussian_annealed(name, steps, n, eps, known):
    g = Carried(name, steps)
    for s in g.levels:
        E, rate = g.ideal(s), eps / LOWEST**2
        M = g.I + rate * (E - g.I)
        spread = 2 * eps * (s / LOWEST) ** 2 * g.I
        if known == "per-step":
            for _ in range(n):
                g.move(M @ g.U, M @ g.K, s * s * M @ g.K @ M.T + spread)
            continue
        # The state [x, z of this level]: after every step the kept pixels are y + s z of the same z.
        B = np.vstack([g.B, np.zeros((D, D))])
        C = np.block([[g.C, np.zeros((D, D))], [np.zeros((D, D)), g.I]])
        step = np.block([[g.U @ M, s * g.K], [np.zeros((D, D)), g.I]])
        add = np.vstack([g.K, np.zeros((D, D))])
        fresh = np.block([[g.U @ spread @ g.U, np.zeros((D, D))], [np.zeros((D, D)), np.zeros((D, D))]])
        for _ in range(n):
            B, C = step @ B + add, step @ C @ step.T + fresh
        g.B, g.C = B[:D], C[:D, :D]
    g.move(g.ideal(g.levels[-1]), 0, 0)
    return g.error()


def main():
    cases = {
        "langevin level 4, 20 steps of 1e-3": figures(langevin(299, 1e-3, 20, False)),
        "langevin level 4, 20 steps of 1e-3, denoised": figures(langevin(299, 1e-3, 20, True)),
        "annealed 3 of 2e-5": figures(annealed(2e-5, 3, False)),
        "annealed 3 of 2e-5, denoised": figures(annealed(2e-5, 3, True)),
        "fill annealed per-level": figures(annealed(2e-5, 3, True, "per-level")),
        "fill annealed per-step": figures(annealed(2e-5, 3, True, "per-step")),
        "fill annealed per-level, not denoised": figures(annealed(2e-5, 3, False, "per-level")),
        "fill inner 2, stride .5, guide 8, eta .5": figures(inner_steps(2, 0.5, 8, 0.5)),
        "fill predictor-corrector ve, 2 of .16": figures(predictor_corrector(2, 0.16)),
    }
    for below in (0.5, 0):
        x, sizes = particles(below)
        cases[f"fill particles below {below}"] = {**figures(x), "effectiveSampleSize": sizes}
    gaussian = []
    for steps, n, stride, guide, eta in [(50, 5, 0.2, 5, 0.85), (50, 5, 0.2, 5, 0.3), (50, 1, 0.2, 5, 0.3), (50, 5, 0.5, 8, 0), (50, 5, 0.5, 8, 0.85), (25, 11, 0.5, 8, 0)]:
        settings = {"innerSteps": n, "innerStride": stride, "guide": guide}
        errors = [gaussian_inner(name, steps, n, stride, guide, eta) for name in OBSERVED]
        gaussian.append({"method": "langevin", "steps": steps, "eta": eta, "settings": settings, "calls": steps * (n + 1), "errors": errors})
    for steps, n, eps, known in [(50, 5, 2e-5, "per-step"), (50, 5, 2e-5, "per-level"), (50, 20, 2e-5, "per-step"), (50, 20, 2e-5, "per-level"), (50, 100, 5e-5, "per-step")]:
        settings = {"innerSteps": n, "stepSize": eps, "knownNoise": known}
        errors = [gaussian_annealed(name, steps, n, eps, known) for name in OBSERVED]
        gaussian.append({"method": "annealed-langevin", "steps": steps, "eta": 0, "settings": settings, "calls": steps * n + 1, "errors": errors})
    out = Path(__file__).resolve().parents[2] / "tests" / "golden" / "langevin.json"
    born = f"python tools/golden/langevin.py, numpy {np.__version__}, Python {platform.python_version()}, float64"
    out.write_text(json.dumps({"born": born, "cases": cases, "gaussian": gaussian}, indent=1) + "\n")
    for name, case in cases.items():
        print(f"{name}: {case['sum']:.4f} unknown {case['unknown']:.4f}", case.get("effectiveSampleSize", ""))
    for row in gaussian:
        print(row["method"], row["steps"], row["eta"], row["settings"], row["calls"], " ".join(f"{e:.5f}" for e in row["errors"]), f"{np.mean(row['errors']):.5f}")


main()
