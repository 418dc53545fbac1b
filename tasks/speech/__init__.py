"""The speech stage: a script becomes a voice, with word and phoneme times where the voice knows them."""
