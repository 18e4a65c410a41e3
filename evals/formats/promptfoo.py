"""promptfoo: a whole ``promptfooconfig.yaml`` with prompt, provider and tests.

A turn is a test; the turns of a dialogue share ``metadata.conversationId``, by which promptfoo gives
each the replies before it. The whole case stands in the metadata of its first test.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from evals.cases import Case, Turn
from evals.formats import answers
from evals.formats.case_format import Imported, Wanted
from evals.formats.promptfoo_asserts import asserts_of, literal
from evals.formats.promptfoo_reading import read_foreign
from evals.formats.reading import KEPT, Reading, Row, whole
from evals.formats.yaml_text import dumped, loaded
from evals.results import CaseResult

_RUN: Final = "daogou_run"
_ONE_TURN: Final = '[{"role": "user", "content": {{ message | dump }}}]\n'
_DIALOGUE: Final = """[
{% for completion in _conversation %}
{"role": "user", "content": {{ completion.input | dump }}},
{"role": "assistant", "content": {{ completion.output | dump }}},
{% endfor %}
{"role": "user", "content": {{ message | dump }}}
]
"""
_REQUEST: Final = """(prompt, vars) => {
  const opened = vars._conversation?.at(-1)?.metadata?.conversation_id;
  const metadata = {
    ...(vars.product ? {product: vars.product} : {}),
    ...(opened ? {conversation_id: opened} : {}),
  };
  return {
    model: vars.shop,
    messages: JSON.parse(prompt),
    ...(Object.keys(metadata).length ? {metadata} : {}),
  };
}
"""
# The token of the conversation that the first reply has opened: the dialogue goes on in it.
_AUTHORIZATION: Final = "Bearer {{ _conversation[0].metadata.token }}"
# `plain` is the text in the form in which wordings are looked for: see evals/wording.py.
_RESPONSE: Final = """(json) => ({
  output: json.choices[0].message.content,
  metadata: {
    daogou: json.daogou?.reply,
    conversation_id: json.daogou?.conversation_id,
    token: json.daogou?.token,
    plain: json.choices[0].message.content
      .replace(/[\\u2018\\u2019]/g, "'").replace(/[\\u201c\\u201d]/g, '"').replaceAll('`', '')
      .normalize('NFKC').replaceAll('**', ''),
  },
})
"""


class Promptfoo:
    """Configurations with their tests."""

    name = "promptfoo"
    suffix = ".promptfooconfig.yaml"

    def export(self, cases: Sequence[Case], wanted: Wanted) -> dict[str, bytes]:
        """Write one configuration; ``promptfoo eval -c FILE`` needs nothing else."""
        # The variable `_conversation` makes promptfoo ask one after the other.
        several = any(len(case.turns) > 1 for case in cases)
        headers = {"Content-Type": "application/json"} | ({"Authorization": _AUTHORIZATION} if several else {})
        provider = {
            "id": f"{wanted.base_url.rstrip('/')}/chat/completions",
            "label": "daogou",
            "config": {
                "method": "POST",
                "headers": headers,
                "body": {"stream": False},
                "transformRequest": _REQUEST,
                "transformResponse": _RESPONSE,
            },
        }
        config = {
            "description": f"Daogou: {wanted.stem}, {len(cases)} cases",
            "prompts": [{"label": "shopper", "raw": _DIALOGUE if several else _ONE_TURN}],
            "providers": [provider],
            # A reply of an earlier state of the shop must not be taken for one of now.
            "evaluateOptions": {"cache": False},
            "tests": [test for case in cases for test in _tests(case, wanted.answers.get(case.id))],
        }
        return {f"{wanted.stem}{self.suffix}": dumped(config)}

    def read(self, path: Path, shop: str | None) -> Imported:
        """Read a configuration, YAML or JSON, ours or anyone's."""
        reading = Reading(path, shop)
        try:
            config = loaded(reading.source())
        except ValueError as error:
            reading.problems.append(str(error))
            return reading.finished()
        tests = config.get("tests") if isinstance(config, Mapping) else config
        if not isinstance(tests, list):
            named = f"{tests!r} names another file" if isinstance(tests, str) else "is no list"
            reading.problems.append(f"tests: {named}; the tests must stand in the configuration")
            return reading.finished()
        known: dict[str, list[dict[str, Any]]] = {}
        for number, values in enumerate(tests, 1):
            if not isinstance(values, Mapping):
                reading.problems.append(f"test {number}: is no object; the tests must stand in the configuration")
                continue
            row = Row(reading, f"test {number}", f"{path.stem.split('.')[0]}-{number}", values)
            _read(row, config if isinstance(config, Mapping) else {}, known)
        reading.problems += [f"case {id_}: {len(left)} of its tests are missing" for id_, left in known.items() if left]
        return reading.finished()


def _tests(case: Case, result: CaseResult | None = None) -> list[dict[str, Any]]:
    expected = dict(case.expectations())
    tests = [_test(case, number, turn) for number, turn in enumerate(case.turns)]
    for number, test in enumerate(tests):
        if number in expected and (asserts := asserts_of(expected[number])):
            test["assert"] = asserts
    tests[0]["metadata"][KEPT] = _kept(case)
    if result is not None:
        tests[0]["metadata"][_RUN] = answers.told(result)
        _with_replies(tests, result)
    return tests


def _kept(case: Case) -> dict[str, Any] | str:
    """Return the case; as JSON without a template's mark where promptfoo would fill in the environment."""
    values = whole(case)
    text = json.dumps(values, ensure_ascii=False)
    return text.replace("{{", "{\\u007b") if "{{" in text else values


def _with_replies(tests: Sequence[dict[str, Any]], result: CaseResult) -> None:
    """Give promptfoo the run's replies to judge; where a test has one, the provider is not asked."""
    for test, turn in zip(tests, result.turns, strict=False):
        said = answers.said(turn)
        if said is not None and "{{" not in said:  # no form of it would be left as it is
            test["providerOutput"] = said


def _test(case: Case, number: int, turn: Turn) -> dict[str, Any]:
    several = len(case.turns) > 1
    variables = {"message": literal(turn.text), "shop": literal(case.shop)}
    if turn.page_product is not None:
        variables["product"] = literal(turn.page_product)
    metadata: dict[str, Any] = {"conversationId": literal(case.id), "category": case.category, "lang": case.lang}
    if case.tags:
        metadata["tags"] = [literal(tag) for tag in case.tags]
    description = f"{case.id} ({number + 1} of {len(case.turns)})" if several else case.id
    return {"description": literal(description), "vars": variables, "metadata": metadata}


def _read(row: Row, config: Mapping[str, Any], known: dict[str, list[dict[str, Any]]]) -> None:
    metadata = row.values.get("metadata")
    metadata = metadata if isinstance(metadata, Mapping) else {}
    if metadata.get(KEPT):
        case = row.kept(metadata[KEPT])
        if case is not None:
            first, *others = _tests(case)
            row.unchanged(first, ("vars", "assert"))
            known[literal(case.id)] = others
        return
    left = known.get(str(metadata.get("conversationId")))
    if left:
        row.unchanged(left.pop(0), ("vars", "assert"))
        return
    read_foreign(row, config)
