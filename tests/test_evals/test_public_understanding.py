"""The public sets of understanding, over tiny data of our own in the same formats."""

from __future__ import annotations

import gzip
import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from assistant.understanding.intents import ExampleClassifier, IntentClassifier
from evals.public import clinc150, hint3, zh_paraphrases
from evals.public.embedded import kept_vectors
from evals.public.figures import SetResult
from evals.public.intents import (
    OUT_OF_SCOPE,
    Classify,
    Example,
    Told,
    best_threshold,
    held_out,
    nearest_neighbours,
    product,
    regression,
    word_regression,
)
from knowledge.errors import Invalid
from knowledge.home import Home
from knowledge.retrieval.encoders import ENGLISH, MULTILINGUAL, multilingual

TOPICS = {
    "parking": "where can I park my car",
    "opening": "at what time do you open the doors",
    "allergy": "does this cake contain nuts",
    "voucher": "how do I redeem a gift voucher",
    "repair": "can you mend my broken watch",
    "pets": "may I bring my dog inside",
    "rent": "what does it cost to rent a tent",
    "lesson": "book a guitar lesson for beginners",
    "newsletter": "take me off your mailing list",
    "engraving": "please engrave a name on the ring",
}
MANNERS = ("", "hello, ", "quick question: ", "sorry to ask, ", "hi there! ", "one more thing: ")
EXAMPLES = [(intent, manner + text) for intent, text in TOPICS.items() for manner in MANNERS]
ASKED = [(intent, f"tell me please, {text}?") for intent, text in TOPICS.items()]
STRANGE = ["who won the chess championship", "integrate the square of x", "the moon is far away tonight", "blue"]


def untold(_done: int, _total: int) -> None:
    """Nobody watches."""


def figure(result: SetResult, name: str, metric: str) -> float:
    system = next(system for system in result.systems if system.name == name)
    found = system.figure(metric)
    assert found is not None
    return found.value


# -- classifiers ---------------------------------------------------------------------------------


def test_the_assistants_method_takes_any_labels_and_examples() -> None:
    encoder = multilingual()
    texts = [text for _, text in EXAMPLES]
    classifier = ExampleClassifier([intent for intent, _ in EXAMPLES], encoder.encode(texts))
    question = "is there a place to park"
    asked = encoder.encode([question])[0]
    by_neighbours = classifier.classify(asked, [question])
    classifier.learn(texts)
    guess = classifier.classify(asked, [question])
    assert by_neighbours.intent == guess.intent == "parking"
    assert guess.score == by_neighbours.score == max(by_neighbours.evidence.values())
    assert guess.margin == pytest.approx(guess.strength - sorted(guess.evidence.values())[-2])
    assert guess.margin > by_neighbours.margin
    own = IntentClassifier.over(encoder).classify(
        {"where is my parcel": encoder.encode(["where is my parcel"])[0]}, "en"
    )
    assert own.intent == "order_status"


async def test_each_system_learns_from_examples_and_is_less_sure_of_what_is_none_of_them(home: Home) -> None:
    texts = [text for _, text in (*EXAMPLES, *ASKED)] + STRANGE
    many, one = await kept_vectors(home, texts, MULTILINGUAL, untold), await kept_vectors(home, texts, ENGLISH, untold)
    for way in (
        product(many, one),
        nearest_neighbours("5 nearest", one),
        regression("LR", one),
        word_regression("words"),
    ):
        classify = way.fit(EXAMPLES)
        told, strange = classify([text for _, text in ASKED]), classify(STRANGE)
        right = sum(a == b for a, (b, _) in zip(told.intents, ASKED, strict=True))
        assert right >= len(ASKED) - 1, way.name
        assert told.confidence.mean() > strange.confidence.mean() + 0.1, way.name


