"""One small file of each family through both doors; `python -m tests.pictures` sends them all."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from generations.models import Attempt, Delivery
from generations.providers.base import Endpoint
from tests.pictures.doors import ask, result_verdict, upload_verdict
from tests.pictures.provider import provider_of
from tests.pictures.refused import refused
from tests.pictures.taken import taken

# The last of each family that is small
CASES = {case.family: case for case in [*taken(), *refused()] if "MB" not in case.name}


@pytest.mark.once
@pytest.mark.django_db
@pytest.mark.parametrize("family", CASES)
def test_an_upload_is_taken_upright_or_refused_in_words(as_ana, family):
    case = CASES[family]
    file = SimpleUploadedFile("odd.png", case.make(), "image/png")
    answer = as_ana.post("/references/", {"references": file})
    verdict = upload_verdict(case, "odd.png", answer.status_code, answer.content.decode())
    assert verdict.faults == ()


@pytest.mark.slow
@pytest.mark.once
@pytest.mark.parametrize("way", ["base64", "address"])
def test_a_result_is_taken_upright_or_refused_with_a_code(ana, work, settings, tmp_path, way):
    for family, case in CASES.items():
        (tmp_path / family.replace(" ", "-")).write_bytes(case.make())
    names = [family.replace(" ", "-") for family in CASES]
    with provider_of(tmp_path) as base_url:
        endpoint = Endpoint(name="demo", base_url=base_url, api_key="demo", is_demo=True)
        settings.PROVIDERS = {"demo": endpoint}
        generations = ask(ana, way, names)
        work()
        # What is no picture is downloaded twice more
        while Attempt.objects.filter(status="collecting").update(not_before=None):
            Delivery.objects.update(not_before=None)
            work()
    for name, case, generation in zip(names, CASES.values(), generations, strict=True):
        verdict = result_verdict(case, (tmp_path / name).read_bytes(), generation)
        assert (name, verdict.faults) == (name, ())
