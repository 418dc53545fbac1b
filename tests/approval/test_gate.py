"""The gate: who may let a script pass, and what voids it."""

import datetime as dt
from collections.abc import Callable

import pytest

from tasks.approval.gate import approval_for, decide, recorded_approval
from tasks.domain.approval import Approval, require
from tasks.domain.avatar import AvatarSnapshot, Consent
from tasks.domain.brand import Brand, BrandColours, BrandFonts, FontFile
from tasks.domain.errors import ApprovalMissing, FixRequest
from tasks.domain.media import MediaFile
from tasks.domain.overlays import ShownMedia
from tasks.domain.plan import CaptionLook, ReelPlan, Voice
from tasks.domain.script import Beat, Post, Script, Show
from tasks.runtime.settings import Settings
from tasks.runtime.store import Store

FILE = MediaFile(uri="files/00/0", sha256="0" * 64, size_bytes=1)
FONT = FontFile(package="fonts", file="a.ttf")
SCRIPT = Script(title="T", beats=(Beat(say="Hello", direct="nod", show=Show(text="Hi")), Beat(say="Bye")),
                post=Post(caption="C", hashtags=("a",)))
ADA = AvatarSnapshot(name="ada", title="Ada", sha256="a" * 64, portrait=FILE, rig=FILE,
                     consent=Consent(kind="synthetic", statement="Invented."))
PLAN = ReelPlan(
    script=SCRIPT, avatar=ADA, voice=Voice(name="en-us", language="en-US"),
    captions=CaptionLook(style="karaoke", colour="#ffffff"), brand_name="default", seed=1, publish=("folder",), sources={},
    engines={"speech": "espeak", "animation": "puppet"},
    brand=Brand(fonts=BrandFonts(captions=FONT, label=FONT), label={"en": "AI"},
                colours=BrandColours(text="#ffffff", highlight="#ffffff", outline="#000000")))


def rewritten(**changes: object) -> ReelPlan:
    """The plan with another script."""
    return PLAN.model_copy(update={"script": SCRIPT.model_copy(update=changes)})


def with_first_beat(**changes: object) -> ReelPlan:
    """The plan with another first beat."""
    return rewritten(beats=(SCRIPT.beats[0].model_copy(update=changes), SCRIPT.beats[1]))


VOIDING = {
    "said": with_first_beat(say="Hallo"), "directed": with_first_beat(direct=None),
    "shown": with_first_beat(show=(Show(text="Ho"),)),
    "order": rewritten(beats=SCRIPT.beats[::-1]), "title": rewritten(title="U"), "post": rewritten(post=Post(caption="D")),
    "avatar": PLAN.model_copy(update={"avatar": ADA.model_copy(update={"sha256": "b" * 64})}),
    "voice": PLAN.model_copy(update={"voice": Voice(name="en-us+f3", language="en-US")}),
    "rate": PLAN.model_copy(update={"voice": Voice(name="en-us", language="en-US", rate=1.2)}),
    "call of the brand": PLAN.model_copy(update={"call": "Follow"}),
    "picture": PLAN.model_copy(update={"media": {"cup.jpg": ShownMedia(kind="image", file=FILE, width_px=9, height_px=9)}}),
    "engine": PLAN.model_copy(update={"engines": {"speech": "tone", "animation": "puppet"}}),
}
HARMLESS = {
    "colour": PLAN.model_copy(update={"captions": CaptionLook(style="karaoke", colour="#00ff00")}),
    "seed": PLAN.model_copy(update={"seed": 2}),
    "brand": PLAN.model_copy(update={"brand_name": "other"}),
}


def approve(store: Store, plan: ReelPlan = PLAN) -> Approval:
    """A person's yes."""
    return decide(plan, "approved", who="jo", how="terminal", store=store)


def reject(store: Store, plan: ReelPlan = PLAN) -> Approval:
    """A person's no."""
    return decide(plan, "rejected", who="jo", how="terminal", store=store)


