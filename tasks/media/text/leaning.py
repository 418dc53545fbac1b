"""Words that belong to the word after them: articles, prepositions, conjunctions, small numbers.

A line that ends with one of them reads badly ("the / water"). Where a language is not listed, short words count as such.
"""

_WORDS = {
    "en": "a an the this that these those my your his her its our their every each no some any one of in on at to"
          " for from with by about into onto over under through between without against during before after around"
          " behind beside and or but nor so because if when while than as until since i you we he she it they i'm"
          " you're we're they're it's is are was were be been am has have had do does did will would can could"
          " should must may might don't can't won't not very too more most just who which whose what how where why"
          " let's let dr. mr. mrs. ms. prof. st. two three four five six seven eight nine ten eleven twelve twenty"
          " thirty forty fifty hundred thousand million",
    "de": "der die das den dem des ein eine einen einem einer eines kein keine keinen mein dein sein ihr unser euer"
          " meine deine seine ihre unsere jede jeder jedes diese dieser dieses in im ins an am ans auf aus bei beim"
          " mit nach von vom zu zum zur für über unter vor hinter neben zwischen ohne gegen durch um bis seit"
          " während und oder aber denn weil dass wenn als wie ob ich du er sie es wir man ist sind war waren hat"
          " haben wird werden kann können muss müssen nicht sehr so was wer wie wo warum dr. zwei drei vier fünf"
          " sechs sieben acht neun zehn elf zwölf zwanzig",
    "es": "el la los las lo un una unos unas al del mi tu su nuestro nuestra mis tus sus este esta estos estas ese"
          " esa cada de en a con por para sin sobre entre hasta desde hacia según y e o u pero ni que si como cuando"
          " porque yo tú él ella nosotros ellos se me te le les nos es son fue era está están no muy más qué quién"
          " cómo dónde dos tres cuatro cinco seis siete ocho nueve diez once doce veinte",
    "fr": "le la les l' un une des du au aux mon ton son ma ta sa mes tes ses notre votre nos vos leur leurs ce cet"
          " cette ces chaque de d' en à dans par pour sans sur sous entre avec vers chez avant après et ou mais ni"
          " car que qu' si comme quand parce je tu il elle on nous vous ils elles se me te ne est sont était a ont"
          " pas très plus trop qui quoi où deux trois quatre cinq six sept huit neuf dix onze douze vingt",
    "it": "il lo la i gli le l' un uno una del dello della dei degli delle al allo alla ai agli alle nel nello"
          " nella nei dal dalla sul sulla mio tuo suo mia tua sua ogni questo questa di a da in con su per tra fra"
          " senza verso e ed o ma né che se come quando perché io tu lui lei noi voi loro si mi ti ci vi è sono era"
          " non molto più chi cosa dove due tre quattro cinque sei sette otto nove dieci undici dodici venti",
    "nl": "de het een deze dit die dat mijn jouw zijn haar ons onze hun elke ieder geen in op aan uit bij met naar"
          " van voor over onder tussen zonder tegen door om tot sinds na en of maar want omdat dat als toen ik jij"
          " je hij zij ze wij we jullie is was waren heeft hebben wordt kan kunnen moet moeten niet heel zeer te wie"
          " wat waar hoe twee drie vier vijf zes zeven acht negen tien elf twaalf twintig",
    "pt": "o a os as um uma uns umas ao à aos às do da dos das no na nos nas pelo pela meu teu seu minha tua sua"
          " nosso nossa cada este esta esse essa de em com por para sem sobre entre até desde e ou mas nem que se"
          " como quando porque eu tu ele ela nós eles elas me te lhe é são foi era está não muito mais quem onde"
          " dois duas três quatro cinco seis sete oito nove dez onze doze vinte",
}
"""Language subtag -> its leaning words, small letters."""

_LINKS = (
    "in on at to for from with by about into onto over under through between without against during before after around"
    " behind beside and or but because if when while than as until since")
"""Before these a phrase has ended if a pronoun stands there: 'keep it | for a week'."""
_SECOND_OBJECTS = "a an the my your his her our their one two three four five"
"""Before these too if it is no 'this': 'give it | one minute', but 'this one'."""
_OBJECTS = {"it": f"{_LINKS} {_SECOND_OBJECTS}", "you": f"{_LINKS} {_SECOND_OBJECTS}", "this": _LINKS}
"""Words that lean on a verb after them, but end a phrase as its object, and what follows them then."""


def leans(word: str, following: str, leaning: frozenset[str]) -> bool:
    """True if a word belongs to the one after it.

    Args:
        word: without punctuation, small letters.
        following: the word after it, likewise.
        leaning: the language's leaning words.
    """
    return word in leaning and following not in _OBJECTS.get(word, "").split()


def leaning_words(language: str) -> frozenset[str]:
    """The leaning words of a BCP 47 tag's language; empty where they are not known."""
    return frozenset(_WORDS.get(language.replace("_", "-").partition("-")[0].lower(), "").split())
