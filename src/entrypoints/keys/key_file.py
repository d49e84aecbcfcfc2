"""What a file of API keys says."""

from collections import Counter
from datetime import date
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from delay_core.violations import pydantic_message
from entrypoints.keys.errors import KeyFileRefused
from entrypoints.keys.scopes import Scope

NOBODY = "anonymous"
"""What logs call a caller without a key: no key may have this name."""


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)


class KnownKey(_Strict):
    """One key by its digest: whose it is, what it allows, how long and how often."""

    name: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")]
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    scopes: tuple[Scope, ...]
    expires: date | None = None
    """The first day (UTC) on which it is refused."""
    rate: Annotated[float, Field(gt=0)] | None = None
    """Requests per second; without, the API's default."""

    @field_validator("name")
    @classmethod
    def _is_somebody(cls, name: str) -> str:
        if name == NOBODY:
            raise ValueError(f"{NOBODY!r} is what callers without a key are called; choose another name")
        return name


class KeyFile(_Strict):
    """All keys. Names are distinct, and so are digests."""

    keys: tuple[KnownKey, ...]

    @field_validator("keys")
    @classmethod
    def _are_distinct(cls, keys: tuple[KnownKey, ...]) -> tuple[KnownKey, ...]:
        for told, values in (("name", [key.name for key in keys]), ("sha256", [key.sha256 for key in keys])):
            twice = [value for value, count in Counter(values).items() if count > 1]
            if twice:
                raise ValueError(f"{told} {twice[0]!r} stands twice; each key has its own")
        return keys

    def with_key(self, key: KnownKey) -> Self:
        """One key more. Raises KeyFileRefused where the name is taken."""
        if any(known.name == key.name for known in self.keys):
            raise KeyFileRefused(f"there is a key {key.name!r} already; revoke it first, or choose another name")
        return type(self)(keys=(*self.keys, key))

    def without(self, name: str) -> Self:
        """One key less. Raises KeyFileRefused where there is none of this name."""
        left = tuple(key for key in self.keys if key.name != name)
        if len(left) == len(self.keys):
            known = ", ".join(key.name for key in self.keys) or "none"
            raise KeyFileRefused(f"there is no key {name!r}; there are: {known}")
        return type(self)(keys=left)


def known_key(
    *, name: str, sha256: str, scopes: tuple[Scope, ...], expires: date | None, rate: float | None
) -> KnownKey:
    """A key as the file names it. Raises KeyFileRefused naming what is wrong."""
    try:
        return KnownKey(name=name, sha256=sha256, scopes=scopes, expires=expires, rate=rate)
    except ValidationError as error:
        raise KeyFileRefused(told(error)) from None


def told(error: ValidationError) -> str:
    """Every mistake and where it stands; never the values, for a key may have been put where its digest belongs."""
    return "; ".join(
        f"{'.'.join(map(str, mistake['loc'])) or 'file'}: {pydantic_message(mistake)}"
        for mistake in error.errors(include_input=False, include_url=False)
    )
