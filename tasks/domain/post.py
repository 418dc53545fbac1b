"""What is posted with a finished reel."""

from pydantic import Field

from tasks.domain.base import Record


class PostFile(Record):
    """post.json: ready to paste, and its parts for programs."""

    schema_version: int = Field(default=1, alias="schema", description="version of this file format")
    title: str = Field(description="title of the reel")
    caption: str = Field(description="the whole text to paste: caption, disclosure, hashtags")
    hashtags: tuple[str, ...] = Field(description="each with its '#'")
    disclosure: str = Field(description="says that the reel was made by AI; shown or not on the picture")
    language: str = Field(description="BCP 47 tag of the spoken language")
    ai_generated: bool = Field(default=True, description="for the platforms' own switch")
