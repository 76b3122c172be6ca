"""What goes wrong in a storm: drawn from the list of the demo provider, each fault alike."""

from random import Random

from generations.providers.demo.faults.registry import FAULTS

WITHOUT = 0.25
# They wait for a test, or are no fault at all
LEFT_OUT = {"hold", "seed"}
# So short that a thousand of them fit into minutes
SHORT = {
    "slow": "slow 4",
    "drip": "drip 0.3",
    "rate-limit": "rate-limit 1 1",
    "picture-slow": "picture-slow 2",
}
# The sign without a picture for its address: a film is no result
WITHOUT_RESULT = {"video"}
STORM = {
    "WORKER_LOST_SECONDS": "8",
    "WORKER_BEAT_SECONDS": "1",
    "SWEEP_SECONDS": "2",
    "PROVIDER_IDLE_SECONDS": "15",
    "PROVIDER_DEADLINE_SECONDS": "30",
    "PROVIDER_CONNECT_SECONDS": "3",
    "DOWNLOAD_GIVE_UP_SECONDS": "40",
    "PICTURE_MAX_BYTES": str(4 * 1024 * 1024),
    "WORKER_CONCURRENCY": "16",
    "RUNNING_PER_PERSON": "8",
    # So many faults are no reason to leave the provider alone here
    "PROVIDER_PAUSE_AFTER": "0",
    "LOG_FORMAT": "json",
}


def draw_fault(random: Random, route: str) -> str:
    """A switch of the demo provider, or nothing for about a quarter of the calls."""
    if random.random() < WITHOUT:
        return ""
    fitting = [it for it in FAULTS.values() if route in it.routes and it.name not in LEFT_OUT]
    fault = random.choice(fitting)
    if fault.name in SHORT:
        return SHORT[fault.name]
    # Some end by themselves after a refusal or two
    times = random.choice(("", " 1", " 2")) if fault.argument.startswith("[times") else ""
    return f"{fault.name}{times}"
