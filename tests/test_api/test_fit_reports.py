"""Fit reports over HTTP: who may send them, and that they are kept."""

from __future__ import annotations

from knowledge.catalog import ShopId
from knowledge.fit_reports import Fit
from tests.test_api.conftest import Caller, World

ONE = {"report_id": "r-1", "product": "parka", "size": "M", "fit": "small", "shopper": "ann@x.org", "height_cm": 168}


def of(world: World) -> Caller:
    return Caller(world.sam.client, world.sam.token, "/v1/shops/maple/fit-reports")


async def test_reports_are_kept_and_a_number_that_is_known_is_brought_up_to_date(world: World) -> None:
    caller = of(world)
    first = await caller.post("", {"reports": [ONE, {"product": "PK-L", "fit": "fits"}]})
    assert (first.status_code, first.json()["counts"]["new"], first.json()["reports"]) == (201, 2, 2)
    again = await caller.post("", {"reports": [{**ONE, "fit": "fits"}]})
    assert (again.json()["counts"]["changed"], again.json()["reports"]) == (1, 2)
    kept = list((await world.server.services.store.fit_reports(ShopId("maple"))).values())
    assert [one.fit for one in kept] == [Fit.FITS, Fit.FITS]
    assert dict(kept[0].wearer.numbers) == {"height_cm": 168.0}
    assert "ann" not in str(kept[0].wearer.shopper)


async def test_only_staff_of_the_shop_may_send_them(world: World) -> None:
    path = "/v1/shops/maple/fit-reports"
    nobody = await world.server.client.post(path, json={"reports": [ONE]})
    assert nobody.status_code == 401
    shopper = await world.shopper()
    told = await Caller(world.server.client, shopper.token, path).post("", {"reports": [ONE]})
    assert told.status_code == 403


async def test_what_is_no_report_is_refused_and_named(world: World) -> None:
    for wrong in ({**ONE, "fit": "purple"}, {**ONE, "height_cm": 999}, {"size": "M", "fit": "small"}):
        answer = await of(world).post("", {"reports": [wrong]})
        assert answer.status_code == 422, wrong
        assert answer.headers["content-type"].startswith("application/problem+json")
