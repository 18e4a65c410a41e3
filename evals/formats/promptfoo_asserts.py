"""What a case expects as promptfoo's assertions: all deterministic, none asks a model.

Wordings are looked for in ``metadata.plain``, the text in our form for matching; another provider
tells none, and is looked at as it is. What is more than text stands in ``metadata.daogou``, the
reply of our HTTP contract; a provider that tells none is not judged by it.
"""

from __future__ import annotations

import json
from pathlib import PurePosixPath
from typing import Any, Final

from evals.cases import Expect
from evals.wording import folded

_PLAIN: Final = "context.metadata?.plain ?? output"


def asserts_of(expect: Expect) -> list[dict[str, Any]]:
    """Return the assertions on the reply to one turn."""
    found: list[dict[str, Any]] = []
    if expect.action:
        found.append(_judged("action", f"{_js([str(action) for action in expect.action])}.includes(d.action)"))
    found += [_worded("must_say", "icontains-any", entry) for entry in expect.must_say if entry]
    if expect.must_not_say:
        found.append(_worded("must_not_say", "not-icontains-any", expect.must_not_say))
    if expect.products:
        shown = f"{_js(list(expect.products))}.every(h => (d.products ?? []).some(p => p.handle === h))"
        found.append(_judged("products", shown))
    if expect.documents:
        names = _js([PurePosixPath(name).name for name in expect.documents])
        cited = f"{names}.every(f => (d.citations ?? []).some(c => String(c.id).split('/').pop() === f))"
        found.append(_judged("documents", cited))
    if expect.judges("size"):
        found.append(_judged("size", _size(expect.size)))
    if expect.judges("order"):
        found.append(_judged("order", _order(expect)))
    if expect.lang is not None:
        guessed = r"(/\p{Script=Han}/u.test(output) ? 'zh' : 'en')"
        spoken = f"(context.metadata?.daogou?.lang ?? {guessed}) === {_js(expect.lang)}"
        found.append({"type": "javascript", "metric": "reply_language", "value": spoken})
    return found


def literal(text: str) -> str:
    """Return a text so that promptfoo takes it as it is: no template of its, no file, no environment variable."""
    if not any(mark in text for mark in ("{{", "{%", "{#")) and not text.startswith(("file://", "package:")):
        return text
    quoted = "".join(f"\\{mark}" if mark in '\\"{}%#' else mark for mark in text)
    # Variables of the environment are filled in first, whatever stands around them.
    quoted = quoted.replace("env", "en\\v")
    return '{{ "' + quoted.replace("\n", "\\n").replace("\r", "\\r").replace("\t", "\\t") + '" }}'


def _worded(metric: str, kind: str, wordings: tuple[str, ...]) -> dict[str, Any]:
    # promptfoo folds the case alone; what else our matching folds is folded here.
    sought = [one if folded(one) == one.casefold() else folded(one) for one in wordings]
    return {"type": kind, "metric": metric, "transform": _PLAIN, "value": [literal(one) for one in sought]}


def _judged(metric: str, condition: str) -> dict[str, Any]:
    value = f"(d => !d || ({condition}))(context.metadata?.daogou)"
    return {"type": "javascript", "metric": metric, "value": value}


def _size(wanted: str | None) -> str:
    if wanted is None:
        return "d.size?.label == null"
    return f"String(d.size?.label ?? '').normalize('NFKC').toLowerCase() === {_js(folded(wanted))}"


def _order(expect: Expect) -> str:
    wanted = expect.order
    if wanted is None:
        return "!d.order && !d.offer"
    if wanted.price_min is not None or wanted.price_max is not None:
        held = [f"+d.offer.price.amount >= {_js(wanted.price_min or 0)}"]
        held += [f"+d.offer.price.amount <= {_js(wanted.price_max)}"] if wanted.price_max is not None else []
        if wanted.product is not None:
            held.append(f"[null, {_js(wanted.product)}].includes(d.offer.product ?? null)")
        return f"!d.offer?.price || ({' && '.join(held)})"
    stated = {"order_no": wanted.order_no, "verified": wanted.verified, "status": wanted.status}
    same = [f"d.order.{key} === {_js(value)}" for key, value in stated.items() if value is not None]
    return " && ".join(["!!d.order", *same])


def _js(value: Any) -> str:
    """Return a JavaScript literal in which promptfoo finds no template of its own."""
    return json.dumps(value, ensure_ascii=False).replace("{", "\\u007b").replace("\u2028", "\\u2028")
