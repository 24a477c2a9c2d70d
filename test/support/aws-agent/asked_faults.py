"""
Faults that a job asks for itself, in its variable FLOTILLA_TEST_FAULT: names with commas between them, each
`name`, `name:argument` or `name@attempt` (for that FLOTILLA_RUN_ATTEMPT only).
"""

VARIABLE = "FLOTILLA_TEST_FAULT"


def asked_faults(environment: dict[str, str], names: set[str]) -> dict[str, str]:
    """Name to argument. Raises ValueError for a name that no fault has."""
    faults: dict[str, str] = {}
    for entry in environment.get(VARIABLE, "").split(","):
        if not entry.strip():
            continue
        named, _, attempt = entry.strip().partition("@")
        name, _, argument = named.partition(":")
        if name not in names:
            raise ValueError(f"{VARIABLE} names no fault: {name}")
        if attempt in ("", environment.get("FLOTILLA_RUN_ATTEMPT", "")):
            faults[name] = argument
    return faults
