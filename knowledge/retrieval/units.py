"""What is embedded of a passage or a product: small units, each with one thing to say.

A passage that answers in its second sentence is found by that sentence, and a frequent question by
its heading, where one vector for the whole would blur both.
"""

from __future__ import annotations

import hashlib

from knowledge.catalog import Product
from knowledge.documents import Passage
from knowledge.text import sentences

# A longer passage keeps its head and loses its tail to the whole-text unit anyway.
MAX_SENTENCES = 16
MAX_CHARACTERS = 2_000


def passage_units(passage: Passage) -> list[str]:
    """Return heading, whole text, then single sentences; without repetition."""
    units = [passage.heading, passage.text[:MAX_CHARACTERS]]
    found = sentences(passage.text)
    if len(found) > 1:
        units.extend(sentence for sentence in found[:MAX_SENTENCES] if len(sentence) > 3)
    return [unit for unit in dict.fromkeys(units) if unit.strip()]


def product_units(product: Product) -> list[str]:
    """Return the name with its kind, and the description."""
    name = " ".join(filter(None, [product.title, product.category, " ".join(product.tags)]))
    return [unit for unit in (name, product.description[:MAX_CHARACTERS]) if unit.strip()]


def text_hash(text: str) -> str:
    """Return the key under which the vectors of a text are kept."""
    return hashlib.sha256(text.encode()).hexdigest()
