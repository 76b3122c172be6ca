"""What became of a file, and whether that is what should have."""

from dataclasses import dataclass

from PIL import Image

from tests.pictures.cases import TOO_LARGE, Case
from tests.pictures.makers import corners, decoded


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """`became`: "taken" or the code of a refusal; `faults`: what should have been otherwise."""

    case: Case
    became: str
    faults: tuple[str, ...] = ()


def refusal(case: Case, code: str, *, expected: str = "") -> Verdict:
    """A file that was not taken; `expected` where a door has a reason of its own."""
    wanted = expected or case.refused
    is_right = code == wanted or case.either
    faults = () if is_right else (f"{code} instead of {wanted or 'a picture'}",)
    return Verdict(case=case, became=code, faults=faults)


def taken(
    case: Case, *, size: tuple[int, int], copy: bytes, faults: tuple[str, ...] = ()
) -> Verdict:
    """A file that was taken, its upright size, and the smaller copy that was made of it."""
    if case.either:
        return Verdict(case=case, became="taken", faults=faults)
    if case.refused:
        return Verdict(case=case, became="taken", faults=(f"not {case.refused}",))
    if size != case.size:
        faults += (f"{size[0]} × {size[1]}",)
    if case.hidden and case.hidden in copy:
        faults += ("holds what was hidden",)
    return Verdict(case=case, became="taken", faults=faults + _colour_faults(case, decoded(copy)))


def upload_refusal(case: Case) -> str:
    """The code that an upload is refused with for its size alone, or none."""
    return TOO_LARGE if case.only_result or case.name == "65 MB" else ""


def _colour_faults(case: Case, image: Image.Image) -> tuple[str, ...]:
    if case.colours is None:
        return ()
    found = corners(image)
    pairs = zip(found, case.colours, strict=True)
    far = max(abs(a - b) for got, asked in pairs for a, b in zip(got, asked, strict=True))
    return (f"colours {found}",) if far > case.tolerance else ()
