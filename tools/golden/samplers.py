"""Own golden numbers for what the peers' tests leave out: DDIM with clip and noise, RePaint as published, the solvers of higher order.

    python tools/golden/samplers.py        writes tests/golden/samplers.json (needs numpy only)

Written in the papers' variance-preserving form, x = sqrt(A) x0 + sqrt(1 - A) eps, float64, apart from src/core on purpose:
the product works in another form, so agreement says that the change of variables is right too. Set-up, but for the solvers: linear betas 1e-4..0.02, 1000 levels,
eps = x t/(t + 1), start 2 noise - 1, photo 2 sample - 1, columns 0..3 of 8 known, x0 clipped to -1..1, every draw one fixed z.
"""
import json
import platform
from pathlib import Path

import numpy as np

SHAPE = (4, 3, 8, 8)
ALPHA_BARS = np.cumprod(1 - np.linspace(1e-4, 0.02, 1000))

flat = np.arange(768, dtype=np.float64)
SAMPLE = np.moveaxis(flat.reshape(3, 8, 8, 4), -1, 0) / 768
NOISE = np.moveaxis(flat[::-1].reshape(3, 8, 8, 4), -1, 0) / 768
START = 2 * NOISE - 1
PHOTO = 2 * SAMPLE - 1
Z = 2 * NOISE[:, :, ::-1, :] - 1
KNOWN = np.zeros(SHAPE)
KNOWN[..., :4] = 1


def clean(x, t, alpha_bar):
    return np.clip(raw(x, t, alpha_bar), -1, 1)


def dynamic(x0, ratio, largest):
    """Saharia et al. 2022 (arXiv:2205.11487): the quantile of |x0| over an image, within 1..largest, becomes the edge of the range."""
    edge = np.quantile(np.abs(x0).reshape(len(x0), -1), ratio, axis=1).clip(1, largest)[:, None, None, None]
    return np.clip(x0, -edge, edge) / edge


def raw(x, t, alpha_bar):
    return (x - np.sqrt(1 - alpha_bar) * x * t / (t + 1)) / np.sqrt(alpha_bar)


def ddim(timesteps, eta, hat=False, hold=lambda x0: np.clip(x0, -1, 1), start=START):
    """hat: the larger noise sqrt(1 - A_t/A_p) of the DDIM paper's section 5, beside the direction of eta = 1; none at the last step."""
    x = start
    for i, t in enumerate(timesteps):
        a = ALPHA_BARS[t]
        p = ALPHA_BARS[timesteps[i + 1]] if i + 1 < len(timesteps) else 1.0
        x0 = hold(raw(x, t, a))
        eps = (x - np.sqrt(a) * x0) / np.sqrt(1 - a)
        sigma = eta * np.sqrt((1 - p) / (1 - a)) * np.sqrt(1 - a / p)
        noise = np.sqrt(1 - a / p) if hat else sigma
        last = i + 1 == len(timesteps)
        x = np.sqrt(p) * x0 + np.sqrt(max(1 - p - sigma**2, 0)) * eps + (0 if last and hat else noise) * Z
    return x


def ddpm(timesteps, variance):
    x = START
    for i, t in enumerate(timesteps):
        a = ALPHA_BARS[t]
        p = ALPHA_BARS[timesteps[i + 1]] if i + 1 < len(timesteps) else 1.0
        x = posterior(x, clean(x, t, a), a, p, variance, i + 1 < len(timesteps), 1.0)
    return x


def posterior(x, x0, a, p, variance, noisy, scale):
    beta = 1 - a / p
    mean = (np.sqrt(p) * beta * x0 + np.sqrt(a / p) * (1 - p) * x) / (1 - a)
    var = beta if variance == "large" else (1 - p) / (1 - a) * beta
    return mean + (np.sqrt(var) * scale * Z if noisy else 0)


