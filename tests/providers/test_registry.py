"""Which providers the environment names."""

import pytest

from generations.providers.base import Endpoint
from generations.providers.registry import ROUTES, RegistryError, read_endpoints

DEMO = Endpoint(name="demo", base_url="http://127.0.0.1:8010/v1", api_key="demo", is_demo=True)
RELAY = {"PROVIDERS": "relay-2", "RELAY_2_API_KEY": "k", "RELAY_2_BASE_URL": "https://r.example/v1"}


def test_without_a_key_there_is_the_demo_provider_alone():
    assert read_endpoints({}) == {"demo": DEMO}
    assert read_endpoints({"OPENAI_API_KEY": " ", "OPENAI_BASE_URL": "nonsense"}) == {"demo": DEMO}


def test_the_known_providers():
    found = read_endpoints({"AIHUBMIX_API_KEY": "a", "OPENAI_API_KEY": "o"})
    assert list(found) == ["aihubmix", "openai"]
    assert found["aihubmix"].base_url == "https://aihubmix.com/v1"
    assert not found["aihubmix"].sends_safety_identifier
    assert found["openai"].base_url == "https://api.openai.com/v1"
    assert found["openai"].sends_safety_identifier


def test_further_providers_by_name():
    found = read_endpoints({**RELAY, "PROVIDERS": " relay-2 , other,"})
    assert found == {
        "relay-2": Endpoint(name="relay-2", base_url="https://r.example/v1", api_key="k")
    }


@pytest.mark.parametrize(
    ("url", "sends"),
    [
        ("https://api.openai.com/v1", True),
        ("https://API.openai.com/v1/", True),
        ("https://api.openai.com.evil.example/v1", False),
        ("https://relay.example/api.openai.com/v1", False),
    ],
)
def test_who_learns_the_persons_identifier(url, sends):
    found = read_endpoints({"OPENAI_API_KEY": "o", "OPENAI_BASE_URL": url})
    assert found["openai"].sends_safety_identifier is sends


@pytest.mark.parametrize(
    ("wish", "keys", "names"),
    [
        ("on", {}, ["demo"]),
        ("on", {"OPENAI_API_KEY": "o"}, ["openai", "demo"]),
        ("off", {}, []),
        ("auto", {"OPENAI_API_KEY": "o"}, ["openai"]),
        ("", {}, ["demo"]),
    ],
)
def test_the_demo_provider_can_be_forced(wish, keys, names):
    assert list(read_endpoints({"DEMO_PROVIDER": wish, **keys})) == names


def test_the_demo_provider_may_stand_elsewhere():
    found = read_endpoints({"DEMO_BASE_URL": "http://demo:9000/v1/"})
    assert found["demo"].base_url == "http://demo:9000/v1"


@pytest.mark.parametrize(
    ("environ", "variable"),
    [
        ({**RELAY, "RELAY_2_BASE_URL": ""}, "RELAY_2_BASE_URL"),
        ({**RELAY, "RELAY_2_BASE_URL": "r.example/v1"}, "RELAY_2_BASE_URL"),
        ({**RELAY, "RELAY_2_BASE_URL": "ftp://r.example/v1"}, "RELAY_2_BASE_URL"),
        ({**RELAY, "RELAY_2_BASE_URL": "https:///v1"}, "RELAY_2_BASE_URL"),
        ({**RELAY, "RELAY_2_BASE_URL": "https://u:p@r.example/v1"}, "RELAY_2_BASE_URL"),
        ({**RELAY, "RELAY_2_BASE_URL": "https://r.example:x/v1"}, "RELAY_2_BASE_URL"),
        ({**RELAY, "RELAY_2_BASE_URL": "https://r.example/v 1"}, "RELAY_2_BASE_URL"),
        ({**RELAY, "RELAY_2_BASE_URL": "https://r.example/v1?a=b"}, "RELAY_2_BASE_URL"),
        (
            {**RELAY, "RELAY_2_BASE_URL": "https://r.example/v1/chat/completions"},
            "RELAY_2_BASE_URL",
        ),
        ({**RELAY, "RELAY_2_API_KEY": "sk-a b"}, "RELAY_2_API_KEY"),
        ({**RELAY, "RELAY_2_API_KEY": "sk-а"}, "RELAY_2_API_KEY"),
        ({**RELAY, "PROVIDERS": "Relay"}, "PROVIDERS"),
        ({**RELAY, "PROVIDERS": "2relay"}, "PROVIDERS"),
        ({**RELAY, "PROVIDERS": "relay_2"}, "PROVIDERS"),
        ({**RELAY, "PROVIDERS": "demo"}, "PROVIDERS"),
        ({**RELAY, "PROVIDERS": "openai"}, "PROVIDERS"),
        ({**RELAY, "PROVIDERS": "relay-2,relay-2"}, "PROVIDERS"),
        ({"DEMO_PROVIDER": "yes"}, "DEMO_PROVIDER"),
        ({"DEMO_BASE_URL": "demo"}, "DEMO_BASE_URL"),
    ],
)
def test_a_bad_value_is_named_with_its_cure(environ, variable):
    with pytest.raises(RegistryError) as caught:
        read_endpoints(environ)
    error = caught.value
    assert error.variable == variable
    assert error.fault
    assert error.cure
    assert str(error).startswith(f"{variable}: ")
    assert "sk-" not in str(error)
    assert "u:p" not in str(error)


def test_the_routes_have_the_names_that_models_use():
    assert set(ROUTES) == {"chat", "images"}
