"""A hierarchical multinomial logit: every product, size, category and shopper has its own leaning.

    eta_small, eta_large = intercept + body, stretch + product + cell + category + label + traits
                           + shopper + stretch * (product, category),   against ``fits`` at 0

Each group of weights has a Gaussian prior around 0, and the posterior's mode is taken (a random-
effects model by penalised likelihood: Breslow and Clayton, JASA 1993; latent sizes of products and
shoppers as in Sembium et al., RecSys 2017, and Misra et al., RecSys 2018). So a new product or shopper
has exactly the group's rate, and few reports move it little.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from assistant.fit.calibration import probabilities
from assistant.fit.columns import UNKNOWN, Columns, Floats, Ints, Vocabulary
from assistant.fit.shrinkage import PRIOR, SHOP_STRENGTH, shrunk
from assistant.fit.size_scale import SizeScale
from knowledge.fit_reports import Fit

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

# Precisions of the priors: 1 lets a group's log odds differ by about one from its neighbours'. A
# product may be cut quite differently from the rest, so it has the widest; slopes have narrow ones.
_PRECISION: Final = {"product": 0.8, "cell": 4.0, "category": 3.0, "label": 3.0, "shopper": 2.0}
_TRAIT_PRECISION: Final = 2.0
_BODY_PRECISION: Final = 1.0
_SLOPE_PRECISION: Final = {"product": 12.0, "category": 10.0}
_ITERATIONS: Final = 40
# What a report says something about at once; the rest waits for the next training.
_UPDATED: Final = ("product", "cell", "shopper")
_NEWTON_STEPS: Final = 10


@dataclass(frozen=True, slots=True)
class Effects:
    """The fitted weights.

    Attributes:
        intercept: Log odds of small and of large against fits, shape ``(2,)``.
        body: Shape ``(body columns, 2)``.
        groups: By name of the group, shape ``(names + 1, 2)``; the last row is 0, for new names.
    """

    intercept: Floats
    body: Floats
    groups: dict[str, Floats]

    @classmethod
    def of(cls, vocabulary: Vocabulary, scale: SizeScale, columns: Columns) -> Effects:
        """Fit the weights to reports."""
        from scipy.sparse import csr_matrix, hstack

        counts = np.bincount(columns.fit, minlength=3)
        share = shrunk(counts.astype(np.float64), PRIOR, SHOP_STRENGTH)
        intercept = np.log(share[[Fit.SMALL, Fit.LARGE]] / share[Fit.FITS])
        body, groups = _design(vocabulary, scale, columns)
        blocks = [csr_matrix(body / np.sqrt(_BODY_PRECISION))]
        widths: dict[str, int] = {}
        for group in groups:
            known = np.flatnonzero(group.codes != UNKNOWN)
            widths[group.name] = vocabulary.size(group.key)
            entry = group.weight[known] / np.sqrt(group.precision)
            blocks.append(csr_matrix((entry, (known, group.codes[known])), shape=(len(columns), widths[group.name])))
        weights = _mode(hstack(blocks).tocsr(), columns.fit, intercept)
        found, at = {}, body.shape[1]
        for group in groups:
            part = weights[at : at + widths[group.name]] / np.sqrt(group.precision)
            found[group.name] = np.concatenate([part, np.zeros((1, 2))])
            at += widths[group.name]
        return cls(intercept, weights[: body.shape[1]] / np.sqrt(_BODY_PRECISION), found)

    def log_odds(self, vocabulary: Vocabulary, scale: SizeScale, columns: Columns) -> Floats:
        """Return the log odds of small and of large against fits, shape ``(rows, 2)``."""
        body, groups = _design(vocabulary, scale, columns)
        odds: Floats = self.intercept + body @ self.body
        for group in groups:
            table = self.groups[group.name]
            codes = np.where(group.codes < len(table) - 1, group.codes, UNKNOWN)
            odds = odds + table[codes] * group.weight[:, None]
        return odds

    def updated(self, vocabulary: Vocabulary, scale: SizeScale, reports: Columns, added: Columns) -> Effects:
        """Return the effects with the leanings of what has new reports brought up to date.

        Of each product, cell and shopper in ``added`` the mode given all other weights is taken, in that
        order. Training again moves the other weights too, by little while few reports are new.

        Args:
            reports: All, the added among them.
        """
        groups = {name: _grown(table, vocabulary.size(_key(name))) for name, table in self.groups.items()}
        effects = Effects(self.intercept, self.body, groups)
        for key in _UPDATED:
            touched = np.isin(reports.keys[key], added.keys[key][added.keys[key] != UNKNOWN])
            part = reports.taken(touched)
            rest = effects.log_odds(vocabulary, scale, part) - groups[key][part.keys[key]]
            groups[key] = _conditional_mode(groups[key], part, key, rest)
        return effects


@dataclass(frozen=True, slots=True)
class _Group:
    name: str
    key: str
    codes: Ints
    weight: Floats
    precision: float


def _design(vocabulary: Vocabulary, scale: SizeScale, columns: Columns) -> tuple[Floats, list[_Group]]:
    stretch, position = scale.stretch(vocabulary, columns), scale.position(columns)
    extra = np.stack([stretch, stretch**2, np.abs(stretch), position, position**2, position * stretch], axis=1)
    body = np.concatenate([scale.body(vocabulary, columns), np.clip(extra, -9, 9)], axis=1)
    return body, list(_groups(vocabulary, columns, np.clip(stretch, -3, 3)))


def _groups(vocabulary: Vocabulary, columns: Columns, stretch: Floats) -> Iterator[_Group]:
    ones = np.ones(len(columns))
    for key, precision in _PRECISION.items():
        yield _Group(key, key, columns.keys[key], ones, precision)
    for key, precision in _SLOPE_PRECISION.items():
        yield _Group(f"stretch:{key}", key, columns.keys[key], stretch, precision)
    for kind, name in enumerate(vocabulary.traits):
        yield _Group(f"trait:{name}", f"trait:{name}", columns.traits[:, kind], ones, _TRAIT_PRECISION)


def _key(group: str) -> str:
    return group.removeprefix("stretch:")


def _grown(table: Floats, names: int) -> Floats:
    return np.concatenate([table, np.zeros((max(0, names + 1 - len(table)), 2))])


def _conditional_mode(table: Floats, reports: Columns, key: str, rest: Floats) -> Floats:
    """Return a group's weights at their mode given all others; ``rest`` are the odds without it."""
    names, codes = np.unique(reports.keys[key], return_inverse=True)
    target = np.stack([reports.fit == Fit.SMALL, reports.fit == Fit.LARGE], axis=1).astype(np.float64)
    weights, precision = table[names], _PRECISION[key]
    for _ in range(_NEWTON_STEPS):
        chance = probabilities(rest + weights[codes])[:, [0, 2]]
        gradient, curvature = -precision * weights, np.full_like(weights, precision)
        np.add.at(gradient, codes, target - chance)
        np.add.at(curvature, codes, chance * (1 - chance))
        # Half a unit at most: far from the mode the curvature promises too long a step.
        weights = weights + np.clip(gradient / curvature, -0.5, 0.5)
    found = table.copy()
    found[names] = weights
    return found


