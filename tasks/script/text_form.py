"""The shortest form of a script: plain text, in which a paragraph is a beat. Nothing in it is markup."""

from tasks.media.text.fields import Fields, Place


def read_plain(text: str, name: str) -> Fields:
    """The fields of a script in plain text; blank lines part the beats."""
    beats: list[dict[str, str]] = []
    lines: dict[Place, int] = {}
    open_paragraph = False
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            open_paragraph = False
        elif open_paragraph:
            beats[-1]["say"] += f"\n{line}"
        else:
            lines["beats", len(beats)] = number
            beats.append({"say": line})
            open_paragraph = True
    return Fields(name, {"beats": beats}, lines)
