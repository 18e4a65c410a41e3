"""Cases of every kind, and a run over some of them, for the tests of the formats."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from evals.cases import Case
from evals.formats.case_format import CaseFormat, Imported, Wanted
from evals.results import CaseResult, TurnResult
from tests.test_evals.world import TRUE_REPLY, case

_TRAPS = (
    "{{ env.HOME }}",
    "{% raw %}",
    "file:///etc/passwd",
    "1e3",
    "0o14",
    "no",
    "a, b",
    "“quoted”",
    "**8 元**",
    "\\",
)
_WORDS = st.one_of(
    st.sampled_from(_TRAPS),
    st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12).filter(lambda text: bool(text.strip())),
)
_PRICES = st.one_of(st.none(), st.floats(0, 1e6))
_ORDERS = st.one_of(
    st.none(),
    st.fixed_dictionaries({}, optional={"order_no": _WORDS, "verified": st.booleans(), "status": _WORDS}),
    st.fixed_dictionaries({"price_min": _PRICES, "price_max": _PRICES}, optional={"product": _WORDS}),
)
_EXPECTS = st.fixed_dictionaries(
    {},
    optional={
        "action": st.lists(st.sampled_from(["answer", "clarify", "handoff", "refuse"]), max_size=2),
        "must_say": st.lists(st.lists(_WORDS, max_size=3), max_size=3),
        "must_not_say": st.lists(_WORDS, max_size=2),
        "products": st.lists(_WORDS, max_size=2),
        "documents": st.lists(_WORDS, max_size=2),
        "size": st.one_of(st.none(), _WORDS),
        "order": _ORDERS,
        "lang": st.sampled_from(["zh", "en", None]),
    },
)
_LAST = st.fixed_dictionaries(
    {"text": _WORDS},
    optional={"context": st.one_of(st.none(), st.fixed_dictionaries({}, optional={"product": _WORDS}))},
)
_EARLIER = st.builds(
    lambda turn, expect: turn | expect, _LAST, st.fixed_dictionaries({}, optional={"expect": _EXPECTS})
)
_SOURCES = st.one_of(st.none(), st.fixed_dictionaries({"file": _WORDS, "quote": _WORDS}))

CASES: st.SearchStrategy[Case] = st.fixed_dictionaries(
    {
        "id": _WORDS,
        "shop": _WORDS,
        "lang": st.sampled_from(["zh", "en"]),
        "category": st.sampled_from(["answers", "size", "orders", "dialogues"]),
        "turns": st.builds(lambda earlier, last: [*earlier, last], st.lists(_EARLIER, max_size=2), _LAST),
        "expect": _EXPECTS,
    },
    optional={
        "tags": st.lists(st.one_of(_WORDS, st.just("unanswerable")), max_size=2),
        "source": _SOURCES,
        "pair": st.one_of(st.none(), _WORDS),
        "note": st.one_of(st.none(), st.text(st.characters(exclude_categories=["Cs"]), max_size=8)),
    },
).map(Case.model_validate)

_DIALOGUE_TURNS: list[dict[str, Any]] = [
    {"text": "Is the red coat warm?", "context": {"product": "red-coat"}, "expect": {"must_say": [["wool", "warm"]]}},
    {"text": "And my size?"},
]


def a_few() -> tuple[Case, ...]:
    """Return a plain case, one that expects that there is nothing, and a dialogue."""
    everything = {
        "action": ["clarify", "handoff"],
        "must_say": [["8 元", "8元"], ["“yes”"]],
        "must_not_say": ["{{ secret }}", "no"],
        "products": ["red-coat"],
        "documents": ["documents/returns.md"],
        "size": None,
        "order": None,
        "lang": "zh",
    }
    return (
        case(1),
        case(2, expect=everything, tags=["unanswerable"], note="a note"),
        case(3, turns=_DIALOGUE_TURNS, expect={"size": "M", "order": {"price_min": 90, "price_max": 100}}),
        case(4, expect={}, source=None),
    )


def a_run(cases: tuple[Case, ...]) -> list[CaseResult]:
    """Return what a run has kept when every turn got the true reply of the tests' world, the last case none."""
    tools = ({"tool": "search", "arguments": {"query": "coat"}, "ok": True, "took_ms": 1, "summary": "1 found"},)
    results: list[CaseResult] = []
    for one in cases:
        expected = dict(one.expectations())
        answered = None if one is cases[-1] else TRUE_REPLY.as_json()
        turns = tuple(
            TurnResult(
                text=turn.text,
                page_product=turn.page_product,
                reply=answered,
                tools=tools if answered else (),
                took_ms=12.5 if answered else None,
                expect=expected[n].model_dump(mode="json", exclude_unset=True) if n in expected else None,
            )
            for n, turn in enumerate(one.turns)
        )
        error = None if answered else "no reply"
        about = one.model_dump(include={"id", "shop", "lang", "category", "tags"})
        results.append(CaseResult.model_validate({**about, "turns": turns, "error": error}))
    return results


def read_back(form: CaseFormat, cases: tuple[Case, ...], folder: Path, wanted: Wanted | None = None) -> list[Imported]:
    """Export, write, and read every file of cases."""
    found: list[Imported] = []
    for name, content in form.export(cases, wanted or Wanted("all")).items():
        (folder / name).write_bytes(content)
        if not name.endswith(".py"):
            found.append(form.read(folder / name, None))
    return found
