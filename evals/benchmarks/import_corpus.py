"""A made-up Shopify export of any size: two languages, variants, options, HTML bodies, pictures."""

from __future__ import annotations

import csv
import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

COLUMNS: Final = (
    "Handle", "Title", "Body (HTML)", "Vendor", "Type", "Tags", "Published", "Option1 Name", "Option1 Value",
    "Option2 Name", "Option2 Value", "Variant SKU", "Variant Grams", "Variant Inventory Tracker",
    "Variant Inventory Qty", "Variant Inventory Policy", "Variant Price", "Variant Compare At Price",
    "Variant Barcode", "Image Src", "Image Position", "Image Alt Text", "SEO Title", "SEO Description", "Status",
)  # fmt: skip
# Every hundredth product is dearer in the changed file.
CHANGED_EVERY: Final = 100


@dataclass(frozen=True, slots=True)
class _Words:
    kinds: tuple[str, ...]
    adjectives: tuple[str, ...]
    materials: tuple[str, ...]
    colours: tuple[str, ...]
    sentences: tuple[str, ...]
    options: tuple[str, str]
    joint: str


_EN: Final = _Words(
    ("Shirt", "Jacket", "Trousers", "Skirt", "Backpack", "Lamp", "Kettle", "Tent", "Scarf", "Boots"),
    ("Light", "Warm", "Classic", "Slim", "Relaxed", "Packable", "Quilted", "Everyday", "Rainproof", "Soft"),
    ("linen", "wool", "organic cotton", "canvas", "recycled nylon", "leather", "steel", "bamboo"),
    ("Navy", "Sand", "Forest", "Rust", "Black"),
    (
        "Made of {material} that gets softer with every wash.",
        "The {kind} number {number} weighs {grams} g and packs into its own pocket.",
        "Seams are taped, and the zip is by a maker who repairs it for ten years.",
        "Wash at 30 degrees with similar colours, and dry it in the shade.",
        "Our model is 178 cm tall and wears size M.",
        "Designed for days that begin cold and end warm.",
    ),
    ("Color", "Size"),
    " ",
)
_ZH: Final = _Words(
    ("衬衫", "外套", "长裤", "半身裙", "双肩包", "台灯", "水壶", "帐篷", "围巾", "短靴"),
    ("轻薄", "保暖", "经典", "修身", "宽松", "可收纳", "绗缝", "日常", "防泼水", "柔软"),
    ("亚麻", "羊毛", "有机棉", "帆布", "再生尼龙", "真皮", "不锈钢", "竹纤维"),
    ("藏青", "沙色", "墨绿", "铁锈红", "黑色"),
    (
        "采用{material}面料，越洗越柔软，贴身不扎。",
        "{number}号{kind}重{grams}克，可以收进自带的口袋里。",
        "接缝压胶处理，拉链十年内免费维修。",
        "建议30度以下水温与同色衣物一起清洗，阴凉处晾干。",
        "模特身高178厘米，试穿M码。",
        "适合早晚温差大的日子，通勤和出游都能穿。",
    ),
    ("颜色", "尺码"),
    "",
)


def write_export(path: Path, products: int, *, changed: bool = False) -> int:
    """Write the export, the same every time, and return how many records it has below the header.

    Args:
        path: The file to write.
        products: How many; English and Chinese ones take turns.
        changed: Every hundredth product costs one more than in the first file.
    """
    count = 0
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        for number in range(products):
            for row in _product(number, dearer=changed and number % CHANGED_EVERY == 0):
                writer.writerow(row)
                count += 1
    return count


def _product(number: int, *, dearer: bool) -> Iterator[dict[str, object]]:
    chance = random.Random(number)  # noqa: S311, the same file every time is just what is wanted
    words = _ZH if number % 2 else _EN
    kind, material = chance.choice(words.kinds), chance.choice(words.materials)
    title = words.joint.join((chance.choice(words.adjectives), material.title(), kind, f"{number:05d}"))
    grams = chance.randrange(80, 2400, 5)
    told = [one.format(material=material, kind=kind, number=number, grams=grams) for one in words.sentences]
    chance.shuffle(told)
    body = f"<p>{told[0]} {told[1]}</p><ul>{''.join(f'<li>{one}</li>' for one in told[2:5])}</ul><p>{told[5]}</p>"
    price = chance.randrange(19, 900) + (1 if dearer else 0)
    handle = f"synthetic-{number:06d}"
    first = {
        "Title": title,
        "Body (HTML)": body,
        "Vendor": chance.choice(("Harrow", "Plumb & Co", "北岸", "山行")),
        "Type": kind,
        "Tags": ", ".join((kind, material, chance.choice(words.adjectives))),
        "Published": "TRUE",
        "Option1 Name": words.options[0],
        "Option2 Name": words.options[1],
        "SEO Title": title,
        "SEO Description": told[0],
        "Status": "active",
    }
    place = 0
    for colour in chance.sample(words.colours, chance.randint(1, 3)):
        for size in ("S", "M", "L", "XL")[: chance.randint(1, 4)]:
            yield (first if place == 0 else {}) | {
                "Handle": handle,
                "Option1 Value": colour,
                "Option2 Value": size,
                "Variant SKU": f"SY-{number:06d}-{place}",
                "Variant Grams": grams,
                "Variant Inventory Tracker": "shopify",
                "Variant Inventory Qty": chance.randint(0, 40),
                "Variant Inventory Policy": "deny",
                "Variant Price": f"{price}.00",
                "Variant Compare At Price": f"{price + 30}.00" if number % 3 == 0 else "",
                "Image Src": f"https://cdn.example/{handle}-{place}.jpg" if place < 2 else "",
                "Image Position": place + 1 if place < 2 else "",
            }
            place += 1
    yield {"Handle": handle, "Image Src": f"https://cdn.example/{handle}-x.jpg", "Image Position": place + 1}