def jump_schedule(levels, length, resamples):
    left = {j: resamples - 1 for j in range(0, levels - length, length)}
    t, out = levels, []
    while t >= 1:
        t -= 1
        out.append(t)
        if left.get(t, 0) > 0:
            left[t] -= 1
            for _ in range(length):
                t += 1
                out.append(t)
    return out + [-1]


def repaint(timesteps, length, resamples, variance, scale):
    """timesteps ascending; betas are re-derived for the kept levels."""
    bars = ALPHA_BARS[timesteps]
    betas = 1 - bars / np.concatenate([[1.0], bars[:-1]])
    x, first, calls = START, True, 0
    schedule = jump_schedule(len(timesteps), length, resamples)
    for p, q in zip(schedule[:-1], schedule[1:]):
        if q > p:
            x = np.sqrt(1 - betas[q]) * x + np.sqrt(betas[q]) * scale * Z
            continue
        if not first:
            x = KNOWN * (np.sqrt(bars[p]) * PHOTO + np.sqrt(1 - bars[p]) * scale * Z) + (1 - KNOWN) * x
        first, calls = False, calls + 1
        lower = bars[p - 1] if p > 0 else 1.0
        x = posterior(x, clean(x, timesteps[p], bars[p]), bars[p], lower, variance, p > 0, scale)
    return x, schedule, calls


# The solvers: start SAMPLE, no clip, no noise, the published tests' own levels. Between levels the peers' schedulers of Euler and Heun put
# sigma linearly in t, on 1100 trained levels; the two multistep solvers end at the lowest trained level, not at 0.


def dummy_eps(x, t):
    return x * t / (t + 1)


TRAINED_1100 = np.cumprod(1 - np.linspace(1e-4, 0.02, 1100))
TRAINED_SIGMAS = np.sqrt((1 - TRAINED_1100) / TRAINED_1100)


def even_levels(steps):
    ts = np.linspace(0, 1099, steps)[::-1]
    return ts, np.append(np.interp(ts, np.arange(1100), TRAINED_SIGMAS), 0.0)


def karras_levels(steps):
    """Karras et al. 2022, eq. 5, rho 7, between the trained ends; the timestep of a sigma is linear in ln sigma."""
    ends = TRAINED_SIGMAS[[-1, 0]] ** (1 / 7)
    sigmas = (ends[0] + np.linspace(0, 1, steps) * (ends[1] - ends[0])) ** 7
    return np.interp(np.log(sigmas), np.log(TRAINED_SIGMAS), np.arange(1100)), np.append(sigmas, 0.0)


def karras_form(levels, second, misfed=False, predicts="epsilon", first=0):
    """Euler, or Heun's method, in x / sqrt(A), as Karras et al. 2022 (algorithm 2) write them, t fractional.

    misfed: as the tests of diffusers use them, which step from the state that was scaled for the model. first: from the noised SAMPLE there.
    """
    ts, sigmas = levels
    x = SAMPLE * sigmas[0] + (sigmas[first] * NOISE if first else 0)

    def stepped_from(x, s):
        return x / np.sqrt(s**2 + 1) if misfed else x

    def slope(x, s, t):
        """x is what is stepped from."""
        said = dummy_eps(x if misfed else x / np.sqrt(s**2 + 1), t)
        if predicts == "epsilon":
            return said
        return (x - (x / (s**2 + 1) - s / np.sqrt(s**2 + 1) * said)) / s

    for i in range(first, len(ts)):
        s, after = sigmas[i], sigmas[i + 1]
        x = stepped_from(x, s)
        d = slope(x, s, ts[i])
        ahead = x + (after - s) * d
        if second and after > 0:
            d = (d + slope(stepped_from(ahead, after), after, ts[i + 1])) / 2
        x = x + (after - s) * d
    return x


SOLVER_STEPS = [999, 899, 799, 699, 599, 500, 400, 300, 200, 100]


