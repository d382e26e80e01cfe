"""Own golden numbers of the inpainting methods that samplers.py has not: nested RePaint schedules, RePaint as diffusers has it, DInG, colouring.

    python tools/golden/inpaint.py        writes tests/golden/inpaint.json (needs numpy only)

Written in the papers' variance-preserving form, x = sqrt(A) x0 + sqrt(1 - A) eps, float64, apart from src/core on purpose: the product works in
another form, so agreement says that the change of variables is right too. Set-up of the trajectories: linear betas 1e-4..0.02, 1000 levels, eps =
x t/(t + 1), start 2 noise - 1, photo 2 sample - 1, columns 0..3 of 8 known, every draw one fixed z. Set-up of the distances to the exact
conditional: data N(0, rho^|i-j|/4) over 32 values, the ideal denoiser, mean and covariance carried through every step.
"""
import json
import platform
from pathlib import Path

import numpy as np

SHAPE = (4, 3, 8, 8)
BETAS = np.linspace(1e-4, 0.02, 1000)
BARS = np.cumprod(1 - BETAS)

flat = np.arange(768, dtype=np.float64)
SAMPLE = np.moveaxis(flat.reshape(3, 8, 8, 4), -1, 0) / 768
NOISE = np.moveaxis(flat[::-1].reshape(3, 8, 8, 4), -1, 0) / 768
START = 2 * NOISE - 1
PHOTO = 2 * SAMPLE - 1
Z = 2 * NOISE[:, :, ::-1, :] - 1
KNOWN = np.zeros(SHAPE)
KNOWN[..., :4] = 1


def bar(t):
    return BARS[t] if t >= 0 else 1.0


# --- schedules ---------------------------------------------------------------------------------------------------------------------


class Jump:
    """Stretches of one length, each climbed back times - 1 times."""

    def __init__(self, levels, length, times):
        self.levels, self.length, self.times = levels, length, times
        self.renew()

    def renew(self):
        self.left = dict.fromkeys(range(0, self.levels - self.length, self.length), self.times - 1)

    def due(self, t, start):
        return self.left.get(t, 0) > 0 and t <= start - self.length


def schedule(levels, jumps, level_times=1, start=10**8):
    """The published list: jumps = [(length, times) of the first, second and third]; closes with -1."""
    nested = [Jump(levels, *jump) for jump in jumps]
    visits, t = [], levels
    while t >= 1:
        t -= 1
        visits.append(t)
        if t + 1 < levels - 1 and t <= start:
            visits += [t + 1, t] * (level_times - 1)
        for depth in reversed(range(len(nested))):
            jump = nested[depth]
            if not jump.due(t, start):
                continue
            jump.left[t] -= 1
            visits += range(t + 1, t + jump.length + 1)
            t += jump.length
            for inner in nested[depth + 1:]:
                inner.renew()
    return visits + [-1]


def schedule_case(told, steps, length, times, **more):
    jumps = [(length, times), (more.get("jump2Length", 1), more.get("jump2Resamples", 1)), (more.get("jump3Length", 1), more.get("jump3Resamples", 1))]
    visits = schedule(steps, jumps, more.get("levelResamples", 1), more.get("startResampling", 10**8))
    calls = sum(q < p for p, q in zip(visits, visits[1:]))
    return {"told": told, "steps": steps, "jumpLength": length, "resamples": times, "settings": more, "visits": visits, "calls": calls}


# --- trajectories ------------------------------------------------------------------------------------------------------------------


def eps_of(x, t):
    return x * t / (t + 1)


def repaint_diffusers(steps, length, times, eta, share=1.0):
    """RePaint as diffusers has it: a step from t lands at t - ratio, an undo from there uses the betas t .. t + ratio - 1, one draw each.
    share: of the model's eps; below 1 the estimate leaves -1..1, so that the clip bites."""
    ratio = 1000 // steps
    timesteps = [ratio * t for t in schedule(steps, [(length, times)])[:-1]]
    x, last, calls = START, timesteps[0] + 1, 0
    for t in timesteps:
        if t < last:
            a, p = bar(t), bar(t - ratio)
            eps = share * eps_of(x, t)
            x0 = np.clip((x - np.sqrt(1 - a) * eps) / np.sqrt(a), -1, 1)
            std = eta * np.sqrt((1 - p) / (1 - a) * (1 - a / p))
            unknown = np.sqrt(p) * x0 + np.sqrt(1 - p - std**2) * eps + (std * Z if t > 0 else 0)
            known = np.sqrt(p) * PHOTO + np.sqrt(1 - p) * Z
            x = KNOWN * known + (1 - KNOWN) * unknown
            calls += 1
        else:
            for i in range(ratio):
                x = np.sqrt(1 - BETAS[last + i]) * x + np.sqrt(BETAS[last + i]) * Z
        last = t
    return {**figures(x), "timesteps": timesteps, "calls": calls}


