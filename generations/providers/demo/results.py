"""`GET /pictures/…`: where finished pictures are fetched, no key needed."""

from generations.providers.demo.faults.registry import FAULTS
from generations.providers.demo.pictures import StoredPicture, Visit
from generations.providers.demo.refusals import Refused
from generations.providers.demo.script import Script, whole_script
from generations.providers.demo.state import DemoState
from generations.providers.demo.switches import Switch


async def serve_picture(token: str, *, state: DemoState, is_moved: bool = False) -> Script:
    """Serve a picture, or misbehave as the fault of its address says.

    An address to which a redirect led (`is_moved`) behaves well.
    """
    stored = state.pictures.get(token)
    if stored is None:
        raise Refused(404, "Not found.", code="not_found")
    stored.fetches += 1
    if stored.fault is None or is_moved:
        return await _normal(stored, state)
    return await _misbehave(stored, stored.fault, token, state)


async def _misbehave(stored: StoredPicture, switch: Switch, token: str, state: DemoState) -> Script:
    async def normal() -> Script:
        return await _normal(stored, state)

    serve = FAULTS[switch.name].serve
    visit = Visit(stored, switch, state.origin, token, normal)
    return await serve(visit) if serve else await normal()


async def _normal(stored: StoredPicture, state: DemoState) -> Script:
    content = await state.draw(stored.recipe)
    if stored.spoil:
        content = stored.spoil(content)
    return whole_script(content, f"image/{stored.recipe.output_format}")