class Level:
    def __init__(self, t):
        self.t, self.alpha, self.sigma = t, np.sqrt(ALPHA_BARS[t]), np.sqrt(1 - ALPHA_BARS[t])
        self.half_log_snr = np.log(self.alpha / self.sigma)

    def clean(self, x):
        return (x - self.sigma * dummy_eps(x, self.t)) / self.alpha


def dpmpp_2m(form="midpoint", lower_order_final=False):
    """DPM-Solver++(2M), Lu et al. 2022 (arXiv:2211.01095), algorithm 2: second order up to and with the last step, unless that is to be of first."""
    levels = [Level(t) for t in SOLVER_STEPS + [0]]
    x, outputs, h_before = SAMPLE, [], None
    for i, (s, t) in enumerate(zip(levels[:-1], levels[1:])):
        outputs.append(s.clean(x))
        h = t.half_log_snr - s.half_log_snr
        change = 0
        if h_before is not None and not (lower_order_final and i == len(levels) - 2):
            d1 = (outputs[-1] - outputs[-2]) / (h_before / h)
            change = -t.alpha * (np.exp(-h) - 1) * d1 / 2 if form == "midpoint" else t.alpha * ((np.exp(-h) - 1) / h + 1) * d1
        x = t.sigma / s.sigma * x - t.alpha * (np.exp(-h) - 1) * outputs[-1] + change
        h_before = h
    return x


def edm_churn(sigmas, churn, low, high, strength):
    """Karras et al. 2022 (arXiv:2206.00364), algorithm 2, sigma(t) = t; a model that takes sigma itself for its timestep, every draw Z."""
    def slope(x, s):
        return dummy_eps(x / np.sqrt(s**2 + 1), s)

    x = START * sigmas[0]
    for s, after in zip(sigmas[:-1], sigmas[1:]):
        gamma = min(churn / (len(sigmas) - 1), np.sqrt(2) - 1) if low <= s <= high else 0
        up = s + gamma * s
        x = x + np.sqrt(up**2 - s**2) * strength * Z
        d = slope(x, up)
        ahead = x + (after - up) * d
        if after > 0:
            ahead = x + (after - up) * (d / 2 + slope(ahead, after) / 2)
        x = ahead
    return x


def unipc_bh2(lower_order_final=True):
    """UniPC-2, Zhao et al. 2023 (arXiv:2302.04867), data prediction, B(h) = e^h - 1 of the negative step; the last step is of first order if so asked."""
    levels = [Level(t) for t in SOLVER_STEPS + [0]]
    x, outputs, corrected = SAMPLE, [], None
    for i, (s, t) in enumerate(zip(levels[:-1], levels[1:])):
        m = s.clean(x)
        if i > 0:
            x = unipc_update(levels[i - 1], s, corrected, outputs, levels[i - 2] if i > 1 else None, m)
        outputs.append(m)
        corrected = x
        second = 0 < i < len(SOLVER_STEPS) - (1 if lower_order_final else 0)
        x = unipc_update(s, t, corrected, outputs, levels[i - 1] if second else None, None)
    return x


def unipc_update(s, t, x, outputs, older, new):
    """From s to t; `older` the level of outputs[-2] where the order is 2; `new` the output at t, which makes it the corrector."""
    h = t.half_log_snr - s.half_log_snr
    hh = -h
    b_h = np.expm1(hh)
    phi, factorial = np.expm1(hh) / hh - 1, 1
    ratios, differences = [], []
    if older is not None:
        ratios.append((older.half_log_snr - s.half_log_snr) / h)
        differences.append((outputs[-2] - outputs[-1]) / ratios[0])
    if new is not None:
        ratios.append(1.0)
        differences.append(new - outputs[-1])
    matrix, right = [], []
    for k in range(1, len(ratios) + 1):
        matrix.append([r ** (k - 1) for r in ratios])
        right.append(phi * factorial / b_h)
        factorial *= k + 1
        phi = phi / hh - 1 / factorial
    # The paper's simplification: with one unknown the weight is 1/2.
    weights = [0.5] if len(ratios) == 1 else np.linalg.solve(np.array(matrix), np.array(right)) if ratios else []
    out = t.sigma / s.sigma * x - t.alpha * np.expm1(hh) * outputs[-1]
    for weight, difference in zip(weights, differences):
        out = out - t.alpha * b_h * weight * difference
    return out


