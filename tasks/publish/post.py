"""post.json: what goes with the video when it is posted."""

import json

from tasks.domain.plan import ReelPlan
from tasks.domain.post import PostFile


def post_file(plan: ReelPlan) -> str:
    """The text of post.json.

    The disclosure is always there, also when the label on the picture is turned off: platforms ask for it.
    """
    disclosure = plan.brand.disclosure(plan.voice.language)
    hashtags = plan.script.post.tags()
    parts = [plan.script.post.caption or plan.script.title, disclosure, " ".join(hashtags)]
    post = PostFile(title=plan.script.title, caption="\n\n".join(part for part in parts if part), hashtags=hashtags,
                    disclosure=disclosure, language=plan.voice.language)
    return json.dumps(post.model_dump(mode="json", by_alias=True), ensure_ascii=False, indent=2) + "\n"
