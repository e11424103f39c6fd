import { addFlicks, flicks, type Flicks } from '../time/flicks.ts';
import { frameOfTime, timeOfFrame } from '../time/rate.ts';
import type { SourceFrames } from '../media/frames.ts';
import type { MediaId } from '../media/media.ts';
import { frameAtOffset } from '../timeline/clip-time.ts';
import type { Edit } from '../timeline/edit.ts';
import { withoutAbsent } from '../timeline/optional-parts.ts';
import type { PictureKeyframes } from '../timeline/keyframes.ts';
import { NO_TRANSFORM } from '../timeline/picture.ts';
import { clipId, trackId, type Timeline, type TrackId, type VideoClip } from '../timeline/timeline.ts';
import type { Shot } from './results.ts';
import {
  cropCurves,
  planSmartCrop,
  type CropCurves,
  type CropOrder,
  type CropSubject,
  type ShownFrame,
} from './smart-crop.ts';
import { splitCrops } from './split-crop.ts';

/** What is known of a file's pictures. */
export type ReframeKnowledge = Omit<CropOrder, 'targetAspect'> & {
  readonly frames: SourceFrames;
  readonly shots: readonly Pick<Shot, 'firstFrame' | 'lastFrame'>[];
};

/** How many shots that are shown follow which subject. */
export type Followed = Readonly<Record<CropSubject, number>>;

/** What reframing is to make. */
export type ReframeShape = {
  readonly width: number;
  readonly height: number;
  /**
   * Clips of which two faces are the subject throughout that do not fit one window show both: the left one above, the
   * right one below, in a clip of its own on a track that is added. Undefined: the more important one is followed.
   * The text begins the new ids.
   */
  readonly split?: string | undefined;
};

/**
 * A timeline in another size whose clips fill the frame and follow their subjects: one edit, keyframes on the grid of the
 * timeline. Clips of unknown media, titles and nested timelines stay as they are.
 */
export function reframeEdit(
  timeline: Timeline,
  { width, height, split }: ReframeShape,
  knowledge: (mediaId: MediaId) => ReframeKnowledge | undefined,
): { readonly edit: Edit; readonly followed: Followed } {
  const followed: Record<CropSubject, number> = { faces: 0, objects: 0, saliency: 0, centre: 0 };
  const below: VideoClip[] = [];
  const edits = videoClips(timeline).flatMap((clip): readonly Edit[] => {
    const known = knowledge(clip.mediaId);
    if (known === undefined) return [];
    const shown = shownFrames(timeline, clip, known.frames);
    const order = { ...known, targetAspect: width / height };
    const shots = shotsAmong(known, shown);
    const crops = planSmartCrop(shots, order);
    for (const { subject } of crops) followed[subject] += 1;
    const halves = split === undefined ? undefined : splitCrops(shots, order);
    if (halves !== undefined) {
      const { keyframes, ...half } = halfOfFrame(clip, cropCurves(halves.right, shown), 'lower');
      below.push({
        ...clip,
        ...half,
        keyframes: keyframes ?? undefined,
        id: clipId(`${split} ${clip.id}`),
        linkId: null,
      });
      return [{ kind: 'setClip', clipId: clip.id, set: halfOfFrame(clip, cropCurves(halves.left, shown), 'upper') }];
    }
    const { fit, keyframes } = cropCurves(crops, shown);
    const transform = clip.transform && { ...clip.transform, positionX: 0, positionY: 0 };
    const set = withoutAbsent({ fit, transform, keyframes: keyframesWith(clip, keyframes) });
    return [{ kind: 'setClip', clipId: clip.id, set }];
  });
  const label = `Reframe to ${width} × ${height}`;
  const added = below.length === 0 ? [] : [splitTrack(timeline, below, trackId(split ?? ''))];
  const all: readonly Edit[] = [{ kind: 'setTimeline', set: { width, height } }, ...edits, ...added];
  return { edit: { kind: 'group', label, edits: all }, followed };
}

/** A clip's keyframes with other positions; null where none are left. */
function keyframesWith(clip: VideoClip, positions: CropCurves['keyframes']): PictureKeyframes | null {
  const all = withoutAbsent({ ...clip.keyframes, positionX: undefined, positionY: undefined, ...positions });
  return Object.keys(all).length > 0 ? all : null;
}

/** What a clip is given so that it fills half of the frame: cropped for a window twice as wide, at half its size. */
function halfOfFrame(clip: VideoClip, { fit, keyframes }: CropCurves, half: 'upper' | 'lower') {
  const positionY = half === 'upper' ? -0.25 : 0.25;
  const transform = { ...NO_TRANSFORM, positionY, scaleX: 0.5, scaleY: 0.5 };
  const unscaled = { ...clip, keyframes: withoutAbsent({ ...clip.keyframes, scaleX: undefined, scaleY: undefined }) };
  return { fit, transform, keyframes: keyframesWith(unscaled, keyframes) };
}

/** The lower halves, above all pictures; of clips that lay over each other only the first. */
function splitTrack({ tracks }: Timeline, clips: readonly VideoClip[], id: TrackId): Edit {
  const apart: VideoClip[] = [];
  for (const clip of clips.toSorted((a, b) => a.recordIn - b.recordIn)) {
    const before = apart.at(-1);
    if (before === undefined || addFlicks(before.recordIn, before.duration) <= clip.recordIn) apart.push(clip);
  }
  const track = { kind: 'video', id, name: 'Split', enabled: true, locked: false, clips: apart } as const;
  return { kind: 'addTrack', track, position: tracks.findLastIndex(({ kind }) => kind === 'video') + 1 };
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
