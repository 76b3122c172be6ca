"""`GET /pictures/…`: where finished pictures are fetched, no key needed."""

from generations.providers.demo.faults.registry import FAULTS
from generations.providers.demo.refusals import Refused
from generations.providers.demo.script import Script, whole_script
from generations.providers.demo.state import DemoState


async def serve_picture(token: str, *, state: DemoState) -> Script:
    """Serve a picture, or misbehave as the fault of its address says."""
    stored = state.pictures.get(token)
    if stored is None:
        raise Refused(404, "Not found.", code="not_found")
    stored.fetches += 1
    fault = FAULTS[stored.fault.name] if stored.fault else None
    if fault and fault.serve and stored.fault:
        script = fault.serve(stored, stored.fault, state.origin)
        if script is not None:
            return script
    content = await state.draw(stored.recipe)
    return whole_script(content, f"image/{stored.recipe.output_format}")
