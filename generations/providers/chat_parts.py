"""The tokens of a chat answer."""

from dataclasses import dataclass, field

from generations.providers.chat_phases import Phase


@dataclass(frozen=True)
class Number:
    """A number of the progress part."""

    value: int


@dataclass(frozen=True)
class Image:
    """`![alt](address)`, or a data URI that stands in the text by itself."""

    address: str = field(repr=False)


@dataclass(frozen=True)
class Link:
    """`[label](address)`."""

    label: str
    address: str


@dataclass(frozen=True)
class Unclosed:
    """An address whose closing parenthesis never came."""

    address: str


@dataclass(frozen=True)
class Block:
    """A JSON object at the very start or in a fence, without the fence."""

    text: str


Token = Phase | Number | Image | Link | Unclosed | Block
