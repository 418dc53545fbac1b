"""Every language that captions are made for, from the script to the captions, with the embedded voice."""

import datetime as dt
import re
import shutil
from itertools import pairwise
from pathlib import Path

import pytest

from flows.planning import Overrides, plan_reel
from tasks.alignment.task import align
from tasks.captions.task import caption
from tasks.domain.approval import Approval
from tasks.domain.captions import Captions
from tasks.domain.errors import GlyphMissing, ScriptError
from tasks.domain.plan import ReelPlan
from tasks.domain.script import Beat, Script, Show
from tasks.domain.speech import Alignment
from tasks.media.text.words import script_words
from tasks.runtime.settings import Settings, current_settings
from tasks.runtime.store import Store
from tasks.speech.task import speak

CHECKOUT = Path(__file__).parents[2]
NOTO, CJK = Path("/usr/share/fonts/truetype/noto"), Path("/usr/share/fonts/opentype/noto/NotoSansCJK-Bold.ttc")
"""Where Debian's fonts-noto-core and fonts-noto-cjk are; `.ci/install-programs` installs them."""
FONTS = (NOTO / "NotoSansDevanagari-Bold.ttf", NOTO / "NotoSansArabic-Bold.ttf", CJK)
OTHERS = """  others:
    - {file: media/NotoSansDevanagari-Bold.ttf}
    - {file: media/NotoSansArabic-Bold.ttf}
    - {file: media/NotoSansCJK-Bold.ttc, face: Noto Sans CJK SC Bold}
"""
"""What a kit for all these languages says."""
SAID = {
    "en-US": ("Drink a glass of water before your first coffee.", "It takes 30 seconds, and you feel it all day!"),
    "de-DE": ("Trink vor dem ersten Kaffee ein Glas Wasser.", "Das dauert 30 Sekunden, und du spürst es den ganzen Tag!"),
    "es-ES": ("Bebe un vaso de agua antes del primer café.", "¿Cuánto tardas? Solo 30 segundos, ¡y se nota todo el día!"),
    "fr-FR": ("Bois un verre d'eau avant ton premier café.", "Il faut 30 secondes, et tu le sens toute la journée !"),
    "it-IT": ("Bevi un bicchiere d'acqua prima del primo caffè.", "Bastano 30 secondi, e si sente per tutto il giorno!"),
    "pt-BR": ("Beba um copo de água antes do primeiro café.", "Leva 30 segundos, e você sente o dia inteiro!"),
    "pl-PL": ("Wypij szklankę wody przed pierwszą kawą.", "To trwa 30 sekund, a czujesz to przez cały dzień!"),
    "tr-TR": ("İlk kahvenden önce bir bardak su iç.", "Sadece 30 saniye sürer, ve bütün gün hissedersin!"),
    "hi-IN": ("पहली कॉफ़ी से पहले एक गिलास पानी पिएँ।", "इसमें 30 सेकंड लगते हैं, और पूरे दिन अच्छा लगता है!"),
    "ar": ("اشرب كوب ماء قبل أول فنجان قهوة.", "يستغرق ذلك 30 ثانية، وتشعر بالفرق طوال اليوم!"),
    "zh-CN": ("喝第一杯咖啡之前，先喝一杯水。", "只要30秒，一整天都有精神！我用 App 提醒自己。"),
    "zh-TW": ("喝第一杯咖啡之前，先喝一杯水。", "只要30秒，一整天都有精神！我用 App 提醒自己。"),
    "ja-JP": ("最初のコーヒーの前に、水を一杯飲みましょう。", "たった30秒で、一日中元気です！"),
}
"""Language -> what its script says, beat by beat."""
READINGS = {
    "ja-JP": ("さいしょのコーヒーのまえに、みずをいっぱいのみましょう。",
              "たったさんじゅうびょうで、いちにちじゅうげんきです！"),
}
"""Language -> how that is read, where the voice needs it."""
ADVICE = {"hi-IN": "Noto Sans Devanagari .*fonts-noto-core.*media/NotoSansDevanagari-Bold.ttf",
          "ar": "Noto Sans Arabic .*fonts-noto-core.*media/NotoSansArabic-Bold.ttf",
          "zh-CN": "Noto Sans CJK .*fonts-noto-cjk.*face: Noto Sans CJK SC Bold",
          "zh-TW": "Noto Sans CJK .*fonts-noto-cjk.*face: Noto Sans CJK TC Bold",
          "ja-JP": "Noto Sans CJK .*fonts-noto-cjk.*face: Noto Sans CJK JP Bold"}
"""Languages whose letters the default font lacks, and what is said about that."""


def script_in(language: str) -> Script:
    """The script of a language, with a title on screen over its second beat."""
    says = SAID[language]
    readings = READINGS.get(language, (None,) * len(says))
    shows = ((), (Show(text=says[0], form="title"),))
    return Script(title="Water", language=language, hook=says[0], call=says[0], beats=tuple(
        Beat(say=say, reading=reading, show=show) for say, reading, show in zip(says, readings, shows, strict=True)))


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory, noto: None) -> Path:
    """A library whose brand `world` has fonts for all these languages."""
    root = tmp_path_factory.mktemp("library")
    shutil.copytree(CHECKOUT / "avatars" / "ada", root / "avatars" / "ada")
    shutil.copytree(CHECKOUT / "templates", root / "templates")
    (root / "media").mkdir()
    for font in FONTS:
        shutil.copy(font, root / "media")
    kits = root / "templates" / "brands"
    kit = (kits / "default.yaml").read_text("utf-8").replace("colours:\n", OTHERS + "colours:\n")
    (kits / "world.yaml").write_text(kit, "utf-8")
    return root


