"""The papers of a finished reel: the manifest, the post, and the set of files that is handed on."""

import json
from collections.abc import Mapping
from types import MappingProxyType

from tasks.domain.approval import Approval
from tasks.domain.captions import Captions
from tasks.domain.generation import GeneratedShow, TakeRecord
from tasks.domain.media import MediaFile
from tasks.domain.plan import ReelPlan
from tasks.domain.reel import (
    Disclosure,
    FinishedSet,
    Manifest,
    ManifestAvatar,
    ManifestFile,
    ManifestScript,
    ManifestVoice,
    QualityReport,
    RenderedReel,
    StageRecord,
)
from tasks.domain.speech import Alignment
from tasks.media.text.slug import slug
from tasks.publish.post import post_file
from tasks.runtime.store import Store

NONE: Mapping[str, MediaFile] = MappingProxyType({})
"""No files."""
ID_DIGITS = 16
"""Hex digits of a reel's id, taken from the digest of its video."""


def finish(
    store: Store, plan: ReelPlan, approval: Approval, alignment: Alignment, captions: Captions, rendered: RenderedReel,
    report: QualityReport, stages: tuple[StageRecord, ...], told: tuple[str, ...] = (), *,
    takes: tuple[TakeRecord, ...] = (), shows: tuple[GeneratedShow, ...] = (),
    edit: Mapping[str, MediaFile] = NONE, aside: Mapping[str, MediaFile] = NONE,
) -> FinishedSet:
    """Writes manifest and post into the store and gives the complete set.

    Args:
        store: where the files are.
        plan: of the reel.
        approval: that it may be made.
        alignment: when each word is heard.
        captions: as they are shown.
        rendered: the film and its cover.
        report: what was measured.
        stages: who did what.
        told: what its maker should know.
        takes: of the avatar, where films of it were generated.
        shows: films that were generated for beats.
        edit: files for an editing program.
        aside: files for its maker alone.
    """
    files = {
        "reel.mp4": rendered.video, "captions.srt": captions.srt, "captions.vtt": captions.vtt, "cover.jpg": rendered.cover,
        "post.json": store.put_text(post_file(plan), ".json"),
    }
    manifest = compile_manifest(plan, approval, alignment, captions, report, stages, files, told, takes, shows)
    text = json.dumps(manifest.model_dump(mode="json", by_alias=True), ensure_ascii=False, indent=2) + "\n"
    return FinishedSet(id=manifest.id, slug=slug(plan.script.title), passed=not report.failed, failed_checks=report.failed,
                       files={**files, "reel.json": store.put_text(text, ".json")}, edit=dict(edit),
                       aside=dict(aside))


def compile_manifest(
    plan: ReelPlan, approval: Approval, alignment: Alignment, captions: Captions, report: QualityReport,
    stages: tuple[StageRecord, ...], files: dict[str, MediaFile], told: tuple[str, ...] = (),
    takes: tuple[TakeRecord, ...] = (), shows: tuple[GeneratedShow, ...] = (),
) -> Manifest:
    """Everything about the reel that somebody may ask later."""
    return Manifest(
        id=files["reel.mp4"].sha256[:ID_DIGITS], title=plan.script.title, seed=plan.seed,
        variant=plan.variant, brand=plan.brand_name,
        script=ManifestScript(text=plan.script.canonical(), sha256=plan.script.sha256()),
        approval=approval, avatar=ManifestAvatar(name=plan.avatar.name, sha256=plan.avatar.sha256),
        consent=plan.avatar.consent, cloned_voice=_cloned(plan), disclosure=Disclosure(label=captions.label_text),
        words=alignment.words, phonemes=alignment.phonemes, stages=stages, takes=takes, shows=shows,
        quality=report.quality, media=report.media,
        files=tuple(ManifestFile(path=name, sha256=file.sha256) for name, file in sorted(files.items())),
        warnings=warnings_of(plan, captions, told),
    )


def _cloned(plan: ReelPlan) -> ManifestVoice | None:
    clone = plan.voice.clone
    return ManifestVoice(name=clone.name, sha256=clone.sha256, consent=clone.consent) if clone else None


def warnings_of(plan: ReelPlan, captions: Captions, stages: tuple[str, ...]) -> tuple[str, ...]:
    """What its maker should know although the reel was made: from the plan, the captions and the other stages, once."""
    told = [*plan.warnings, *stages]
    if captions.left_out:
        told.append(f"left out of the picture, kept in the caption files: {' '.join(captions.left_out)}")
    if captions.label_text is None:
        told.append("the visible disclosure label was turned off")
    return tuple(dict.fromkeys(told))
