"""Tiny models with random weights, saved as folders: real files for the real libraries, loaded in milliseconds."""

from __future__ import annotations

from pathlib import Path

VOCABULARY = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *"abcdefghijklmnopqrstuvwxyz0123456789", "。"]
VOCABULARY += [f"##{letter}" for letter in "abcdefghijklmnopqrstuvwxyz0123456789"]
VOCABULARY += ["shirt", "linen", "wool", "scarf", "kettle", "return", "query", ":", "羊", "毛", "退", "货", "茶", "壶"]


def save_encoder(folder: Path, *, seed: int = 0, dim: int = 16, prompts: dict[str, str] | None = None) -> Path:
    """Save a sentence-transformers encoder: a BERT of one layer, mean pooling, perhaps with prompts."""
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Pooling, Transformer

    _save_bert(folder.with_name(f"{folder.name}-bert"), seed, dim, labels=0)
    transformer = Transformer(str(folder.with_name(f"{folder.name}-bert")))
    model = SentenceTransformer(modules=[transformer, Pooling(dim)], prompts=prompts, device="cpu")
    model.save(str(folder))
    return folder


def save_cross_encoder(folder: Path, *, seed: int = 0, labels: int = 1) -> Path:
    """Save a cross-encoder: a BERT of one layer with a head of so many scores."""
    return _save_bert(folder, seed, 16, labels)


def _save_bert(folder: Path, seed: int, dim: int, labels: int) -> Path:
    import torch
    from transformers import AutoTokenizer, BertConfig, BertForSequenceClassification, BertModel

    torch.manual_seed(seed)
    config = BertConfig(
        vocab_size=len(VOCABULARY),
        hidden_size=dim,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=2 * dim,
        max_position_embeddings=64,
        initializer_range=0.5,  # by default the scores of a head differ in the seventh digit
    )
    config.num_labels = labels
    folder.mkdir(parents=True)
    (BertForSequenceClassification(config) if labels else BertModel(config)).save_pretrained(folder)
    vocabulary = folder / "vocab.txt"
    vocabulary.write_text("\n".join(VOCABULARY), "utf-8")
    AutoTokenizer.from_pretrained(folder, model_max_length=64).save_pretrained(folder)
    return folder