async def test_what_was_embedded_once_is_not_embedded_again(home: Home) -> None:
    await kept_vectors(home, ["one text", "another"], MULTILINGUAL, untold)
    steps: list[int] = []
    again = await kept_vectors(home, ["one text", "another"], MULTILINGUAL, lambda done, _total: steps.append(done))
    assert steps == []
    assert set(again.known) == {"one text", "another"}
    fresh = multilingual().encode(["a third"])
    assert np.allclose(again.encode(["one text", "a third"])[1], fresh[0])


def test_nothing_held_out_was_seen_and_whole_intents_are_strange() -> None:
    seen: list[tuple[set[Example], list[str]]] = []

    def fit(examples: Sequence[Example]) -> Classify:
        def classify(texts: Sequence[str]) -> Told:
            seen.append((set(examples), list(texts)))
            return Told(["parking"] * len(texts), np.ones(len(texts)))

        return classify

    told, right = held_out(fit, EXAMPLES)
    assert len(told.intents) == len(right) == len(told.confidence)
    assert right.count(OUT_OF_SCOPE) == len(EXAMPLES)
    for examples, texts in seen:
        assert not {text for _, text in examples} & set(texts)
        assert len({intent for intent, _ in examples}) == len(TOPICS) - 2


def test_the_best_threshold_parts_right_from_wrong() -> None:
    told = Told(["a", "a", "a", "a"], np.array([0.2, 0.3, 0.7, 0.9]))
    right = [OUT_OF_SCOPE, OUT_OF_SCOPE, "a", "a"]
    found = best_threshold(told, lambda given: sum(a == b for a, b in zip(given, right, strict=True)))
    assert found == pytest.approx(0.5)
    assert told.with_threshold(found) == right
    assert best_threshold(told, lambda given: given.count(OUT_OF_SCOPE)) > 0.9


# -- sets ----------------------------------------------------------------------------------------


def write_hint3(folder: Path, strange_label: str = hint3.NO_INTENT) -> None:
    train = "".join(f'"{text}",{intent}\n' for intent, text in EXAMPLES)
    test = "".join(f'"{text}",{intent}\n' for intent, text in ASKED) + "".join(
        f'"{text}",{strange_label}\n' for text in STRANGE
    )
    (folder / hint3.TRAIN).write_text(f"sentence,label\n{train}", "utf-8")
    (folder / hint3.TEST).write_text(f"sentence,label\n{test}", "utf-8")


async def test_hint3_holds_the_classifier_beside_peers_and_published_platforms(tmp_path: Path, home: Home) -> None:
    write_hint3(tmp_path)
    result = await hint3.measure(tmp_path, home, untold)
    assert result.items == len(ASKED) + len(STRANGE)
    assert [system.kind for system in result.systems].count("baseline") == 3
    assert {"Haptik", "BERT"} <= {system.name for system in result.systems if system.kind == "published"}
    ours = "daogou: intent classifier"
    assert figure(result, ours, "auroc") > 0.9
    assert figure(result, ours, "mcc_best") > 0.8
    assert figure(result, ours, "mcc") <= figure(result, ours, "mcc_best")
    assert figure(result, ours, "mcc_of_9") <= figure(result, ours, "mcc_best")


async def test_hint3_tells_what_it_cannot_use(tmp_path: Path, home: Home) -> None:
    write_hint3(tmp_path, strange_label="parking")
    with pytest.raises(Invalid, match="out of scope"):
        await hint3.measure(tmp_path, home, untold)
    write_hint3(tmp_path)
    (tmp_path / hint3.TEST).write_text("sentence,label\nwhere to park,parking\n,parking\n", "utf-8")
    with pytest.raises(Invalid, match=r"curekart_test\.csv, row 3: sentence") as told:
        await hint3.measure(tmp_path, home, untold)
    assert told.value.code == "usage_bad_data"


def clinc_parts() -> dict[str, list[list[str]]]:
    return {
        "train": [[text, intent] for intent, text in EXAMPLES],
        "val": [[f"I wonder, {text}", intent] for intent, text in TOPICS.items()],
        "test": [[text, intent] for intent, text in ASKED],
        "oos_val": [["name the largest planet", "oos"], ["sing a song about rain", "oos"]],
        "oos_test": [[text, "oos"] for text in STRANGE],
    }


