"""What comes in: request bodies, validated at the edge."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Final, Literal

from pydantic import (
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    Json,
    StringConstraints,
    ValidationError,
    model_validator,
)

from assistant.orders.identity import Identity
from knowledge.errors import Invalid
from knowledge.importing.mapping import checked_mapping

TEXT_LIMIT: Final = 4_000  # characters of one message; longer ones belong in a file

Text = Annotated[str, StringConstraints(min_length=1, max_length=TEXT_LIMIT, pattern=r"\S")]
ClientMessageId = Annotated[str, StringConstraints(min_length=1, max_length=128, pattern=r"^[^\x00-\x1f]+$")]
# Only what can be stored and shown again: json lets NaN and half characters through, these types do not.
ContactValue = Annotated[str, StringConstraints(max_length=500)] | bool | int | None
Contact = Annotated[dict[Annotated[str, StringConstraints(max_length=64)], ContactValue], Field(max_length=20)]


class Body(BaseModel):
    """A JSON body; unknown fields are ignored, so that newer clients work with older servers."""

    model_config = ConfigDict(extra="ignore", frozen=True)


class PageContext(Body):
    """The page on which the shopper writes."""

    product: Annotated[str, StringConstraints(max_length=255)] | None = None
    url: Annotated[str, StringConstraints(max_length=2_000)] | None = None

    def as_json(self) -> dict[str, str]:
        return self.model_dump(exclude_none=True)


class StartConversation(Body):
    """Everything is optional: a chat may begin with nothing known."""

    locale: (
        Annotated[str, StringConstraints(pattern=r"^[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8})*$", max_length=35)] | None
    ) = None
    contact: Contact | None = None
    context: PageContext | None = None


class TextPart(Body):
    """A part of a message. Text is the one kind that this version takes."""

    type: Literal["text"]
    text: Text

    def as_json(self) -> dict[str, str]:
        return {"type": self.type, "text": self.text}


class Words(Body):
    """What a message says: ``text``, or ``parts``."""

    text: Text | None = None
    parts: Annotated[list[TextPart], Field(min_length=1, max_length=20)] | None = None

    @model_validator(mode="after")
    def _one_of_both(self) -> Words:
        if (self.text is None) == (self.parts is None):
            raise ValueError("give either text or parts")
        if sum(len(part.text) for part in self.parts or ()) > TEXT_LIMIT:
            raise ValueError(f"the parts together are above {TEXT_LIMIT} characters")
        return self

    def as_parts(self) -> list[dict[str, str]]:
        """Return the message's parts as the log keeps them."""
        if self.text is not None:
            return [{"type": "text", "text": self.text}]
        return [part.as_json() for part in self.parts or ()]


class PostMessage(Words):
    """A shopper's message."""

    client_message_id: ClientMessageId
    context: PageContext | None = None


class PostHumanMessage(Words):
    """A human agent's message."""

    client_message_id: ClientMessageId | None = None


class UploadFields(Body):
    """The plain fields of an upload's form."""

    replace: bool = False
    dry_run: bool = False
    accept_mapping: bool = False
    mapping: Json[dict[str, str]] | None = None

    @classmethod
    def of(cls, fields: Mapping[str, str]) -> UploadFields:
        """Return the fields; an empty one counts as not given.

        Raises:
            Invalid: A field is no yes or no, or the mapping is none (``invalid_request``, ``usage_mapping``).
        """
        try:
            asked = cls.model_validate({name: value for name, value in fields.items() if value})
        except ValidationError as error:
            wrong = ", ".join(dict.fromkeys(str(one["loc"][0]) for one in error.errors()))
            told = "a JSON object of columns and fields" if wrong == "mapping" else "true or false"
            raise Invalid(f"{wrong}: give {told}", code="invalid_request") from error
        if asked.mapping is not None:
            checked_mapping(asked.mapping)
        return asked


class TableMapping(Body):
    """What the columns of one table of a held import hold."""

    file: Annotated[str, Field(min_length=1, max_length=1_000)]
    columns: Annotated[dict[str, str], Field(min_length=1, max_length=1_000)]


class ColumnsSaid(Body):
    """The merchant's word on the tables of a held import."""

    tables: Annotated[list[TableMapping], Field(min_length=1, max_length=200)]


class Typing(Body):
    """Somebody begins or stops typing."""

    on: bool = True


class ReadUpTo(Body):
    """Somebody has read up to here."""

    seq: Annotated[int, Field(ge=0)]


class Rating(Body):
    """How the shopper found it, 1 to 5."""

    rating: Annotated[int, Field(ge=1, le=5)]
    comment: Annotated[str, StringConstraints(max_length=TEXT_LIMIT)] | None = None


class Release(Body):
    """Where a conversation goes when its human agent lets it go."""

    to: Literal["assistant", "queue"] = "assistant"


class Transfer(Body):
    """The human agent's id who takes over."""

    to: Annotated[str, StringConstraints(min_length=1, max_length=64)]


class Snooze(Body):
    """Until when the conversation is hidden."""

    until: AwareDatetime


class Buyer(Body):
    """Who buys, by whatever the shop signs its shoppers with."""

    id: Annotated[str, StringConstraints(min_length=1, max_length=500)] | None = None
    email: Annotated[str, StringConstraints(min_length=1, max_length=500)] | None = None
    phone: Annotated[str, StringConstraints(min_length=1, max_length=500)] | None = None

    @property
    def key(self) -> str | None:
        """The customer as offers name them; None when nothing is given."""
        return Identity(self.id, self.email, self.phone).key if self.id or self.email or self.phone else None


class Redeem(Body):
    """What an offer is redeemed for."""

    product: Annotated[str, StringConstraints(min_length=1, max_length=255)]
    order_ref: Annotated[str, StringConstraints(min_length=1, max_length=255)]
    customer: Buyer | None = None


class Note(Body):
    """A private note."""

    text: Text
