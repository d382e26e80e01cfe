"""Bits of noise version 1, made a second time apart from src/core/rng.ts.

    python tools/golden/noise.py        writes tests/golden/noise.json (needs numpy only)

numpy's float64 + - * / sqrt are IEEE-exact, as a browser's are, so the same formula in the same order must give the same bits: the hashes
are of the little-endian float64 and float32 bytes. Philox 4x32-10 is done in Python's integers.
"""
import hashlib
import json
import platform
from pathlib import Path

import numpy as np

PURPOSES = {"start": 0, "step": 1, "known": 2, "undo": 3, "churn": 4, "corrector": 5}
WORD = 1 << 32


def philox(counter, key):
    c, k = list(counter), list(key)
    for _ in range(10):
        left, right = 0xD2511F53 * c[0], 0xCD9E8D57 * c[2]
        c = [(right >> 32) ^ c[1] ^ k[0], right % WORD, (left >> 32) ^ c[3] ^ k[1], left % WORD]
        k = [(k[0] + 0x9E3779B9) % WORD, (k[1] + 0xBB67AE85) % WORD]
    return c


def log_near_one(m):
    s = (m - 1) / (m + 1)
    z = s * s
    p = z / 21 + np.float64(1) / 19
    for odd in (17, 15, 13, 11, 9, 7, 5, 3):
        p = z * p + np.float64(1) / odd
    return 2 * s * (1 + z * p)


def sin_near_zero(t):
    z = t * t
    p = np.float64(1) / 6227020800 - z / 1307674368000
    for sign, factorial in ((-1, 39916800), (1, 362880), (-1, 5040), (1, 120), (-1, 6)):
        p = z * p + sign * (np.float64(1) / factorial)
    return t + t * (z * p)


def cos_near_zero(t):
    z = t * t
    p = z / 20922789888000 - np.float64(1) / 87178291200
    for sign, divisor in ((1, 479001600), (-1, 3628800), (1, 40320), (-1, 720), (1, 24), (-1, 2)):
        p = z * p + sign * (np.float64(1) / divisor)
    return 1 + z * p


def radii(words):
    doubled = [2 * w + 1 for w in words]
    exponents = np.array([33 - d.bit_length() for d in doubled], dtype=np.float64)
    mantissas = np.array([d * 2.0 ** (-d.bit_length()) for d in doubled])
    low = mantissas < 0.7071067811865476
    mantissas = np.where(low, mantissas + mantissas, mantissas)
    exponents = np.where(low, exponents + 1, exponents)
    return np.sqrt(-2 * (log_near_one(mantissas) - exponents * 0.6931471805599453))


def pairs(radius_words, angle_words):
    r = radii(radius_words)
    quarters = np.array([((a + 0x20000000) % WORD) >> 30 for a in angle_words])
    signed = [((a - (((a + 0x20000000) % WORD) >> 30) * (1 << 30) + (1 << 31)) % WORD) - (1 << 31) for a in angle_words]
    t = np.array(signed, dtype=np.float64) * ((2 * 3.141592653589793) / 4294967296)
    sine, cosine = r * sin_near_zero(t), r * cos_near_zero(t)
    x = np.where(quarters % 2 == 1, sine, cosine)
    y = np.where(quarters % 2 == 1, cosine, sine)
    return np.where((quarters == 1) | (quarters == 2), -x, x), np.where(quarters >= 2, -y, y)


def draw(seed, purpose, walk, length):
    blocks = [philox((b, walk, PURPOSES[purpose], 0), (seed % WORD, seed // WORD)) for b in range((length + 3) // 4)]
    out = np.empty(4 * len(blocks))
    out[0::4], out[1::4] = pairs([b[0] for b in blocks], [b[1] for b in blocks])
    out[2::4], out[3::4] = pairs([b[2] for b in blocks], [b[3] for b in blocks])
    return out[:length]


def sha256(values, dtype):
    return hashlib.sha256(values.astype(dtype).tobytes()).hexdigest()


def main():
    draws = []
    for seed, purpose, walk, length in [(0, "start", 0, 4096), (413, "step", 17, 3001), (2**53 - 1, "known", 4569, 1030), (2**32, "undo", 1, 8), (7, "churn", 3, 5), (7, "corrector", 3, 5)]:
        z = draw(seed, purpose, walk, length)
        first = [float(v) for v in z[:4]]
        draws.append({"seed": seed, "purpose": purpose, "walk": walk, "length": length, "first": first, "float64": sha256(z, "<f8"), "float32": sha256(z, "<f4")})
    born = f"python tools/golden/noise.py, numpy {np.__version__}, Python {platform.python_version()}"
    out = Path(__file__).resolve().parents[2] / "tests" / "golden" / "noise.json"
    out.write_text(json.dumps({"born": born, "draws": draws}, indent=1) + "\n")
    print(out.read_text())


main()
