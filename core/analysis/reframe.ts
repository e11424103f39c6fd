import { addFlicks, flicks, type Flicks } from '../time/flicks.ts';
import { frameOfTime, timeOfFrame } from '../time/rate.ts';
import type { SourceFrames } from '../media/frames.ts';
import type { MediaId } from '../media/media.ts';
import { frameAtOffset } from '../timeline/clip-time.ts';
import type { Edit } from '../timeline/edit.ts';
import { withoutAbsent } from '../timeline/optional-parts.ts';
import type { Timeline, VideoClip } from '../timeline/timeline.ts';
import type { Shot } from './results.ts';
import { cropCurves, planSmartCrop, type CropOrder, type CropSubject, type ShownFrame } from './smart-crop.ts';

/** What is known of a file's pictures. */
export type ReframeKnowledge = Omit<CropOrder, 'targetAspect'> & {
  readonly frames: SourceFrames;
  readonly shots: readonly Pick<Shot, 'firstFrame' | 'lastFrame'>[];
};

/** How many shots that are shown follow which subject. */
export type Followed = Readonly<Record<CropSubject, number>>;

/**
 * A timeline in another size whose clips fill the frame and follow their subjects: one edit, keyframes on the grid of the
 * timeline. Clips of unknown media, titles and nested timelines stay as they are.
 */
export function reframeEdit(
  timeline: Timeline,
  { width, height }: { readonly width: number; readonly height: number },
  knowledge: (mediaId: MediaId) => ReframeKnowledge | undefined,
): { readonly edit: Edit; readonly followed: Followed } {
  const followed: Record<CropSubject, number> = { faces: 0, objects: 0, saliency: 0, centre: 0 };
  const edits = videoClips(timeline).flatMap((clip): readonly Edit[] => {
    const known = knowledge(clip.mediaId);
    if (known === undefined) return [];
    const shown = shownFrames(timeline, clip, known.frames);
    const crops = planSmartCrop(shotsAmong(known, shown), { ...known, targetAspect: width / height });
    for (const { subject } of crops) followed[subject] += 1;
    const { fit, keyframes } = cropCurves(crops, shown);
    const all = withoutAbsent({ ...clip.keyframes, positionX: undefined, positionY: undefined, ...keyframes });
    const transform = clip.transform && { ...clip.transform, positionX: 0, positionY: 0 };
    const set = withoutAbsent({ fit, transform, keyframes: Object.keys(all).length > 0 ? all : null });
    return [{ kind: 'setClip', clipId: clip.id, set }];
  });
  const label = `Reframe to ${width} × ${height}`;
  return {
    edit: { kind: 'group', label, edits: [{ kind: 'setTimeline', set: { width, height } }, ...edits] },
    followed,
  };
}

/** The shots of a file that a timeline shows. */
export function shownShots(
  timeline: Timeline,
  mediaId: MediaId,
  known: Pick<ReframeKnowledge, 'frames' | 'shots'>,
): ReframeKnowledge['shots'] {
  const clips = videoClips(timeline).filter((clip) => clip.mediaId === mediaId);
  return shotsAmong(
    known,
    clips.flatMap((clip) => shownFrames(timeline, clip, known.frames)),
  );
}

function shotsAmong({ shots }: Pick<ReframeKnowledge, 'shots'>, shown: readonly ShownFrame[]) {
  return shots.filter(({ firstFrame, lastFrame }) =>
    shown.some(({ frame }) => frame >= firstFrame && frame <= lastFrame),
  );
}

function videoClips(timeline: Timeline): readonly VideoClip[] {
  return timeline.tracks.flatMap((track): readonly VideoClip[] => (track.kind === 'video' ? track.clips : []));
}

/** What a clip shows at each frame of the timeline. */
function shownFrames({ rate }: Timeline, clip: VideoClip, frames: SourceFrames): readonly ShownFrame[] {
  const first = frameOfTime(clip.recordIn, rate, 'nearest');
  const end = frameOfTime(addFlicks(clip.recordIn, clip.duration), rate, 'nearest');
  return Array.from({ length: Math.max(0, end - first) }, (_, n) => {
    const at: Flicks = flicks(Math.max(0, timeOfFrame(first + n, rate) - clip.recordIn));
    return { at, frame: frameAtOffset(clip, frames, at) };
  });
}
