"""Voices and languages of espeak-ng."""

import pytest

from tasks.domain.errors import UnknownName
from tasks.speech.espeak_voices import espeak_name, require_voice, variants, voice_for, voice_names


class TestVoices:
    @pytest.mark.parametrize(("language", "voice"), [
        ("en-US", "en-us"), ("en-GB", "en-gb"), ("en", "en-us"), ("en-AU", "en-gb"), ("de-DE", "de"), ("pt-BR", "pt-br"),
        ("pt-PT", "pt-pt"), ("es-MX", "es-mx"), ("es-AR", "es-419"), ("fr", "fr"), ("nb-NO", "nb"), ("zz-ZZ", None),
    ])
    def test_a_language_tag_finds_its_voice(self, language: str, voice: str | None) -> None:
        """The exact region, else the nearest, else the language; an unknown one is named with those there are."""
        if voice:
            assert voice_for(language) == voice
            require_voice(voice, language)
        else:
            with pytest.raises(UnknownName, match=f"no language '{language}'.*en-us"):
                voice_for(language)

    def test_names_are_tags_and_not_file_names(self) -> None:
        """British English is a file 'en' of the data."""
        assert espeak_name("en-GB+f3") == "en+f3"
        assert espeak_name("en-us") == "en-us"

    def test_languages_whose_words_nobody_parts_are_not_offered(self) -> None:
        """What would be refused is not in the list."""
        assert not {"th", "my", "shn"} & voice_names().keys()
        assert {"zh", "cmn", "ja"} <= voice_names().keys()

    @pytest.mark.parametrize(("name", "language", "said"), [
        ("en-uk", "en-US", "no espeak voice 'en-uk'; did you mean '.*en-us"),
        ("en-us+f99", "en-US", "no variant of the espeak voice 'en-us' 'f99'.*f3"),
        ("de", "en-US", "'de' does not speak the script's language 'en-US'.*'en-us'"),
        ("en-us", "ja-JP", "'en-us' does not speak the script's language 'ja-JP'.*'ja'"),
        ("en-us", "th-TH", "'th-TH' is written without spaces"),
    ])
    def test_refuses_what_would_sound_wrong(self, name: str, language: str, said: str) -> None:
        """espeak-ng would quietly speak with another voice; here each is refused with what there is."""
        with pytest.raises(UnknownName, match=said):
            require_voice(name, language)

    def test_variants_are_those_of_the_data(self) -> None:
        """Female and male colours are there."""
        assert {"f3", "m3", "Annie"} <= set(variants())
