import type { ReframeOutcome } from '../../core/contract/model.ts';
import { reframeEdit, type ReframeKnowledge } from '../../core/analysis/reframe.ts';
import { resultOf } from '../../core/analysis/results.ts';
import { displaySize, primaryVideo, type MediaId } from '../../core/media/media.ts';
import type { EditId } from '../../core/timeline/edit.ts';
import type { TimelineId } from '../../core/timeline/timeline.ts';
import type { EngineParts } from './parts.ts';

type ReframeWish = {
  readonly timelineId: TimelineId;
  readonly editId: EditId;
  readonly width: number;
  readonly height: number;
};

/** Persons are followed before animals, and things not at all. */
const SUBJECTS = new Set(['person', 'dog', 'cat', 'horse', 'bird', 'bear', 'elephant', 'sheep', 'cow']);

/** Gives a timeline another shape and lets its clips follow what their footage is known to show, in one committed edit. */
export function reframe({ project }: EngineParts, wish: ReframeWish): ReframeOutcome {
  const { timeline } = project.timelines.get(wish.timelineId);
  const { edit, followed } = reframeEdit(timeline, wish, (mediaId) => knowledgeOf(project, mediaId));
  if (Object.values(followed).every((count) => count === 0)) {
    return { kind: 'nothing', reason: 'No clip shows footage of this project.' };
  }
  const outcome = project.timelines.applyAt(wish.timelineId, { editId: wish.editId, author: 'you' }, edit);
  return { ...outcome, followed };
}

function knowledgeOf({ media, analysis }: EngineParts['project'], mediaId: MediaId): ReframeKnowledge | undefined {
  const file = media.get(mediaId);
  const frames = media.source(mediaId)?.frames;
  const video = file === undefined ? undefined : primaryVideo(file);
  if (video === undefined || frames === undefined) return undefined;
  const known = { mediaId, results: analysis.results(mediaId) };
  const faces = resultOf(known, 'faces');
  const size = displaySize(video);
  const rate = frames.kind === 'constant' ? frames.rate : frames.kind === 'variable' ? frames.averageRate : undefined;
  const whole = { firstFrame: 0, lastFrame: Number.MAX_SAFE_INTEGER };
  const count = frames.kind === 'constant' ? frames.frameCount - 1 : 0;
  return {
    frames,
    shots: resultOf(known, 'shots')?.shots ?? [{ ...whole, lastFrame: count }],
    sourceAspect: size.width / size.height,
    framesPerSecond: rate === undefined ? 25 : rate.num / rate.den,
    stride: faces?.stride ?? 1,
    faces: faces?.tracks ?? [],
    objects: resultOf(known, 'objects')?.found.filter(({ label }) => SUBJECTS.has(label)),
  };
}