class TestGate:
    def test_nothing_passes_without_a_word(self, store: Store) -> None:
        """The sentence says what to do, and nothing is recorded by asking."""
        with pytest.raises(ApprovalMissing, match="nobody has approved 'T' as it is now: .* --yes") as caught:
            approval_for(PLAN, store=store, settings=Settings())
        assert caught.value.exit_code == 5
        assert recorded_approval(PLAN, store=store) is None

    def test_approved_script_passes_again_and_again(self, store: Store) -> None:
        """The record says who, how and when."""
        before = dt.datetime.now(dt.UTC)
        given = approve(store)
        assert approval_for(PLAN, store=store, settings=Settings()) == given == recorded_approval(PLAN, store=store)
        assert (given.who, given.how, given.sha256) == ("jo", "terminal", PLAN.approval_sha256())
        assert before <= given.when <= dt.datetime.now(dt.UTC)

    def test_rejected_script_is_stopped_with_the_name(self, store: Store) -> None:
        """Who said no is told, and that editing opens the gate again."""
        reject(store)
        with pytest.raises(ApprovalMissing, match="'jo' rejected this script on .* UTC: change the script"):
            approval_for(PLAN, store=store, settings=Settings())
        with pytest.raises(ApprovalMissing, match="'jo' rejected this script"):
            recorded_approval(PLAN, store=store)

    def test_policy_lets_pass_and_says_so(self, store: Store) -> None:
        """Where an installation asks nobody, the manifest says that."""
        given = approval_for(PLAN, store=store, settings=Settings(approval="never"))
        assert given.how == "policy"
        require(given, PLAN)

    @pytest.mark.parametrize("change", VOIDING)
    def test_what_a_person_read_voids_when_changed(self, store: Store, change: str) -> None:
        """Script, avatar, voice and engines are what was approved."""
        given = approve(store)
        with pytest.raises(ApprovalMissing):
            approval_for(VOIDING[change], store=store, settings=Settings())
        with pytest.raises(ApprovalMissing, match="'jo' stands for another version of"):
            require(given, VOIDING[change])

    @pytest.mark.parametrize("change", HARMLESS)
    def test_looks_do_not_void(self, store: Store, change: str) -> None:
        """Another caption colour, seed or brand is the same approved script."""
        given = approve(store)
        assert approval_for(HARMLESS[change], store=store, settings=Settings()) == given
        require(given, HARMLESS[change])


class TestDecide:
    def test_same_decision_twice_keeps_the_first(self, store: Store) -> None:
        """The record is not overwritten by a second yes."""
        first = approve(store)
        assert decide(PLAN, "approved", who="kim", how="--yes", store=store) == first

    @pytest.mark.parametrize(("first", "then", "error", "sentence"), [
        (reject, approve, ApprovalMissing, "'jo' rejected this script on .*, and the first decision stands"),
        (approve, reject, FixRequest, "'jo' approved this script on .*, and the first decision stands"),
    ])
    def test_first_decision_stands(
        self, store: Store, first: Callable[[Store], Approval], then: Callable[[Store], Approval], error: type[Exception],
        sentence: str,
    ) -> None:
        """Neither a no nor a yes can be turned round; an edited script is asked about anew."""
        kept = first(store)
        with pytest.raises(error, match=sentence):
            then(store)
        assert Approval.model_validate(store.claimed(f"approvals/{PLAN.approval_sha256()}")) == kept

    def test_edited_script_is_decided_anew(self, store: Store) -> None:
        """A rejection stops one version, not the author."""
        reject(store)
        edited = rewritten(title="Better")
        assert approve(store, edited) == approval_for(edited, store=store, settings=Settings())

    def test_higher_cost_needs_a_new_word(self, store: Store) -> None:
        """A ceiling holds until somebody raises it."""
        cheap, dear = (PLAN.model_copy(update={"cost_usd": cost}) for cost in (1.0, 2.0))
        given = approve(store, cheap)
        with pytest.raises(ApprovalMissing, match=r"would cost 2.00 USD, and 'jo' approved at most 1.00"):
            require(given, dear)
        with pytest.raises(ApprovalMissing):
            approval_for(dear, store=store, settings=Settings())
        raised = approve(store, dear)
        assert raised.cost_at_most_usd == 2.0
        assert approval_for(cheap, store=store, settings=Settings()) == raised
