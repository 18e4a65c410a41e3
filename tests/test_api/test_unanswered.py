from __future__ import annotations

from tests.test_api.conftest import Caller, World

ABOUT_WARRANTY = ("is there a warranty on the kettle?", "does the kettle come with a warranty?", "这个水壶有保修吗?")


async def topics(world: World, agent: Caller, shop: str = "maple", **params: int) -> list[dict[str, object]]:
    caller = Caller(agent.client, agent.token, f"/v1/shops/{shop}")
    answer = await caller.get("/unanswered", **params)
    assert answer.status_code == 200, answer.text
    found: list[dict[str, object]] = answer.json()["topics"]
    return found


async def test_what_was_left_open_is_told_once_per_meaning_in_both_languages_the_most_asked_first(world: World) -> None:
    for number, text in enumerate((*ABOUT_WARRANTY, "can I pay with bitcoin?", "hello there")):
        shopper = await world.shopper(context={"product": "kettle"} if number == 0 else {})
        await shopper.say(text, wait=5)
    first, second = await topics(world, world.lin)
    assert first["count"] == first["conversations"] == 3
    assert {first["question"], *_texts(first["examples"])} == set(ABOUT_WARRANTY)
    assert first["products"] == ["kettle"]
    assert second["question"] == "can I pay with bitcoin?"
    assert second["examples"] == []


async def test_it_is_for_the_staff_of_that_shop(world: World) -> None:
    shopper = await world.shopper()
    await shopper.say("can I pay with bitcoin?", wait=5)
    assert await topics(world, world.lin, shop="lingxi") == []
    nobody = await world.server.client.get("/v1/shops/maple/unanswered")
    assert nobody.status_code == 401
    by_shopper = await Caller(shopper.client, shopper.token, "/v1/shops/maple").get("/unanswered")
    assert by_shopper.status_code in (401, 403, 404)
    elsewhere = await Caller(world.sam.client, world.sam.token, "/v1/shops/lingxi").get("/unanswered")
    assert elsewhere.status_code in (403, 404)


def _texts(value: object) -> list[str]:
    assert isinstance(value, list)
    return [str(one) for one in value]
