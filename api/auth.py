"""Who calls, from ``Authorization: Bearer TOKEN``, and what that caller may touch."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Request

from api.services import Services
from assistant.access import HumanAgent, Shopper
from knowledge.catalog import Shop
from knowledge.errors import Forbidden, NotFound, Unauthorized


def services(request: Request) -> Services:
    """Return what the server was started with."""
    found = request.app.state.services
    assert isinstance(found, Services)
    return found


ServicesDep = Annotated[Services, Depends(services)]


async def caller(request: Request, parts: ServicesDep) -> Shopper | HumanAgent:
    """Return who holds the request's token.

    Raises:
        Unauthorized: There is no token, or nobody was given it.
    """
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise Unauthorized("Send the token as 'Authorization: Bearer TOKEN'.", code="no_token")
    return await parts.access.caller(token.strip())


CallerDep = Annotated[Shopper | HumanAgent, Depends(caller)]


async def shopper_of(conversation_id: str, who: CallerDep) -> Shopper:
    """Return the shopper whose conversation this is.

    Raises:
        Forbidden: The token is of another conversation, or a human agent's.
    """
    if not isinstance(who, Shopper):
        raise Forbidden("This is the shopper's side; human agents use /v1/desk.", code="shopper_only")
    if who.conversation_id != conversation_id:
        raise Forbidden("This token is of another conversation.", code="other_conversation")
    return who


async def reads_as_staff(conversation_id: str, who: CallerDep, parts: ServicesDep) -> bool:
    """Return whether the caller reads all of the conversation (staff), or the shopper's view.

    Raises:
        NotFound: It is of a shop that this human agent does not serve.
    """
    if isinstance(who, HumanAgent):
        state = await parts.log.state(conversation_id)
        if not who.serves(state.shop_id):
            raise NotFound("There is no such conversation.", code="conversation_not_found")
        return True
    await shopper_of(conversation_id, who)
    return False


async def human_agent(who: CallerDep) -> HumanAgent:
    """Return the human agent who calls.

    Raises:
        Forbidden: A shopper's token.
    """
    if not isinstance(who, HumanAgent):
        raise Forbidden("This needs a staff token.", code="staff_only")
    return who


async def staff_shop(shop_id: str, agent: Annotated[HumanAgent, Depends(human_agent)], parts: ServicesDep) -> Shop:
    """Return the shop that this human agent works on.

    Raises:
        NotFound: There is no such shop, or this human agent does not serve it.
    """
    if not agent.serves(shop_id):
        raise NotFound(f"There is no shop {shop_id!r}.", code="shop_not_found")
    return await parts.store.shop(shop_id)


ShopperDep = Annotated[Shopper, Depends(shopper_of)]
StaffViewDep = Annotated[bool, Depends(reads_as_staff)]
HumanAgentDep = Annotated[HumanAgent, Depends(human_agent)]
StaffShopDep = Annotated[Shop, Depends(staff_shop)]
