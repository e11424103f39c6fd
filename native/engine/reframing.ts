import type { ReframeOutcome } from '../../core/contract/model.ts';
import { reframeEdit, shownShots, type ReframeKnowledge } from '../../core/analysis/reframe.ts';
import { salientPoint } from '../../core/analysis/saliency.ts';
import { hasSubject, type SubjectTrack } from '../../core/analysis/smart-crop.ts';
import { resultOf, type ObjectsResult } from '../../core/analysis/results.ts';
import { displaySize, primaryVideo, type Media, type MediaId } from '../../core/media/media.ts';
import type { EditId } from '../../core/timeline/edit.ts';
import type { TimelineId } from '../../core/timeline/timeline.ts';
import { openProxyFrames } from '../analysers/proxy-frames.ts';
import { findFfmpeg } from '../ffmpeg/find.ts';
import type { EngineParts } from './parts.ts';

type ReframeWish = {
  readonly timelineId: TimelineId;
  readonly editId: EditId;
  readonly width: number;
  readonly height: number;
  readonly several?: 'priority' | 'split' | undefined;
};

/** Pictures are looked at in this size, whatever their shape. */
const LOOK = { width: 160, height: 90 } as const;
/** Persons are followed before animals, and things not at all. */
const SUBJECTS = new Set(['person', 'dog', 'cat', 'horse', 'bird', 'bear', 'elephant', 'sheep', 'cow']);

/** Gives a timeline another shape and lets its clips follow what their footage is known to show, in one committed edit. */
export async function reframe(parts: EngineParts, wish: ReframeWish): Promise<ReframeOutcome> {
  const { project } = parts;
  const { timeline } = project.timelines.get(wish.timelineId);
  const knowledge = new Map<MediaId, ReframeKnowledge>();
  for (const media of project.media.list()) {
    const known = knowledgeOf(project, media.id);
    const shots = known === undefined ? [] : shownShots(timeline, media.id, known);
    if (known === undefined || shots.length === 0) continue;
    const lost = shots.filter((shot) => !hasSubject(shot, known));
    knowledge.set(media.id, { ...known, salient: await salientPoints(parts, media, lost) });
  }
  const { edit, followed, split } = reframeEdit(
    timeline,
    { ...wish, split: wish.several === 'split' ? `${wish.editId} split` : undefined },
    (mediaId) => knowledge.get(mediaId),
  );
  if (Object.values(followed).every((count) => count === 0)) {
    return { kind: 'nothing', reason: 'No clip shows footage of this project.' };
  }
  const outcome = project.timelines.applyAt(wish.timelineId, { editId: wish.editId, author: 'you' }, edit);
  return { ...outcome, followed, split };
}

/** Where the eye goes in the middle of shots that show nobody; none where the proxy is gone. */
async function salientPoints(
  { project, ingest }: EngineParts,
  media: Media,
  shots: ReframeKnowledge['shots'],
): Promise<ReframeKnowledge['salient']> {
  const key = ingest.keysOf(media)?.proxy;
  if (shots.length === 0 || key === undefined || !project.artifacts.has(key)) return undefined;
  const pictures = await openProxyFrames(project.artifacts.path(key), await findFfmpeg());
  const middles = shots.map(({ firstFrame, lastFrame }) => Math.min(pictures.count - 1, (firstFrame + lastFrame) >> 1));
  const points = new Map<number, { readonly x: number; readonly y: number }>();
  for await (const { frame, pixels } of pictures.read({ frames: [...new Set(middles)], ...LOOK, layout: 'gray' })) {
    const point = salientPoint({ pixels, ...LOOK });
    const shot = shots[middles.indexOf(frame)];
    if (point !== undefined && shot !== undefined) points.set(shot.firstFrame, point);
  }
  return points;
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
    objects: subjectsOf(resultOf(known, 'objects')),
  };
}

function subjectsOf(objects: ObjectsResult | undefined): readonly SubjectTrack[] | undefined {
  return objects?.tracks
    .filter(({ label }) => SUBJECTS.has(label))
    .map(({ seen, ...track }) => ({ ...track, seen: seen.flatMap((index) => objects.found[index] ?? []) }));
}
