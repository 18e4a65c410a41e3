"""What the merchant has said of the columns of own tables: kept for the next upload, listed, and forgotten. Staff."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter

from api.auth import ServicesDep, StaffShopDep
from assistant.events import iso
from knowledge.importing.kept_mappings import forget_mapping, listed_mappings
from knowledge.importing.mapping import TARGETS

router = APIRouter(prefix="/v1/shops/{shop_id}/mappings", tags=["imports"])


@router.get("")
async def list_mappings(shop: StaffShopDep, parts: ServicesDep) -> dict[str, Any]:
    """List the mappings that are kept, with the fields that a column may hold."""
    kept = await listed_mappings(parts.database, shop.id)
    told = [{"id": one.id, "columns": dict(one.columns), "accepted_at": iso(one.accepted_at)} for one in kept]
    return {"fields": list(TARGETS), "mappings": told}


@router.delete("/{mapping_id}", status_code=204)
async def delete_mapping(mapping_id: str, shop: StaffShopDep, parts: ServicesDep) -> None:
    """Forget a mapping; the next table with these columns is asked about again."""
    await forget_mapping(parts.database, shop.id, mapping_id)
