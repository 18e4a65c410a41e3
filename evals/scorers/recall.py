"""Are the expected products shown, and the expected documents cited?"""

from __future__ import annotations

from collections.abc import Collection
from pathlib import PurePosixPath

from evals.scorers.score import Exchange, Score, share


def products(exchange: Exchange) -> Score:
    """Return the share of the expected handles among the reply's products; more are allowed."""
    shown = {str(card.get("handle")) for card in exchange.listed("products")}
    return _recall(exchange.expect.products, shown)


def documents(exchange: Exchange) -> Score:
    """Return the share of the expected files among the cited ones, by file name."""
    cited = {PurePosixPath(str(citation.get("id"))).name for citation in exchange.listed("citations")}
    return _recall([PurePosixPath(name).name for name in exchange.expect.documents], cited)


def _recall(wanted: Collection[str], there: Collection[str]) -> Score:
    missing = [name for name in wanted if name not in there]
    told = f"missing: {', '.join(missing)}; there: {', '.join(sorted(there)) or 'none'}" if missing else ""
    return share(len(wanted) - len(missing), len(wanted), told)
