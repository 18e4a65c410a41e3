"""A page with a product and prose gives both: the product to the catalog, the prose as a document."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from knowledge.documents import Document, Passage
from tests.test_knowledge.merchant import SHOP, Merchant, codes, merchant

CARE = (
    "Season the pan with a thin film of oil before you use it for the first time, and once more after every tenth meal."
)
SHIPPING = "Pans leave our forge in Leeds every Tuesday, and you can send an unused one back within 45 days."
DESCRIPTION = "Forged from one piece of carbon steel, with a handle that stays cool on the stove."
REVIEW = "I have cooked on it for three years, and it never stuck, whatever the others say about it."
PRODUCT = {
    "@context": "https://schema.org",
    "@type": "Product",
    "name": "Forged Pan",
    "sku": "FP-28",
    "description": DESCRIPTION,
    "offers": {"@type": "Offer", "price": "45.00", "priceCurrency": "GBP"},
    "review": [{"@type": "Review", "reviewBody": REVIEW}],
}


def page(body: str) -> str:
    block = f'<script type="application/ld+json">{json.dumps(PRODUCT)}</script>'
    return f"<!doctype html><html><head><title>Forged Pan | Ironside</title>{block}</head><body>{body}</body></html>"


PROSE = f"""<main><h1>Forged Pan</h1><p class="product-price">£45.00</p><form><button>Add to cart</button></form>
<p>{DESCRIPTION}</p>
<h2>How do I care for it?</h2><p>{CARE}</p>
<h2>Delivery</h2><p>{SHIPPING}</p><p>Buy it today for £45.00, while there are some left in the forge.</p>
<h2>Customer reviews</h2><div class="reviews-list"><p>A pan for life, says everyone who has one of them.</p></div>
<p>{REVIEW}</p></main>"""


async def documents(shop: Merchant) -> tuple[tuple[Document, ...], list[Passage]]:
    return await shop.store.documents(SHOP), list((await shop.store.passages(SHOP)).values())


async def test_the_prose_of_a_product_page_becomes_a_document_beside_the_product(tmp_path: Path) -> None:
    async with merchant(tmp_path) as shop:
        report = await shop.imports_text("pan.html", page(PROSE))
        assert (await shop.product("FP-28")).description == DESCRIPTION
        (document,), passages = await documents(shop)
    assert codes(report) == []
    assert (document.name, document.title) == ("pan.html", "Forged Pan")
    assert [(passage.heading_path, passage.text) for passage in passages] == [
        (("Forged Pan", "How do I care for it?"), CARE),
        (("Forged Pan", "Delivery"), SHIPPING),
    ]


@pytest.mark.parametrize(
    "body",
    [
        f"<main><h1>Forged Pan</h1><p>£45.00</p><p>{DESCRIPTION}</p><button>Add to cart</button></main>",
        "<main><h1>Forged Pan</h1><p>Now only £45.00, and in stock while there are any left for us to send.</p></main>",
        f'<main><h1>Forged Pan</h1><div id="reviews"><p>{CARE}</p></div><p>Free delivery!</p></main>',
        f"<main><h1>Forged Pan</h1><blockquote>{REVIEW}</blockquote></main>",
    ],
)
async def test_a_page_that_only_sells_stays_a_product(tmp_path: Path, body: str) -> None:
    async with merchant(tmp_path) as shop:
        report = await shop.imports_text("pan.html", page(body))
        assert (await shop.product("FP-28")).title == "Forged Pan"
        assert (await documents(shop))[0] == ()
    assert codes(report) == []


async def test_amounts_that_are_not_the_product_s_price_stay_in_the_prose(tmp_path: Path) -> None:
    fee = "Delivery within the country costs £4.95, and nothing at all when your order comes to £60 or more."
    rule = "Whoever is not happy with a pan can send it back within 45 days, used or not, and has the money back."
    async with merchant(tmp_path) as shop:
        await shop.imports_text("pan.html", page(f"<main><h1>Forged Pan</h1><p>{fee}</p><p>{rule}</p></main>"))
        _, passages = await documents(shop)
    told = " ".join(passage.text for passage in passages)
    assert fee in told
    assert rule in told


async def test_a_page_marked_up_as_a_product_without_json_ld_gives_its_prose(tmp_path: Path) -> None:
    html = (
        '<!doctype html><html><head><meta property="og:type" content="product">'
        '<meta property="product:price:amount" content="299"></head><body><main><h1>羊绒围巾</h1>'
        "<p>现在下单只要299元，喜欢的话不要错过，数量有限，售完为止，欢迎选购我们的羊绒围巾。</p>"
        "<h2>洗涤</h2><p>请用三十度以下的冷水手洗，不要拧干，平铺在毛巾上晾干，收纳前放入樟脑丸以防虫蛀。</p></main></body></html>"
    )
    async with merchant(tmp_path) as shop:
        await shop.imports_text("scarf.html", html)
        _, passages = await documents(shop)
    assert [passage.heading_path[-1] for passage in passages] == ["洗涤"]
