"""Fit reports as they come in, one or a few at a time: from a review form, or from who takes a return. Staff."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter
from pydantic import Field, StringConstraints

from api.auth import ServicesDep, StaffShopDep
from api.schemas import Body
from knowledge.catalog import ShopId, Source
from knowledge.clock import Clock
from knowledge.fit_reports import Fit, KeptReport, Wearer
from knowledge.ids import IdSource
from knowledge.importing.fit_reports import digest
from knowledge.importing.upsert import Upsert

router = APIRouter(prefix="/v1/shops/{shop_id}/fit-reports", tags=["fit reports"])

Name = Annotated[str, StringConstraints(min_length=1, max_length=255, pattern=r"\S", strip_whitespace=True)]
SOURCE = Source("http")


class NewReport(Body):
    """One report. Lengths in centimetres, the weight in kilograms; what is not known is left out.

    Attributes:
        report_id: The shop's own number: the same again brings the report up to date.
        product: Handle, SKU or title.
        shopper: Whatever tells one buyer from another; only a digest of it is kept.
    """

    report_id: Name | None = None
    product: Name
    size: Annotated[str, StringConstraints(max_length=60, strip_whitespace=True)] = ""
    fit: Literal["small", "fits", "large"]
    shopper: Name | None = None
    height_cm: Annotated[float, Field(ge=40, le=240)] | None = None
    weight_kg: Annotated[float, Field(ge=2, le=300)] | None = None
    chest_cm: Annotated[float, Field(ge=30, le=200)] | None = None
    waist_cm: Annotated[float, Field(ge=30, le=200)] | None = None
    hip_cm: Annotated[float, Field(ge=30, le=210)] | None = None
    foot_cm: Annotated[float, Field(ge=8, le=36)] | None = None
    age_years: Annotated[float, Field(ge=1, le=110)] | None = None

    def kept(self, shop_id: ShopId, ids: IdSource, clock: Clock) -> KeptReport:
        """Return the report as the shop keeps it."""
        measures = ("height_cm", "weight_kg", "chest_cm", "waist_cm", "hip_cm", "foot_cm", "age_years")
        numbers = {name: value for name in measures if (value := getattr(self, name)) is not None}
        wearer = Wearer(digest(self.shopper) if self.shopper else None, numbers)
        key = self.report_id or ids.new("fr")
        return KeptReport(shop_id, key, self.product, self.size, Fit.named(self.fit), wearer, clock.now(), SOURCE)


class NewReports(Body):
    """A few reports at once; a whole file goes through the import."""

    reports: Annotated[list[NewReport], Field(min_length=1, max_length=500)]


@router.post("", status_code=201)
async def add_reports(body: NewReports, shop: StaffShopDep, parts: ServicesDep) -> dict[str, Any]:
    """Take reports; the next size advice counts them, and the model is trained again once many have come."""
    home = parts.home
    records = {one.key: one for one in (report.kept(shop.id, home.ids, home.clock) for report in body.reports)}
    counts = await Upsert(parts.database, shop, home.clock.now()).fit_reports(list(records.values()))
    mark = await parts.store.fit_report_mark(shop.id)
    return {"counts": counts.as_json(), "reports": mark.count}
