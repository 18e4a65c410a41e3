"""What is embedded of a passage or a product.

A passage that answers in its second sentence is found by that sentence, and a frequent question by
its heading, where one vector for the whole would blur both. A product is one thing, and one unit.
All of it in simplified script, as questions are.
"""

from __future__ import annotations

import hashlib

from knowledge.catalog import Product
from knowledge.documents import Passage
from knowledge.script import simplified
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
    return [unit for unit in dict.fromkeys(map(simplified, units)) if unit.strip()]


def product_units(product: Product) -> list[str]:
    """Return name, kind and description as one.

    Alone, a name is near to any query that is as short, and a description lacks the name: on chorus the
    nearer of the two had nDCG@10 .54 over the corpus and .88 in the judged pool, both as one .61 and .93.
    """
    name = " ".join(filter(None, [product.title, product.category, " ".join(product.tags)]))
    whole = "\n".join(filter(None, [name, product.description]))[:MAX_CHARACTERS]
    return [simplified(whole)] if whole.strip() else []


def units_of(item: Product | Passage) -> list[str]:
    """Return what is embedded of an item."""
    return product_units(item) if isinstance(item, Product) else passage_units(item)


def text_hash(text: str) -> str:
    """Return the key under which the vectors of a text are kept."""
    return hashlib.sha256(text.encode()).hexdigest()
