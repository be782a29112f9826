"""Early-warning indicators of a series: variance and lag-1 autocorrelation in a window that moves along.

Near a fold a system returns ever more slowly from small disturbances, so that what is left of the series
after its trend varies more, and is more like the day before (Scheffer and others 2009). The trend is taken
out by a Gaussian kernel; each indicator's own trend is Kendall's tau with time. Counts vary more where there
are more of them, fold or no fold: they should be transformed by Anscombe's square root first, which makes the
variance of a Poisson number 1 whatever its mean.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from sim.codes import Floats

INDICATORS = ("variance", "autocorrelation")


@dataclass(frozen=True)
class Settings:
    """How indicators are taken.

    Parameters
    ----------
    window : float
        Length of the moving window as a part of the series, above 0 and under 1.
    bandwidth : float
        Standard deviation of the kernel that takes the trend out, as a part of the series; 0 takes the mean
        out only.
    transform : {"anscombe", "none"}
        "anscombe" for counts: 2 sqrt(x + 3/8).
    """

    window: float = 0.5
    bandwidth: float = 0.1
    transform: Literal["anscombe", "none"] = "none"

    def __post_init__(self) -> None:
        if not 0.0 < self.window < 1.0 or self.bandwidth < 0.0:
            raise ValueError("window must be above 0 and under 1, bandwidth at least 0")
        if self.transform not in ("anscombe", "none"):
            raise ValueError(f"transform is {self.transform!r}, allowed are 'anscombe' and 'none'")


def residuals(series: Floats, settings: Settings) -> Floats:
    """What is left of series without their trend.

    Parameters
    ----------
    series : (..., T) array of float
        Finite.
    settings : Settings

    Returns
    -------
    (..., T) array of float
    """
    values = np.asarray(series, dtype=np.float64)
    if settings.transform == "anscombe":
        values = 2.0 * np.sqrt(values + 0.375)
    return detrended(values, settings.bandwidth)


def detrended(values: Floats, bandwidth: float) -> Floats:
    """Take the trend out of values of shape (..., T); see `Settings.bandwidth`."""
    if bandwidth == 0.0:
        return np.asarray(values - values.mean(axis=-1, keepdims=True))
    from scipy.ndimage import gaussian_filter1d

    trend = gaussian_filter1d(values, bandwidth * values.shape[-1], axis=-1, mode="reflect")
    return np.asarray(values - trend)


def indicators(rest: Floats, window: float) -> dict[str, Floats]:
    """Variance and lag-1 autocorrelation in each window.

    Parameters
    ----------
    rest : (..., T) array of float
        Without trend.
    window : float
        Part of T.

    Returns
    -------
    dict of str to (..., W) array
        Of windows that end on the last W days; an autocorrelation where nothing varies is 0.

    Raises
    ------
    ValueError
        If the window holds fewer than 4 values.
    """
    length = round(window * rest.shape[-1])
    if length < 4:
        raise ValueError(f"a window of {length} values is too short, 4 are needed")
    windows = sliding_window_view(rest, length, axis=-1)
    off = windows - windows.mean(axis=-1, keepdims=True)
    total = (off**2).sum(axis=-1)
    lagged = (off[..., 1:] * off[..., :-1]).sum(axis=-1)
    varies = total > 0.0
    autocorrelation = np.divide(lagged, total, out=np.zeros_like(total), where=varies)
    return {"variance": total / (length - 1), "autocorrelation": autocorrelation}


def kendall_tau(values: Floats) -> Floats:
    """Kendall's tau (tau-a) of values with time, of shape (...,) for values of shape (..., W), W over 1."""
    count = values.shape[-1]
    total = np.zeros(values.shape[:-1])
    for lag in range(1, count):
        total += np.sign(values[..., lag:] - values[..., :-lag]).sum(axis=-1)
    return np.asarray(total / (count * (count - 1) / 2.0))


def trends(series: Floats, settings: Settings) -> dict[str, Floats]:
    """Kendall's tau of each indicator of series of shape (..., T), of shape (...,)."""
    found = indicators(residuals(series, settings), settings.window)
    return {name: kendall_tau(found[name]) for name in INDICATORS}
