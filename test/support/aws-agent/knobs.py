"""What a test may set of an agent, at the start and while it runs."""

from dataclasses import asdict, fields


class Knobs:
    """For a dataclass, whose fields are the settings."""

    def update(self, values: dict) -> None:
        known = {field.name for field in fields(self)}
        for name, value in values.items():
            if name not in known:
                raise ValueError(f"there is no setting {name}")
            setattr(self, name, value)

    def told(self) -> dict:
        return asdict(self)
