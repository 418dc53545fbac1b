"""Tables for English: abbreviations, units, signs, months, currencies."""

MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october",
    "november", "december",
)
"""Months in order."""
SHORT_MONTHS = {"sept": "September", **{month[:3]: month.capitalize() for month in MONTHS}}
"""Months cut to three or four letters, without their full stop."""

TITLES = {
    "dr.": "doctor", "mr.": "mister", "mrs.": "missus", "ms.": "miz", "prof.": "professor", "st.": "saint",
    "gen.": "general", "sen.": "senator", "rep.": "representative", "gov.": "governor", "capt.": "captain",
    "sgt.": "sergeant", "lt.": "lieutenant", "rev.": "reverend", "hon.": "honorable", "mt.": "mount",
    "ft.": "feet",
}
"""Abbreviations that stand before a name; never the end of a sentence when something follows."""

ABBREVIATIONS = {
    "e.g.": "for example", "i.e.": "that is", "etc.": "et cetera", "vs.": "versus", "approx.": "approximately",
    "inc.": "incorporated", "ltd.": "limited", "corp.": "corporation", "co.": "company", "jr.": "junior",
    "sr.": "senior", "no.": "number", "nos.": "numbers", "fig.": "figure", "figs.": "figures", "vol.": "volume",
    "ch.": "chapter", "pp.": "pages", "dept.": "department", "est.": "established", "min.": "minutes",
    "max.": "maximum", "avg.": "average", "hr.": "hour", "hrs.": "hours", "mins.": "minutes", "sec.": "seconds",
    "secs.": "seconds", "lb.": "pounds", "lbs.": "pounds", "oz.": "ounces", "ph.d.": "P H D", "a.m.": "A M",
    "p.m.": "P M", "a.k.a.": "A K A", "p.s.": "P S", "ave.": "avenue", "blvd.": "boulevard", "rd.": "road",
    "apt.": "apartment", "ex.": "example", "ed.": "edition", "al.": "al", "ca.": "circa", "incl.": "including",
    "excl.": "excluding", "esp.": "especially", "mon.": "Monday", "tue.": "Tuesday", "tues.": "Tuesday",
    "wed.": "Wednesday", "thu.": "Thursday", "thur.": "Thursday", "thurs.": "Thursday", "fri.": "Friday",
    "sat.": "Saturday", "sun.": "Sunday", "wk.": "week", "yr.": "year", "yrs.": "years", "mo.": "month",
    "tbsp.": "tablespoons", "tsp.": "teaspoons", "q.e.d.": "Q E D",
}
"""Abbreviations written with a full stop."""

AMBIGUOUS = frozenset({
    "no.", "co.", "min.", "max.", "ex.", "ed.", "sun.", "sat.", "wed.", "mon.", "al.", "fig.", "ch.", "mo.",
    "est.", "ca.", "sec.",
})
"""Abbreviations that are also words: read as such unless a number or a name follows."""

BARE = {
    "vs": "versus", "w/": "with", "w/o": "without", "b/c": "because", "etc": "et cetera",
    "approx": "approximately", "dr": "doctor", "mr": "mister", "mrs": "missus", "ms": "miz", "jr": "junior",
    "eg": "for example", "ie": "that is", "aka": "A K A", "n/a": "not applicable", "m²": "square meters", "a/b": "A B",
    "24/7": "twenty four seven", "9/11": "nine eleven", "c++": "C plus plus", "c#": "C sharp", "i/o": "I O",
    "km/h": "kilometers per hour", "24h": "twenty four hours", "o'clock": "o'clock", "&": "and", "+": "plus",
    "=": "equals", "%": "percent", "@": "at", "#": "number", "×": "times", "÷": "divided by", "≈": "about",
    "±": "plus or minus", "°": "degrees", "²": "squared", "³": "cubed", "$": "dollars", "€": "euros", "£": "pounds",
    "¥": "yen",    "₹": "rupees", "mph": "miles per hour", "kph": "kilometers per hour", "bpm": "beats per minute",
    "rpm": "R P M",
}
"""Words and signs without a full stop that are not read as written, lower case."""

SPELT = frozenset({
    "AKA", "CTO", "DIY", "FAQ", "IO", "IRL", "POV", "ROI", "SEO", "UI", "UX", "VIP", "AR", "OS", "UN",
})
"""Initials a voice might read as one word, spelt letter by letter."""

