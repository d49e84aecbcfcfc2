"""How many examples a property gets: as many as the Hypothesis profile says, or a multiple where mistakes are rare."""

from hypothesis import settings


def examples(times: int) -> settings:
    """A multiple of the profile's examples, for a property that finds planted mistakes only then."""
    return settings(max_examples=times * settings().max_examples)
