"""The curves of the shops left out, on one page."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

from evals.page_style import STYLE
from evals.plots import reliability_plot, risk_coverage_plot


def left_out_page(figures: Mapping[str, Any]) -> str:
    """Return an HTML page: for all, each language and each shop how far the confidence can be believed."""
    parts = [_part(name, of_group) for name, of_group in figures.items()]
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8"><title>Confidence, each shop left out</title>'
        f"<style>{STYLE}</style><h1>Does the best published text answer?</h1>"
        "<p>Each shop is told by a fit that has not seen it.</p>" + "".join(parts) + "</html>\n"
    )


def _part(name: str, of_group: Mapping[str, Any]) -> str:
    fitted = of_group["fitted"]
    told = f"n {fitted['n']}, right {fitted['accuracy']:.2f}"
    for figure in ("ece", "aurc"):
        value = fitted[figure]
        told += f", {figure.upper()} {value['value']:.3f} ({value['low']:.3f}–{value['high']:.3f})"
    others = ", ".join(f"{key} {of_group[key]:.3f}" for key in ("cosine", "constant"))
    curves = reliability_plot(fitted["reliability"]) + risk_coverage_plot(fitted["risk_coverage"])
    return f"<section><h2>{escape(name)}</h2><p>{told}; AURC of {others}</p><div class=plots>{curves}</div></section>"
