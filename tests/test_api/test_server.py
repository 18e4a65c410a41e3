from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.test_api.conftest import JSON, World

PROBLEM = {"type", "title", "status", "detail", "code", "retryable"}


async def test_shops_are_public(world: World) -> None:
    shops = (await world.server.client.get("/v1/shops")).json()["shops"]
    assert shops[1] == {"id": "maple", "name": "Maple", "locale": "en-US", "greeting": {"en": "Hello!"}}


async def test_a_conversation_takes_the_shops_locale_unless_told(world: World) -> None:
    client = world.server.client
    made = await client.post("/v1/shops/lingxi/conversations")
    assert made.status_code == 201
    assert set(made.json()) == {"conversation_id", "token", "seq"}
    listed = (await world.lin.get("/conversations")).json()["conversations"]
    assert listed[0]["locale"] == "zh-CN"
    assert (await client.post("/v1/shops/lingxi/conversations", json={"locale": "no locale!"})).status_code == 422


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/v1/nowhere", 404, "not_found"),
        ("PUT", "/v1/shops", 405, "method_not_allowed"),
        ("POST", "/v1/shops/nowhere/conversations", 404, "shop_not_found"),
        ("GET", "/v1/desk/queue", 401, "no_token"),
        ("GET", "/media/maple/nothing.png", 404, "media_not_found"),
    ],
)
async def test_every_error_is_a_problem(world: World, method: str, path: str, status: int, code: str) -> None:
    answer = await world.server.client.request(method, path)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert set(answer.json()) == PROBLEM
    assert answer.headers["content-type"] == "application/problem+json"


async def test_a_body_that_is_no_json_is_a_problem(world: World) -> None:
    shopper = await world.shopper()
    answer = await shopper.client.post(f"{shopper.path}/messages", content=b"{", headers={**shopper.headers, **JSON})
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_request")


async def test_a_body_above_the_cap_is_refused_also_without_a_length(world: World) -> None:
    shopper = await world.shopper()
    headers = {**shopper.headers, **JSON}

    async def chunks() -> AsyncIterator[bytes]:
        for _ in range(70):
            yield b" " * 1024

    for content in (b" " * 70_000, chunks()):
        answer = await shopper.client.post(f"{shopper.path}/messages", content=content, headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (413, "body_too_large")


async def test_health_readiness_and_metrics(world: World) -> None:
    client = world.server.client
    assert (await client.get("/healthz")).json() == {"status": "alive"}
    assert (await client.get("/readyz")).json() == {"status": "ready"}
    shopper = await world.shopper()
    await shopper.say("person please", wait=5)
    metrics = (await client.get("/metrics")).text
    assert 'daogou_events_total{type="message.completed"} 1' in metrics
    assert 'daogou_handoffs_total{reason="not_stated"} 1' in metrics
    assert "daogou_turn_seconds_count 1" in metrics


async def test_pages_are_served_under_a_strict_policy(world: World) -> None:
    for path in ("/", "/chat/maple", "/desk", "/pages/theme.css"):
        answer = await world.server.client.get(path)
        assert answer.status_code == 200, path
        assert "script-src 'self'" in answer.headers["content-security-policy"]


async def test_media_gives_images_of_its_own_folder_only(world: World) -> None:
    media: Path = world.server.services.home.media
    (media / "maple").mkdir(parents=True)
    (media / "maple" / "mug.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'/>")
    (media / "maple" / "page.html").write_text("<script>1</script>")
    (media.parent / "secret.png").write_text("secret")
    (media / "other.png").write_text("other")
    client = world.server.client
    picture = await client.get("/media/maple/mug.svg")
    assert picture.headers["content-type"] == "image/svg+xml"
    assert "sandbox" in picture.headers["content-security-policy"]
    assert picture.headers["x-content-type-options"] == "nosniff"
    for path in ("maple/page.html", "maple/%2e%2e/%2e%2e/secret.png", "maple/%2e%2e/other.png", "%2e%2e/secret.png"):
        assert (await client.get(f"/media/{path}")).status_code == 404, path
