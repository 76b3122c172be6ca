"""Placeholder until the registry lands."""

from collections.abc import Mapping

from generations.providers.base import Endpoint


class RegistryError(Exception):
    variable = fault = cure = ""


def read_endpoints(environ: Mapping[str, str]) -> dict[str, Endpoint]:
    return {
        "demo": Endpoint(
            name="demo", base_url="http://127.0.0.1:8010/v1", api_key="demo", is_demo=True
        )
    }