def _mode(design: csr_matrix, fit: Ints, intercept: Floats) -> Floats:
    """Return the posterior's mode for unit priors, shape ``(columns, 2)``.

    L-BFGS on weights scaled by the diagonal of the curvature: without the scaling the common and the
    rare names differ so much that it had not converged after 160 steps, with it after 20.
    """
    from scipy.optimize import minimize
    from scipy.sparse import diags

    curvature = np.asarray(design.multiply(design).sum(axis=0)).ravel()
    # 0.11 is p(1 - p) of a fit that one buyer in eight reports.
    scaling = 1 / np.sqrt(1 + 0.11 * curvature)
    scaled = (design @ diags(scaling)).tocsr()
    transposed = scaled.T.tocsr()
    squares = (scaling**2)[:, None]
    target = np.stack([fit == Fit.SMALL, fit == Fit.LARGE], axis=1).astype(np.float64)

    def loss(flat: Floats) -> tuple[float, Any]:
        weights = flat.reshape(-1, 2)
        odds = scaled @ weights + intercept
        highest = np.maximum(odds.max(axis=1), 0.0)
        raised = np.exp(odds - highest[:, None])
        total = raised.sum(axis=1) + np.exp(-highest)
        value = (np.log(total) + highest).sum() - (odds * target).sum() + 0.5 * (weights**2 * squares).sum()
        return float(value), (transposed @ (raised / total[:, None] - target) + weights * squares).ravel()

    start = np.zeros(2 * design.shape[1])
    found = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": _ITERATIONS, "ftol": 1e-7})
    mode: Floats = found.x.reshape(-1, 2) * scaling[:, None]
    return mode
