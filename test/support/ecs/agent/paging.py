"""Pages of lists, as ECS turns them."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterable
from typing import Any

from moto.ecs.exceptions import InvalidParameterException

from settings import SETTINGS


def page(
    entries: Iterable[tuple[str, Any]], token: str | None, size: int | None, most: int = 100
) -> tuple[list[Any], str | None]:
    """Entries with sortable keys, those behind the token's key; and the token of the next page."""
    if size is not None and not 1 <= size <= most:
        raise InvalidParameterException(f"maxResults must be between 1 and {most}.")
    after = ""
    if token:
        try:
            after = urlsafe_b64decode(token.encode()).decode()
        except ValueError as error:
            raise InvalidParameterException("Invalid token") from error
    left = sorted((entry for entry in entries if entry[0] > after), key=lambda entry: entry[0])
    wanted = min(size or most, SETTINGS.list_page)
    shown = left[:wanted]
    more = urlsafe_b64encode(shown[-1][0].encode()).decode() if len(left) > wanted else None
    return [entry for _, entry in shown], more
