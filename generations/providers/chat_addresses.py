"""Which addresses of a chat answer are pictures, and which are taken only if nothing better is."""

import re
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

_PICTURE_ENDS = (".png", ".jpg", ".jpeg", ".webp", ".gif", ".avif")
_VIDEO_ENDS = (".mp4", ".webm", ".mov", ".m4v")
_STATUS_LABELS = {"数据预览", "原始数据", "data preview", "raw data", "source data"}
_STATUS_HOST = re.compile(r"(?:^|\.)asyncdata\.(?:net|com)$")
_BARE = re.compile(r"https?://[^\s<>\"'`\\\[\](){}|，。；、]+", re.IGNORECASE)
_FINISHED_LABEL = "100"


def is_web_address(address: str) -> bool:
    """Tell whether the address can be fetched at all."""
    return address[:8].lower().startswith(("https://", "http://")) and bool(host_of(address))


def is_video(address: str) -> bool:
    """Tell whether the address names a video."""
    return _path(address).endswith(_VIDEO_ENDS)


def may_be_poster(address: str) -> bool:
    """Tell whether the address may be the still of a video: these are WebP."""
    return _path(address).endswith(".webp")


def is_status_page(address: str, label: str = "") -> bool:
    """Tell whether the address is a page about the task: never a result."""
    if label.strip().lower() in _STATUS_LABELS:
        return True
    return bool(_STATUS_HOST.search(host_of(address)))


def same_picture_key(address: str) -> str:
    """Give what is equal for the display and the download address of one picture."""
    return address.replace("/download/", "/", 1)


def bare_addresses(text: str) -> list[str]:
    """Give the addresses in plain text, without the marks that follow them."""
    return [address.rstrip(".,;:!?%*_~") for address in _BARE.findall(text)]


def host_of(address: str) -> str:
    """Give the host of an address; empty where it has none."""
    try:
        return (urlsplit(address).hostname or "").rstrip(".")
    except ValueError:
        return ""


@dataclass
class Fallbacks:
    """Addresses that count only where the answer holds no `![]()` at all.

    In the order in which they are trusted: download links, other links to pictures, addresses
    in plain text, the upstream asset behind the number 100, an address without its end.
    """

    downloads: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    bare: list[str] = field(default_factory=list)
    assets: list[str] = field(default_factory=list)
    unclosed: list[str] = field(default_factory=list)
    refused: set[str] = field(default_factory=set)

    def refuse(self, address: str) -> None:
        """Never take this address, not even from plain text."""
        self.refused.add(address)

    def add_link(self, label: str, address: str) -> None:
        """Keep a link by what its label and address say of it."""
        if label.strip() == _FINISHED_LABEL:
            self.assets.append(address)
        elif _is_download(label, address):
            self.downloads.append(address)
        elif _is_picture(address):
            self.links.append(address)

    def add_unclosed(self, address: str) -> None:
        """Keep an address that lacks its end, if it looks whole."""
        if _is_picture(address) and not urlsplit(address).query:
            self.unclosed.append(address)

    def add_text(self, text: str) -> None:
        """Keep what stands in plain text: pictures, or the one address that is all it says."""
        found = [address for address in bare_addresses(text) if is_web_address(address)]
        self.bare += [address for address in found if _is_picture(address)]
        if not self.bare and found and text.strip().rstrip("%") == found[0]:
            self.bare.append(found[0])

    def best(self) -> list[str]:
        """Give the most trusted addresses, none of them a video or a page."""
        for rank in (self.downloads, self.links, self.bare, self.assets, self.unclosed):
            usable = [address for address in rank if self._is_usable(address)]
            if usable:
                return usable
        return []

    def _is_usable(self, address: str) -> bool:
        return not (address in self.refused or is_video(address) or is_status_page(address))


def _is_download(label: str, address: str) -> bool:
    return "下载" in label or "download" in label.lower() or "/download/" in _path(address)


def _is_picture(address: str) -> bool:
    return _path(address).endswith(_PICTURE_ENDS)


def _path(address: str) -> str:
    try:
        return unquote(urlsplit(address).path).lower()
    except ValueError:
        return ""