async def test_clinc150_chooses_its_threshold_on_validation(tmp_path: Path, home: Home) -> None:
    (tmp_path / clinc150.FILE).write_text(json.dumps(clinc_parts()), "utf-8")
    result = await clinc150.measure(tmp_path, home, untold)
    ours = next(system for system in result.systems if system.kind == "daogou")
    assert len(ours.per_item["in_scope_accuracy"]) == len(ASKED)
    assert len(ours.per_item["oos_recall"]) == len(STRANGE)
    assert figure(result, ours.name, "in_scope_accuracy") >= 0.9
    assert figure(result, ours.name, "oos_recall") >= 0.5
    assert figure(result, ours.name, "auroc") > 0.9
    # Where validation calls the very examples out of scope, nothing is believed any more.
    parts = clinc_parts() | {"oos_val": [[text, "oos"] for _, text in EXAMPLES]}
    (tmp_path / clinc150.FILE).write_text(json.dumps(parts), "utf-8")
    strict = await clinc150.measure(tmp_path, home, untold)
    assert figure(strict, ours.name, "in_scope_accuracy") == 0.0
    assert figure(strict, ours.name, "oos_recall") == 1.0


@pytest.mark.parametrize(
    ("change", "told"),
    [({"val": [["a text"]]}, "val, 0"), ({"train": []}, "train"), ({"oos_test": [["", "oos"]]}, "oos_test, 0")],
)
async def test_clinc150_tells_what_it_cannot_use(
    tmp_path: Path, home: Home, change: dict[str, list[list[str]]], told: str
) -> None:
    (tmp_path / clinc150.FILE).write_text(json.dumps(clinc_parts() | change), "utf-8")
    with pytest.raises(Invalid, match=rf"data_full\.json, {told}"):
        await clinc150.measure(tmp_path, home, untold)
    (tmp_path / clinc150.FILE).write_text("{", "utf-8")
    with pytest.raises(Invalid, match="cannot be read"):
        await clinc150.measure(tmp_path, home, untold)


PAIRS = (
    ("1", "怎么申请退货", "我想退货要怎么办", "1"),
    ("2", "什么时候能发货", "多久可以发货", "1"),
    ("3", "这件衣服会缩水吗", "衣服洗了会不会缩水", "1"),
    ("4", "怎么申请退货", "有没有优惠券可以领", "0"),
    ("5", "什么时候能发货", "客服电话是多少", "0"),
    ("6", "这件衣服会缩水吗", "可以开发票吗", "0"),
)


def write_pairs(folder: Path, *rows: Sequence[str]) -> None:
    with gzip.open(folder / zh_paraphrases.FILE, "wt", encoding="utf-8") as file:
        file.writelines("\t".join(row) + "\n" for row in rows)


async def test_zh_paraphrases_measures_likeness_and_coverage(tmp_path: Path, home: Home) -> None:
    write_pairs(tmp_path, *PAIRS)
    result = await zh_paraphrases.measure(tmp_path, home, untold)
    assert result.items == len(PAIRS)
    for name in ("daogou: likeness", "daogou: coverage both ways", "character bigrams, Jaccard"):
        assert figure(result, name, "auroc") > 0.8, name
    assert figure(result, "daogou: likeness", "auroc") == figure(result, "USE, cosine", "auroc")


async def test_zh_paraphrases_tells_what_it_cannot_use(tmp_path: Path, home: Home) -> None:
    write_pairs(tmp_path, *PAIRS, ("7", "在吗", "在不在", "yes"))
    with pytest.raises(Invalid, match="row 7: label"):
        await zh_paraphrases.measure(tmp_path, home, untold)
    write_pairs(tmp_path, *PAIRS[:3])
    with pytest.raises(Invalid, match="do not"):
        await zh_paraphrases.measure(tmp_path, home, untold)