@pytest.fixture
def settings(home: Path, library: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Settings with that library."""
    monkeypatch.setenv("REELS_LIBRARY", str(library))
    current_settings.cache_clear()
    return current_settings()


def planned(script: Script, store: Store, settings: Settings, brand: str = "world") -> ReelPlan:
    return plan_reel(script, overrides=Overrides(brand=brand), store=store, settings=settings)


def captioned(plan: ReelPlan) -> tuple[Alignment, Captions]:
    """The script spoken, timed and captioned."""
    approval = Approval(who="tester", how="--yes", when=dt.datetime.now(dt.UTC), sha256=plan.approval_sha256())
    alignment = align.fn(plan, speak.fn(plan, approval))
    return alignment, caption.fn(plan, alignment)


def one_line(text: str) -> str:
    return " ".join(text.split())


class TestLanguages:
    @pytest.mark.parametrize("language", SAID)
    def test_script_becomes_captions(self, language: str, store: Store, settings: Settings) -> None:
        """Every word is heard and shown in order, in its author's spelling, with all its letters drawn."""
        plan = planned(script_in(language), store, settings)
        alignment, captions = captioned(plan)
        words = alignment.words
        assert tuple((word.beat, word.text) for word in words) == script_words(plan.script, language)
        space = "" if language[:2] in ("zh", "ja") else " "
        for beat, part in enumerate(plan.script.beats):
            assert space.join(word.text for word in words if word.beat == beat) == part.say
        assert all(before.end_s <= after.start_s + 1e-6 for before, after in pairwise(words))
        assert {phoneme.word for phoneme in alignment.phonemes} == set(range(len(words)))
        drawn = [word for page in captions.pages for word in page.words]
        assert [word.word for word in drawn] == list(range(len(words)))
        assert [word.text for word in drawn] == [word.text.strip() for word in words]
        assert (captions.left_out, captions.warnings) == ((), ())
        assert captions.label_text == plan.brand.label[language[:2]]
        cues = re.findall(r"-->.*\n((?:.+\n)+)", store.path(captions.srt).read_text("utf-8"))
        shown = "".join("".join(cue.split()) for cue in cues)
        assert shown == "".join("".join(part.say.split()) for part in plan.script.beats)

    @pytest.mark.parametrize("language", ADVICE)
    def test_a_font_without_its_letters_is_refused_with_one_that_has_them(self, language: str, store: Store,
                                                                        settings: Settings) -> None:
        """The message names font, package and what to write; that is what the brand `world` has."""
        with pytest.raises(GlyphMissing, match=ADVICE[language]):
            planned(script_in(language), store, settings, brand="default")

    def test_a_collection_needs_a_face(self, store: Store, settings: Settings, library: Path) -> None:
        """Of several fonts in one file one must be named; the message has their names."""
        kits = library / "templates" / "brands"
        kit = (kits / "world.yaml").read_text("utf-8").replace(", face: Noto Sans CJK SC Bold", "")
        (kits / "faceless.yaml").write_text(kit, "utf-8")
        with pytest.raises(Exception, match="several fonts: write `face:` with one of .*Noto Sans CJK SC Bold"):
            planned(script_in("zh-CN"), store, settings, brand="faceless")


class TestJapanese:
    def test_kanji_without_a_reading_are_refused(self, store: Store, settings: Settings) -> None:
        """The embedded voice would say 'Chinese letter'; the message has the beat, and what to do."""
        script = Script(title="x", language="ja-JP", beats=(Beat(say="おはよう。"), Beat(say="水を飲む。")))
        with pytest.raises(ScriptError, match="beat 2 has '水'.*`reading`.*--engine speech=NAME"):
            planned(script, store, settings)

    def test_kana_need_no_reading(self, store: Store, settings: Settings) -> None:
        """What the voice can read is read."""
        script = Script(title="x", language="ja-JP", beats=(Beat(say="おはようございます。"),))
        _, captions = captioned(planned(script, store, settings))
        assert "".join(word.text for page in captions.pages for word in page.words) == "おはようございます。"

    def test_a_reading_elsewhere_is_refused(self, store: Store, settings: Settings) -> None:
        """Nothing that a person wrote is left out silently."""
        with pytest.raises(ScriptError, match="beat 1 has a 'reading', which is for Japanese.*'en-US'"):
            planned(Script(title="x", beats=(Beat(say="Hello", reading="はろー"),)), store, settings)

    def test_a_reading_that_does_not_fit_is_refused(self, store: Store, settings: Settings) -> None:
        """Kana of the text must stand in the reading."""
        script = Script(title="x", language="ja-JP", beats=(Beat(say="水を飲む。", reading="みずのむ"),))
        with pytest.raises(ScriptError, match="reading 'みずのむ' of beat 1 does not fit"):
            planned(script, store, settings)

    def test_a_reading_is_approved(self, store: Store, settings: Settings) -> None:
        """Another reading is another thing to say."""
        one, other = (Script(title="x", language="ja-JP", beats=(Beat(say="今日。", reading=reading),))
                      for reading in ("きょう", "こんにち"))
        assert (planned(one, store, settings).approval_sha256() != planned(other, store, settings).approval_sha256())