UNITS = {
    "km": ("kilometer", "kilometers"), "m": ("meter", "meters"), "cm": ("centimeter", "centimeters"),
    "mm": ("millimeter", "millimeters"), "mi": ("mile", "miles"), "ft": ("foot", "feet"),
    "yd": ("yard", "yards"), "kg": ("kilogram", "kilograms"), "g": ("gram", "grams"),
    "mg": ("milligram", "milligrams"), "lb": ("pound", "pounds"), "lbs": ("pound", "pounds"),
    "oz": ("ounce", "ounces"), "l": ("liter", "liters"), "ml": ("milliliter", "milliliters"),
    "h": ("hour", "hours"), "hr": ("hour", "hours"), "hrs": ("hour", "hours"), "min": ("minute", "minutes"),
    "mins": ("minute", "minutes"), "s": ("second", "seconds"), "sec": ("second", "seconds"),
    "secs": ("second", "seconds"), "ms": ("millisecond", "milliseconds"), "kb": ("kilobyte", "kilobytes"),
    "mb": ("megabyte", "megabytes"), "gb": ("gigabyte", "gigabytes"), "tb": ("terabyte", "terabytes"),
    "hz": ("hertz", "hertz"), "khz": ("kilohertz", "kilohertz"), "mhz": ("megahertz", "megahertz"),
    "ghz": ("gigahertz", "gigahertz"), "w": ("watt", "watts"), "kw": ("kilowatt", "kilowatts"),
    "kwh": ("kilowatt hour", "kilowatt hours"), "v": ("volt", "volts"),
    "mbps": ("megabit per second", "megabits per second"), "kcal": ("kilocalorie", "kilocalories"),
    "cal": ("calorie", "calories"), "mph": ("mile per hour", "miles per hour"),
    "kph": ("kilometer per hour", "kilometers per hour"), "bpm": ("beat per minute", "beats per minute"),
    "fps": ("frame per second", "frames per second"), "px": ("pixel", "pixels"),
    "°c": ("degree Celsius", "degrees Celsius"), "°f": ("degree Fahrenheit", "degrees Fahrenheit"),
    "°": ("degree", "degrees"), "x": ("times", "times"), "am": ("A M", "A M"), "pm": ("P M", "P M"),
    "a.m.": ("A M", "A M"), "p.m.": ("P M", "P M"), "%": ("percent", "percent"),
    "m²": ("square meter", "square meters"),
    "km²": ("square kilometer", "square kilometers"), "k": ("K", "K"),
    "b": ("billion", "billion"), "bn": ("billion", "billion"), "mn": ("million", "million"),
}
"""Units after a number, lower case: (one, several)."""

NO_UNITS = frozenset({"G", "H", "S"})
"""Capitals that are no units after a number: '5G'."""

PER = {
    "h": "hour", "hr": "hour", "s": "second", "sec": "second", "min": "minute", "d": "day", "wk": "week",
    "mo": "month", "yr": "year", "y": "year", "km": "kilometer", "mi": "mile", "kg": "kilogram", "lb": "pound",
    "l": "liter", "m": "meter",
}
"""What may follow a slash after a number: '60 km/h', '$9/mo'."""

MAGNITUDES = {
    "k": "thousand", "thousand": "thousand", "m": "million", "mn": "million", "mm": "million",
    "million": "million", "b": "billion", "bn": "billion", "billion": "billion", "t": "trillion",
    "tn": "trillion", "trillion": "trillion",
}
"""Powers of ten after an amount of money."""

CURRENCIES = {
    "$": ("dollar", "dollars", "cent", "cents"), "€": ("euro", "euros", "cent", "cents"),
    "£": ("pound", "pounds", "penny", "pence"), "¥": ("yen", "yen", "sen", "sen"),
    "₹": ("rupee", "rupees", "paisa", "paise"), "₩": ("won", "won", "jeon", "jeon"),
    "₽": ("ruble", "rubles", "kopek", "kopeks"), "₺": ("lira", "lira", "kurush", "kurush"),
    "₿": ("bitcoin", "bitcoins", "sat", "sats"),
}
"""Signs of money: (one, several, one part, several parts)."""

FRACTIONS = {
    "½": "a half", "⅓": "a third", "⅔": "two thirds", "¼": "a quarter", "¾": "three quarters", "⅕": "a fifth",
    "⅛": "an eighth",
}
"""Fractions that are one character."""

TOP_LEVEL = frozenset({
    "com", "org", "net", "edu", "gov", "io", "ai", "co", "uk", "us", "de", "fr", "es", "it", "nl", "eu", "app", "dev", "tv",
    "me", "info", "biz", "shop", "blog", "xyz", "ca", "au", "in", "ch", "at", "ly", "gg", "fm", "js", "py",
})
"""Endings that make 'name.ending' an address."""
SPELT_ENDINGS = ("io", "ai", "tv", "uk", "us", "eu", "js", "py", "gg", "fm", "xyz")
"""Endings of addresses that are said letter by letter."""

STARTERS = frozenset({
    "the", "a", "an", "it", "we", "i", "he", "she", "they", "but", "and", "so", "in", "this", "that", "you", "there", "if",
    "when", "what", "my", "our", "your", "these", "those", "then", "now",
})
"""Words that, capitalised after an abbreviation, begin a new sentence."""

BEFORE_YEAR = frozenset({
    "in", "since", "from", "by", "until", "till", "to", "of", "year", "before", "after", "during", "circa", "and", "early",
    "late", "mid", "spring", "summer", "autumn", "fall", "winter", "between", "through", "back",
})
"""Words after which a number like 1850 is a year."""
NOT_PLURAL = frozenset({
    "was", "this", "does", "gets", "brings", "starts", "sees", "marks", "makes", "begins", "always", "perhaps", "across",
    "versus", "unless", "plus", "takes", "feels", "looks", "comes", "goes",
})
"""Words in -s that are no things one could count."""
SHOUTED = frozenset({"IT", "US", "AM", "OR", "AS", "WHO", "ID", "IN"})
"""Words that are initials when only they are written in capitals."""

LONG_MAGNITUDES = ("thousand", "million", "billion", "trillion", "bn", "mn")
"""Powers of ten written as a word of their own after an amount of money."""
ADDRESS_SIGNS = {".": "dot", "-": "dash", "_": "underscore", "+": "plus", "~": "tilde", ":": "colon", "@": "at"}
"""Signs inside addresses."""
JOINTS = {
    "&": "and", "+": "plus", "=": "equals", "×": "times", "÷": "divided by", "≈": "about", "±": "plus or minus", "@": "at",
    "%": "percent", "#": "", ".": ",", ":": ",", ";": ",", ",": ",", "!": ",", "?": ",", "…": ",", "—": ",", "–": ",",
}
"""What is said for a sign between two words; ',' is a short pause, a sign that is not here is a mere border."""