def ding_std(p, rule):
    """Of the Gaussian that a step draws from: sqrt(1 - A_p)(1 - sqrt(A_p)) as shipped, or with the root of the second factor."""
    share = 1 - np.sqrt(p)
    return np.sqrt(1 - p) * (share if rule == "square" else np.sqrt(share))


def ding(steps, rule, delayed):
    timesteps = list(range((steps - 1) * (1000 // steps), -1, -(1000 // steps)))
    x, calls = START, 0
    for i, t in enumerate(timesteps):
        after = timesteps[i + 1] if i + 1 < steps else -1
        a, p = bar(t), bar(after)
        eps = eps_of(x, t)
        x0 = np.clip((x - np.sqrt(1 - a) * eps) / np.sqrt(a), -1, 1)
        eps = (x - np.sqrt(a) * x0) / np.sqrt(1 - a)
        std = ding_std(p, rule)
        c = np.sqrt(1 - p - std**2) / np.sqrt(1 - a)
        draw = c * x + (np.sqrt(p) - np.sqrt(a) * c) * x0 + std * Z
        calls += 1
        if not delayed and after >= 0:
            ahead = np.clip((draw - np.sqrt(1 - p) * eps_of(draw, after)) / np.sqrt(p), -1, 1)
            eps = (draw - np.sqrt(p) * ahead) / np.sqrt(1 - p)
            calls += 1
        x = KNOWN * (np.sqrt(p) * PHOTO + np.sqrt(1 - p) * eps) + (1 - KNOWN) * draw
    return {**figures(x), "calls": calls}


def colour(steps, eta):
    """DDNM, x0^ = x0 - A+(A x0 - A y), A the mean of the channels where the picture is painted and the identity where it is known."""
    timesteps = list(range((steps - 1) * (1000 // steps), -1, -(1000 // steps)))
    x = START
    for i, t in enumerate(timesteps):
        a, p = bar(t), bar(timesteps[i + 1] if i + 1 < steps else -1)
        x0 = np.clip((x - np.sqrt(1 - a) * eps_of(x, t)) / np.sqrt(a), -1, 1)
        eps = (x - np.sqrt(a) * x0) / np.sqrt(1 - a)
        miss = x0 - PHOTO
        fixed = x0 - np.where(KNOWN > 0, miss, miss.mean(axis=1, keepdims=True))
        x = np.sqrt(p) * fixed + np.sqrt(1 - p) * (eta * Z + np.sqrt(1 - eta**2) * eps)
    grey = np.abs((x - PHOTO).mean(axis=1)).max()
    return {**figures(x), "greyDeviation": float(grey)}


def figures(x):
    painted = np.abs(x[..., 4:])
    return {
        "sum": float(np.abs(x).sum()), "mean": float(np.abs(x).mean()), "unknown": float(painted.sum()), "unknownMean": float(painted.mean()),
        "first": float(x[0, 0, 0, 0]), "last": float(x[3, 2, 7, 7]),
    }


# --- distance to the exact conditional -----------------------------------------------------------------------------------------------

D = 32
MASKS = {
    "half": (0.97, lambda i: i < 16),
    "alt": (0.9, lambda i: i % 2 == 0),
    "gap": (0.97, lambda i: i < 10 or i > 21),
    "outp": (0.97, lambda i: 8 <= i <= 23),
}


def root(m):
    values, vectors = np.linalg.eigh((m + m.T) / 2)
    return (vectors * np.sqrt(np.clip(values, 0, None))) @ vectors.T


class Carried:
    """x = M y + noise of covariance C, over every value; a step is x <- F x + B y + sum of N_k z_k."""

    def __init__(self, k):
        self.mean, self.cov, self.k = np.zeros((D, D)), np.eye(D), k

    def step(self, f, b, noises):
        self.mean = f @ self.mean + b
        self.cov = f @ self.cov @ f.T + sum(n @ n.T for n in noises)

    def error(self, s):
        k, u = np.flatnonzero(self.k), np.flatnonzero(~self.k)
        best = s[np.ix_(u, k)] @ np.linalg.inv(s[np.ix_(k, k)])
        exact = s[np.ix_(u, u)] - best @ s[np.ix_(k, u)]
        slip = self.mean[np.ix_(u, k)] - best
        have = self.cov[np.ix_(u, u)]
        r = root(exact)
        bures = np.trace(exact) + np.trace(have) - 2 * np.trace(root(r @ have @ r))
        return float(np.sqrt((np.trace(slip @ s[np.ix_(k, k)] @ slip.T) + bures) / np.trace(exact)))


def ideal_eps(s, a):
    """eps(x) = E x of the exact model at alpha bar a."""
    return np.sqrt(1 - a) * np.linalg.inv(a * s + (1 - a) * np.eye(D))


def distance_ding(name, steps, rule, delayed):
    rho, is_known = MASKS[name]
    s = 0.25 * rho ** np.abs(np.subtract.outer(np.arange(D), np.arange(D)))
    known = np.array([is_known(i) for i in range(D)])
    k, u, one = np.diag(known * 1.0), np.diag(~known * 1.0), np.eye(D)
    at = Carried(known)
    timesteps = list(range((steps - 1) * (1000 // steps), -1, -(1000 // steps)))
    for i, t in enumerate(timesteps):
        a, p = bar(t), bar(timesteps[i + 1] if i + 1 < steps else -1)
        e = ideal_eps(s, a)
        x0 = (one - np.sqrt(1 - a) * e) / np.sqrt(a)
        std = ding_std(p, rule)
        c = np.sqrt(1 - p - std**2) / np.sqrt(1 - a)
        f = c * one + (np.sqrt(p) - np.sqrt(a) * c) * x0
        if delayed or p == 1:
            at.step(u @ f + np.sqrt(1 - p) * k @ e, np.sqrt(p) * k, [std * u])
        else:
            ahead = np.sqrt(1 - p) * ideal_eps(s, p)
            at.step(u @ f + k @ ahead @ f, np.sqrt(p) * k, [std * u, std * k @ ahead])
    return at.error(s)


def distance_repaint_diffusers(name, steps, length, times, eta):
    rho, is_known = MASKS[name]
    s = 0.25 * rho ** np.abs(np.subtract.outer(np.arange(D), np.arange(D)))
    known = np.array([is_known(i) for i in range(D)])
    k, u, one = np.diag(known * 1.0), np.diag(~known * 1.0), np.eye(D)
    at, ratio = Carried(known), 1000 // steps
    timesteps = [ratio * t for t in schedule(steps, [(length, times)])[:-1]]
    last = timesteps[0] + 1
    for t in timesteps:
        if t < last:
            a, p = bar(t), bar(t - ratio)
            e = ideal_eps(s, a)
            x0 = (one - np.sqrt(1 - a) * e) / np.sqrt(a)
            std = eta * np.sqrt((1 - p) / (1 - a) * (1 - a / p))
            at.step(u @ (np.sqrt(p) * x0 + np.sqrt(1 - p - std**2) * e), np.sqrt(p) * k, [std * u + np.sqrt(1 - p) * k])
        else:
            for i in range(ratio):
                at.step(np.sqrt(1 - BETAS[last + i]) * one, 0 * one, [np.sqrt(BETAS[last + i]) * one])
        last = t
    return at.error(s)


def distance_colour(name, steps, eta):
    """Three channels, 0.8^|a-b| between them; told are the known pixels and the grey of the others: P projects on what is told."""
    rho, is_known = MASKS[name]
    lags = np.abs(np.subtract.outer(np.arange(D), np.arange(D)))
    s = np.kron(0.8 ** np.abs(np.subtract.outer(np.arange(3), np.arange(3))), 0.25 * rho**lags)
    known = np.array([is_known(i) for i in range(D)])
    grey = np.kron(np.full((3, 3), 1 / 3), np.eye(D))
    at_known = np.kron(np.eye(3), np.diag(known * 1.0))
    one = np.eye(3 * D)
    told = at_known + (one - at_known) @ grey
    mean, cov = np.zeros((3 * D, 3 * D)), np.eye(3 * D)
    timesteps = list(range((steps - 1) * (1000 // steps), -1, -(1000 // steps)))
    for i, t in enumerate(timesteps):
        a, p = bar(t), bar(timesteps[i + 1] if i + 1 < steps else -1)
        e = np.sqrt(1 - a) * np.linalg.inv(a * s + (1 - a) * one)
        x0 = (one - np.sqrt(1 - a) * e) / np.sqrt(a)
        f = np.sqrt(p) * (one - told) @ x0 + np.sqrt((1 - p) * (1 - eta**2)) * e
        mean = f @ mean + np.sqrt(p) * told
        cov = f @ cov @ f.T + (1 - p) * eta**2 * one
    values, vectors = np.linalg.eigh(told)
    have, miss = vectors[:, values > 0.5].T, vectors[:, values < 0.5].T
    best = miss @ s @ have.T @ np.linalg.inv(have @ s @ have.T)
    exact = miss @ s @ miss.T - best @ have @ s @ miss.T
    slip = miss @ mean @ have.T - best
    r, filled = root(exact), miss @ cov @ miss.T
    bures = np.trace(exact) + np.trace(filled) - 2 * np.trace(root(r @ filled @ r))
    return float(np.sqrt((np.trace(slip @ have @ s @ have.T @ slip.T) + bures) / np.trace(exact)))


def main():
    schedules = [
        schedule_case("two jumps, one inside the other", 12, 6, 2, jump2Length=2, jump2Resamples=3),
        schedule_case("three jumps", 12, 6, 2, jump2Length=3, jump2Resamples=2, jump3Length=1, jump3Resamples=2),
        schedule_case("every level twice", 6, 10, 1, levelResamples=2),
        schedule_case("only near the end", 20, 4, 3, startResampling=8),
        schedule_case("everything at once", 14, 4, 2, jump2Length=2, jump2Resamples=2, jump3Length=1, jump3Resamples=2, levelResamples=2, startResampling=9),
        schedule_case("10, 2, 2 as published", 10, 2, 2),
    ]
    cases = {}
    for eta in (0, 0.5, 1):
        cases[f"repaint-diffusers 5,2,2 eta {eta}"] = repaint_diffusers(5, 2, 2, eta)
    cases["repaint-diffusers 5,2,2 eta 0.5, half eps"] = repaint_diffusers(5, 2, 2, 0.5, share=0.5)
    for rule in ("square", "linear"):
        for delayed in (True, False):
            cases[f"{'delayed-ding' if delayed else 'ding'} 10 {rule}"] = ding(10, rule, delayed)
    for eta in (0, 0.5):
        cases[f"ddnm-colour 10 eta {eta}"] = colour(10, eta)
    rows = []
    for steps in (10, 25, 50, 125):
        rows.append({"method": "ding", "steps": steps, "calls": 2 * steps - 1, "settings": {}, "errors": {n: distance_ding(n, steps, "square", False) for n in MASKS}})
    rows.append({"method": "ding", "steps": 50, "calls": 99, "settings": {"dingNoise": "linear"}, "errors": {n: distance_ding(n, 50, "linear", False) for n in MASKS}})
    rows.append({"method": "delayed-ding", "steps": 50, "calls": 50, "settings": {}, "errors": {n: distance_ding(n, 50, "square", True) for n in MASKS}})
    for steps, length, times, eta in [(25, 5, 5, 0), (25, 5, 5, 1), (50, 5, 5, 1), (100, 10, 10, 0), (100, 10, 10, 1), (250, 10, 10, 0), (250, 10, 10, 1)]:
        calls = steps + (times - 1) * length * -(-(steps - length) // length)
        errors = {n: distance_repaint_diffusers(n, steps, length, times, eta) for n in MASKS}
        rows.append({"method": "repaint-diffusers", "steps": steps, "jumpLength": length, "resamples": times, "eta": eta, "calls": calls, "settings": {}, "errors": errors})
    for steps, eta in [(20, 0), (50, 0), (50, 0.3)]:
        rows.append({"method": "ddnm-colour", "steps": steps, "eta": eta, "calls": steps, "settings": {}, "errors": {n: distance_colour(n, steps, eta) for n in MASKS}})
    out = Path(__file__).resolve().parents[2] / "tests" / "golden" / "inpaint.json"
    born = f"python tools/golden/inpaint.py, numpy {np.__version__}, Python {platform.python_version()}, float64"
    out.write_text(json.dumps({"born": born, "schedules": schedules, "cases": cases, "distances": rows}, indent=1) + "\n")
    for name, case in cases.items():
        print(name, {key: value for key, value in case.items() if key not in ("first", "last")})
    for row in rows:
        print(row["method"], row["steps"], row.get("jumpLength", ""), row.get("eta", ""), row["settings"], row["calls"], [round(x, 5) for x in row["errors"].values()], round(np.mean(list(row["errors"].values())), 5))


main()
