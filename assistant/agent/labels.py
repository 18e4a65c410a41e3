"""Names of common attributes in both languages, for tables that set a shop's labels beside a foreign question."""

from __future__ import annotations

from typing import Final

from assistant.comparison import meaning
from knowledge.text import Lang, has_han

# English, Chinese. What is not here is shown as the shop writes it.
_NAMES: Final = (
    ("Material", "材质"), ("Colour", "颜色"), ("Size", "尺码"), ("Care", "洗护"), ("Fit", "版型"), ("Weight", "重量"),
    ("Capacity", "容量"), ("Length", "长度"), ("Width", "宽度"), ("Height", "高度"), ("Origin", "产地"),
    ("Included", "装箱清单"), ("Ingredients", "主要成分"), ("Skin type", "适用肤质"), ("Shelf life", "保质期"),
    ("Net content", "净含量"), ("Compatible models", "适用机型"), ("Power", "功率"), ("Pockets", "口袋"),
    ("Warranty", "保修"), ("Thickness", "厚度"), ("Shade", "色号"), ("Specification", "规格"), ("Style", "款式"),
    ("Brand", "品牌"), ("Season", "季节"), ("Pattern", "图案"), ("Thread count", "支数"), ("Inseam", "裤内长"),
)  # fmt: skip


def label_in(label: str, lang: Lang) -> str:
    """Return an attribute's name in the language of the reply, where it is a common one."""
    if has_han(label) == (lang == "zh"):
        return label
    wanted = meaning(label)
    found = next(((en, zh) for en, zh in _NAMES if wanted in (meaning(en), meaning(zh))), None)
    return label if found is None else found[1] if lang == "zh" else found[0]
