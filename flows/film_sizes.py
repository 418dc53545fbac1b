"""Whether a generator's films are large enough for their places in a reel: settled before anybody is asked to approve it.

A film that comes out smaller than its generator says is still refused once it is there, by the same rule.
"""

from tasks.domain.errors import FixMachine
from tasks.domain.generation import GENERATED
from tasks.domain.plan import ReelPlan
from tasks.domain.timeline import SIZE_PX, filled_px
from tasks.generation.base import ClipGenerator
from tasks.media.pictures import least_size, smallness
from tasks.runtime.engines import find_engine, load_engine
from tasks.runtime.given import given_to
from tasks.runtime.settings import Settings
from tasks.runtime.store import Store


def require_large_films(plan: ReelPlan, settings: Settings, store: Store) -> None:
    """Makes sure that the films that a plan asks its generator for will fill their places.

    Raises:
        FixMachine: one would be enlarged too much, with where its size is said.
    """
    name = plan.engines.get("generation")
    if name is None:
        return
    if plan.engines["animation"] == GENERATED:
        require_large_film(name, SIZE_PX, settings, store)
    for beat, show in plan.script.asked_films():
        try:
            require_large_film(name, filled_px(show.layout), settings, store)
        except FixMachine as error:
            raise FixMachine(f"'show' of beat {beat + 1}: {error}") from error


def require_large_film(name: str, size: tuple[int, int], settings: Settings, store: Store) -> None:
    """Makes sure that a film of a generator, as it is set up here, will fill a place of `size`, (width, height).

    Raises:
        FixMachine: it would be enlarged too much.
    """
    generator: ClipGenerator = load_engine("generation", name)(**given_to("generation", name, settings, store))
    small = smallness(generator.size, size)
    if small is None:
        return
    width, height = least_size(size)
    change = (f"set width_px and height_px in [generators.{name}] of reels.toml to {width} and {height} or more, or "
              if "tuning" in find_engine("generation", name).wants else "")
    raise FixMachine(f"a film of the generator {name!r} {small}: {change}choose another generator with --engine"
                     " generation=NAME (`reels engines` lists them)")
