"""What a reel will cost, and whether it could be paid at all: asked before anybody is asked to approve it."""

from collections.abc import Iterable, Mapping
from typing import Any

from flows.film_sizes import require_large_film
from tasks.domain.errors import FixMachine, FixRequest, OverLimit
from tasks.domain.money import Price, in_words, usd
from tasks.domain.plan import ReelPlan
from tasks.domain.timeline import SIZE_PX
from tasks.runtime.engines import EngineEntry, find_engine, generators, load_engine
from tasks.runtime.given import given_to
from tasks.runtime.ledger import Ledger, sum_of
from tasks.runtime.providers import Provider, find_provider
from tasks.runtime.settings import Settings
from tasks.runtime.store import Store


def with_open_ways(plan: ReelPlan, settings: Settings, store: Store) -> ReelPlan:
    """The plan without the ways out that this installation cannot take, each with a warning that says why."""
    closed = {name: why for name in plan.ways_out if (why := _hindrance(name, plan, settings, store))}
    told = [f"{name!r} cannot take over if {plan.engines['generation']!r} makes nothing good: {why}"
            for name, why in closed.items()]
    return plan.model_copy(update={"ways_out": tuple(name for name in plan.ways_out if name not in closed),
                                   "warnings": (*plan.warnings, *told)})


def _hindrance(name: str, plan: ReelPlan, settings: Settings, store: Store) -> str | None:
    """Why a way out cannot be taken; None where it can, as far as is known before anything is called."""
    if name not in generators():
        return None
    entry = find_engine("generation", name)
    try:
        require_large_film(name, SIZE_PX, settings, store)
        if entry.provider is None:
            return None
        provider = find_provider(entry.provider)
        settings.address_of(provider)
        if not provider.own:
            _price(entry, plan, given_to(entry.stage, name, settings, store))
    except (FixRequest, FixMachine) as error:
        return str(error)
    return None


def with_prices(plan: ReelPlan, settings: Settings, store: Store) -> ReelPlan:
    """The plan with what each of its paid stages costs, at most, and the sum."""
    return plan.priced({_label(entry, plan): _price(entry, plan, given_to(entry.stage, entry.name, settings, store))
                        for entry in paid_engines(plan)})


def _label(entry: EngineEntry, plan: ReelPlan) -> str:
    """What is paid: a stage, or the engine that may take over in it."""
    return entry.stage if entry.name in plan.engines.get(entry.stage, "").split(",") else f"{entry.stage} by {entry.name}"


def paid_engines(plan: ReelPlan) -> list[EngineEntry]:
    """The plan's engines that cost something, in the order of the story."""
    return [entry for entry in _calling_engines(plan) if not find_provider(entry.provider or "").own]


def paid_providers(plans: Iterable[ReelPlan]) -> list[Provider]:
    """The services that the reels would pay, each once."""
    return _providers(entry for plan in plans for entry in paid_engines(plan))


def _providers(entries: Iterable[EngineEntry]) -> list[Provider]:
    """The services of engines, each once."""
    return [find_provider(name) for name in dict.fromkeys(entry.provider for entry in entries) if name]


def require_means(plan: ReelPlan, settings: Settings) -> None:
    """Makes sure that the plan is within the limit of a reel, and that its services have addresses and keys.

    What may take over is not asked for its key: where it has none, the next way out follows.

    Raises:
        OverLimit: it would cost more than a reel may.
        MissingTool: a service has no key, neither in the environment nor on the Prefect server, or no address.
    """
    require_addresses([plan], settings)
    if not paid_engines(plan):
        return
    from tasks.orchestration.payment import key_of

    if settings.limit_reel_usd is not None and usd(plan.cost_usd) > settings.limit_reel_usd:
        raise OverLimit(f"{plan.script.title!r} would cost {in_words(plan.cost_usd)}, and a reel may cost at most"
                        f" {in_words(settings.limit_reel_usd)}: choose other engines, or raise limit_reel_usd")
    for provider in _providers(entry for entry in _chosen_engines(plan) if not find_provider(entry.provider or "").own):
        key_of(provider)


def require_addresses(plans: Iterable[ReelPlan], settings: Settings) -> None:
    """Makes sure that it is known where the services answer that the reels would call.

    Raises:
        MissingTool: nobody has said where the user's own server is.
    """
    for plan in plans:
        for provider in _providers(_chosen_engines(plan)):
            settings.address_of(provider)


def _calling_engines(plan: ReelPlan) -> list[EngineEntry]:
    """The plan's engines that call a service, in the order of the story, those that may take over last."""
    later = [find_engine("generation", name) for name in plan.ways_out if name in generators()]
    return [*_chosen_engines(plan), *(entry for entry in later if entry.provider)]


def _chosen_engines(plan: ReelPlan) -> list[EngineEntry]:
    """The plan's engines that call a service, in the order of the story, without those that may take over."""
    chosen = [(stage, name) for stage, names in plan.engines.items() for name in names.split(",") if name]
    return [entry for stage, name in chosen if (entry := find_engine(stage, name)).provider]


def _price(entry: EngineEntry, plan: ReelPlan, given: Mapping[str, Any]) -> Price:
    price: Price = load_engine(entry.stage, entry.name).price(plan, **given)
    return price


def spent_usd(plan: ReelPlan, store: Store) -> float:
    """What was spent and set aside for a reel so far, USD."""
    return float(sum_of(Ledger(store).of_reel(plan.approval_sha256())))
