"""Tables with columns of the merchant's own, over HTTP: guessed, held, said, and kept for the next upload."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

from knowledge.clock import FrozenClock
from knowledge.home import Home
from knowledge.importing.jobs import HELD_FOR
from tests.test_api.conftest import World, world_over
from tests.test_api.merchant_world import TABLE, merchant_at

OWN = (
    "Artikelnummer;Bezeichnung;Verkaufspreis;Warengruppe;Lieferzeit\n"
    "A-100;Wanderschuh Alpin;129,90;Schuhe;2 Tage\n"
    "A-200;Regenjacke Fjord;89,00;Jacken;3 Tage\n"
)
GUESS = {
    "Artikelnummer": "sku",
    "Bezeichnung": "title",
    "Verkaufspreis": "price",
    "Warengruppe": "category",
    "Lieferzeit": "attribute",
}


async def test_unknown_columns_are_guessed_with_samples_and_the_upload_is_held(world: World) -> None:
    merchant = merchant_at(world.sam)
    job = await merchant.imports({"own.csv": OWN, "known.csv": TABLE})
    assert (job["state"], job["problem"], job["ended_at"]) == ("needs_mapping", None, None)
    guess = {file["file"]: file["guess"] for file in job["report"]["files"]}
    assert guess["known.csv"] == []
    assert {one["column"]: one["field"] for one in guess["own.csv"]} == GUESS
    assert guess["own.csv"][1]["samples"] == ["Wanderschuh Alpin", "Regenjacke Fjord"]
    assert 0.5 < guess["own.csv"][1]["confidence"] <= 1
    assert {"title", "price", "option", "attribute", "leave_out"} <= set(job["fields"])
    assert await merchant.handles() == ["a", "b", "c"]  # what is known is imported meanwhile


async def test_what_the_merchant_says_runs_the_held_upload_and_is_kept_for_the_next(world: World) -> None:
    merchant = merchant_at(world.sam)
    job = await merchant.imports({"own.csv": OWN, "known.csv": TABLE})
    said = {"tables": [{"file": "own.csv", "columns": {"Warengruppe": "brand", "Lieferzeit": "leave_out"}}]}
    answer = await merchant.caller.post(f"/imports/{job['import_id']}/mapping", said)
    assert (answer.status_code, answer.json()["import"]["state"]) == (202, "queued")
    done = await merchant.ended(job["import_id"])
    assert done["state"] == "done"
    assert done["report"]["totals"]["product"] == {"new": 5, "changed": 0, "unchanged": 0, "removed": 0, "rejected": 0}
    jacket = (await merchant.get("/products/A-200"))["product"]
    assert (jacket["title"], jacket["brand"], jacket["price_from"]["amount"]) == ("Regenjacke Fjord", "Jacken", "89")
    assert jacket["attributes"] == []
    assert len((await merchant.get("/versions"))["versions"]) == 1  # both runs are one upload
    assert list(world.server.services.jobs.folder.glob("*")) == []
    again = await merchant.imports({"next.csv": OWN.replace("89,00", "79,00")})
    assert again["state"] == "done"
    assert again["report"]["totals"]["product"]["changed"] == 1


async def test_a_kept_mapping_is_listed_and_can_be_forgotten(world: World) -> None:
    merchant = merchant_at(world.sam)
    await merchant.imports({"own.csv": OWN}, accept_mapping="true")
    (kept,) = (await merchant.get("/mappings"))["mappings"]
    assert kept["columns"] == GUESS
    path = f"{merchant.caller.path}/mappings/{kept['id']}"
    assert (await merchant.caller.client.delete(path, headers=merchant.caller.headers)).status_code == 204
    assert (await merchant.caller.client.delete(path, headers=merchant.caller.headers)).status_code == 404
    assert (await merchant.imports({"own.csv": OWN}))["state"] == "needs_mapping"


async def test_a_mapping_may_come_with_the_upload(world: World) -> None:
    merchant = merchant_at(world.sam)
    job = await merchant.imports({"own.csv": OWN}, mapping=json.dumps(GUESS | {"Lieferzeit": "tags"}))
    assert job["state"] == "done"
    assert (await merchant.get("/products/A-100"))["product"]["tags"] == ["2 Tage"]
    wrong = {"x": "y"}, {"Bezeichnung": "brand"}, {"Bezeichnung": "title", "Artikelnummer": "title"}, ["title"]
    for mapping in wrong:
        answer = await merchant.uploads({"own.csv": OWN}, mapping=json.dumps(mapping))
        assert (answer.status_code, answer.json()["code"]) in ((422, "usage_mapping"), (422, "invalid_request"))


async def test_a_mapping_that_cannot_be_applied_is_refused_and_the_upload_stays_held(world: World) -> None:
    merchant = merchant_at(world.sam)
    job = await merchant.imports({"own.csv": OWN})
    assert job["problem"]["code"] == "nothing_usable"
    wrong = {
        "usage_mapping_file": {"file": "other.csv", "columns": {"a": "title"}},
        "usage_mapping_column": {"file": "own.csv", "columns": {"Farbe": "option"}},
        "usage_mapping": {"file": "own.csv", "columns": {"Bezeichnung": "attribute"}},
    }
    path = f"/imports/{job['import_id']}/mapping"
    for code, table in wrong.items():
        answer = await merchant.caller.post(path, {"tables": [table]})
        assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert (await merchant.job(job["import_id"]))["state"] == "needs_mapping"
    assert await merchant.handles() == []
    given_up = await merchant.caller.post(f"/imports/{job['import_id']}/cancel", {})
    assert given_up.json()["import"]["state"] == "failed"
    answer = await merchant.caller.post(path, {"tables": [{"file": "own.csv", "columns": GUESS}]})
    assert (answer.status_code, answer.json()["code"]) == (409, "import_not_held")
    assert list(world.server.services.jobs.folder.glob("*")) == []


async def test_a_held_upload_outlives_a_restart_but_not_a_week(home: Home) -> None:
    async with world_over(home) as world:
        job = await merchant_at(world.sam).imports({"own.csv": OWN})
    async with world_over(home) as world:
        merchant = merchant_at(world.sam)
        said = {"tables": [{"file": "own.csv", "columns": GUESS}]}
        held = await merchant.imports({"more.csv": OWN.replace("Warengruppe", "Sparte")})
        assert (await merchant.caller.post(f"/imports/{job['import_id']}/mapping", said)).status_code == 202
        assert (await merchant.ended(job["import_id"]))["state"] == "done"
        assert await merchant.handles() == ["A-100", "A-200"]
    later = FrozenClock(home.clock.now() + HELD_FOR + timedelta(minutes=1))
    async with world_over(replace(home, clock=later)) as world:
        merchant = merchant_at(world.sam)
        assert (await merchant.job(held["import_id"]))["state"] == "needs_mapping"
        await merchant.imports({"third.csv": OWN.replace("Warengruppe", "Familie")})
        # It is given up beside the import, not before that is taken.
        assert await merchant.until(held["import_id"], lambda job: job["state"] == "failed")