def solver_figures(x):
    return {**figures(x), "mean": float(np.abs(x).mean())}


def figures(x):
    return {"sum": float(np.abs(x).sum()), "unknown": float(np.abs(x[..., 4:]).sum()), "first": float(x[0, 0, 0, 0]), "last": float(x[3, 2, 7, 7])}


LEADING = list(range(900, -1, -100))
CHURNED = [80, 30, 12, 5, 2, 0.6, 0.2, 0.05, 0]
LINSPACE = [999 - 111 * i for i in range(10)]
RESPACED = [111 * i for i in range(10)]


def main():
    cases = {}
    for name, steps in [("leading", LEADING), ("linspace", LINSPACE)]:
        for eta in (0, 0.5, 1):
            cases[f"ddim {name} eta {eta}"] = figures(ddim(steps, eta))
        for variance in ("small", "large"):
            cases[f"ddpm {name} {variance}"] = figures(ddpm(steps, variance))
    for eta in (0, 0.5):
        # Four times the start, or no estimate but the first few leaves the range.
        cases[f"ddim leading eta {eta}, dynamic 0.7 3"] = figures(ddim(LEADING, eta, hold=lambda x0: dynamic(x0, 0.7, 3), start=4 * START))
    cases["ddim leading sigma-hat"] = figures(ddim(LEADING, 1, hat=True))
    for name, variance, scale in [("small, no noise", "small", 0.0), ("large", "large", 1.0), ("small", "small", 1.0)]:
        x, schedule, calls = repaint(RESPACED, 2, 2, variance, scale)
        deviation = float(np.abs((x - PHOTO)[..., :4]).max())
        cases[f"repaint 10,2,2 {name}"] = {**figures(x), "schedule": schedule, "calls": calls, "knownDeviation": deviation}
    for name, second in [("euler", False), ("heun", True)]:
        for spacing, levels in [("", even_levels(10)), (", karras", karras_levels(10))]:
            ts, sigmas = levels
            listed = {"timesteps": ts.tolist(), "sigmas": sigmas.tolist()}
            cases[f"{name} 10 of 1100{spacing}"] = {**solver_figures(karras_form(levels, second)), **listed}
            cases[f"{name} misfed{spacing}"] = solver_figures(karras_form(levels, second, misfed=True))
        cases[f"{name} misfed, v"] = solver_figures(karras_form(even_levels(10), second, misfed=True, predicts="v"))
        cases[f"{name} misfed, noised"] = solver_figures(karras_form(even_levels(10), second, misfed=True, first=8))
    cases["dpmpp-2m 10, to the lowest level"] = solver_figures(dpmpp_2m())
    cases["dpmpp-2m 10, to the lowest level, lower order final"] = solver_figures(dpmpp_2m(lower_order_final=True))
    cases["dpmpp-2m 10, to the lowest level, heun"] = solver_figures(dpmpp_2m("heun"))
    cases["unipc 10, to the lowest level"] = solver_figures(unipc_bh2())
    cases["unipc 10, to the lowest level, second order final"] = solver_figures(unipc_bh2(lower_order_final=False))
    cases["edm 8, churn 2"] = solver_figures(edm_churn(CHURNED, 2, 0.1, 40, 1.003))
    out = Path(__file__).resolve().parents[2] / "tests" / "golden" / "samplers.json"
    born = f"python tools/golden/samplers.py, numpy {np.__version__}, Python {platform.python_version()}, float64"
    out.write_text(json.dumps({"born": born, "cases": cases}, indent=1) + "\n")
    for name, case in cases.items():
        print(f"{name}: {case['sum']:.4f} unknown {case['unknown']:.4f} {case.get('knownDeviation', '')}")


main()
