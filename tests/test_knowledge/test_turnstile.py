"""Questions go through an encoder before the work ahead, and the work gets on all the same."""

from __future__ import annotations

import threading
import time

import numpy as np

from knowledge.retrieval.encoders import CHUNK_CHARACTERS, QUESTION_CHARACTERS, in_chunks
from knowledge.retrieval.turnstile import PATIENCE_SECONDS, Turnstile

LONG = ["x" * CHUNK_CHARACTERS] * 20


def test_a_question_waits_for_one_chunk_of_the_work_and_not_for_all() -> None:
    turnstile, took, began = Turnstile(), 0.01, threading.Event()

    def slowly(texts: list[str]) -> np.ndarray:
        began.set()
        time.sleep(took)
        return np.zeros((len(texts), 2))

    worker = threading.Thread(target=in_chunks, args=(slowly, LONG, 2, turnstile))
    worker.start()
    began.wait()
    asked = time.monotonic()
    for _ in range(3):
        in_chunks(lambda texts: np.ones((len(texts), 2)), ["short"], 2, turnstile)
    waited = time.monotonic() - asked
    still_working = worker.is_alive()
    worker.join()
    assert still_working
    assert waited < 20 * took / 2


def test_the_work_gets_on_while_questions_never_stop() -> None:
    turnstile, stop = Turnstile(), threading.Event()

    def ask() -> None:
        while not stop.is_set():
            with turnstile.for_question():
                time.sleep(0.002)

    asking = [threading.Thread(target=ask) for _ in range(3)]
    for one in asking:
        one.start()
    began = time.monotonic()
    with turnstile.for_work():
        waited = time.monotonic() - began
    stop.set()
    for one in asking:
        one.join()
    assert waited < PATIENCE_SECONDS * 20


def test_chunks_come_back_in_order_and_none_is_lost() -> None:
    numbers = [str(n) * QUESTION_CHARACTERS for n in range(1, 10)]
    found = in_chunks(lambda texts: np.array([[float(text[0])] for text in texts]), numbers, 1, Turnstile())
    assert found.ravel().tolist() == [float(n) for n in range(1, 10)]
    assert in_chunks(lambda texts: np.ones((len(texts), 3)), [], 3, Turnstile()).shape == (0, 3)
