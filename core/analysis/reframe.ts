import { addFlicks, flicks, type Flicks } from '../time/flicks.ts';
import { frameOfTime, timeOfFrame } from '../time/rate.ts';
import type { SourceFrames } from '../media/frames.ts';
import type { MediaId } from '../media/media.ts';
import { frameAtOffset } from '../timeline/clip-time.ts';
import type { Edit } from '../timeline/edit.ts';
import { recordOut } from '../timeline/lookup.ts';
import { withoutAbsent } from '../timeline/optional-parts.ts';
import type { PictureKeyframes } from '../timeline/keyframes.ts';
import { NO_TRANSFORM, type Transform } from '../timeline/picture.ts';
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

/** The edit, what its clips follow, and how many of them show two faces above each other. */
export type Reframed = { readonly edit: Edit; readonly followed: Followed; readonly split: number };

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
  before: Timeline,
  { width, height, split }: ReframeShape,
  knowledge: (mediaId: MediaId) => ReframeKnowledge | undefined,
): Reframed {
  const { timeline, edits: cleared } = withoutSplit(before);
  const followed: Record<CropSubject, number> = { faces: 0, objects: 0, saliency: 0, centre: 0 };
  const below: VideoClip[] = [];
  // From the uppermost track down: of clips that lie over each other, the one that is seen is split.
  const edits = videoClips(timeline)
    .toReversed()
    .flatMap((clip): readonly Edit[] => {
      const known = knowledge(clip.mediaId);
      if (known === undefined) return [];
      const shown = shownFrames(timeline, clip, known.frames);
      const order = { ...known, targetAspect: width / height };
      const shots = shotsAmong(known, shown);
      const crops = planSmartCrop(shots, order);
      for (const { subject } of crops) followed[subject] += 1;
      const halves = split === undefined ? undefined : splitCrops(shots, order);
      if (halves !== undefined && below.every((other) => isApart(other, clip))) {
        const { keyframes, ...half } = halfOfFrame(clip, cropCurves(halves.right, shown), LOWER);
        below.push({
          ...clip,
          ...half,
          keyframes: keyframes ?? undefined,
          id: clipId(`${split} ${clip.id}`),
          linkId: null,
        });
        return [{ kind: 'setClip', clipId: clip.id, set: halfOfFrame(clip, cropCurves(halves.left, shown), UPPER) }];
      }
      const { fit, keyframes } = cropCurves(crops, shown);
      const transform = isUpperHalf(clip) ? null : clip.transform && { ...clip.transform, positionX: 0, positionY: 0 };
      const set = withoutAbsent({ fit, transform, keyframes: keyframesWith(clip, keyframes) });
      return [{ kind: 'setClip', clipId: clip.id, set }];
    });
  const label = `Reframe to ${width} × ${height}`;
  const added = below.length === 0 ? [] : [splitTrack(timeline, below, trackId(split ?? ''))];
  const all: readonly Edit[] = [{ kind: 'setTimeline', set: { width, height } }, ...cleared, ...edits, ...added];
  return { edit: { kind: 'group', label, edits: all }, followed, split: below.length };
}

function isApart(one: VideoClip, other: VideoClip): boolean {
  return recordOut(one) <= other.recordIn || recordOut(other) <= one.recordIn;
}

/** A clip's keyframes with other positions; null where none are left. */
function keyframesWith(clip: VideoClip, positions: CropCurves['keyframes']): PictureKeyframes | null {
  const all = withoutAbsent({ ...clip.keyframes, positionX: undefined, positionY: undefined, ...positions });
  return Object.keys(all).length > 0 ? all : null;
}

const UPPER: Transform = { ...NO_TRANSFORM, positionY: -0.25, scaleX: 0.5, scaleY: 0.5 };
const LOWER: Transform = { ...UPPER, positionY: 0.25 };

/** What a clip is given so that it fills half of the frame: cropped for a window twice as wide, at half its size. */
function halfOfFrame(clip: VideoClip, { fit, keyframes }: CropCurves, transform: Transform) {
  const unscaled = { ...clip, keyframes: withoutAbsent({ ...clip.keyframes, scaleX: undefined, scaleY: undefined }) };
  return { fit, transform, keyframes: keyframesWith(unscaled, keyframes) };
}

const SPLIT_TRACK = 'Split';

/** A timeline without the lower halves that an earlier split screen put into it, and the edits that take them out. */
function withoutSplit(timeline: Timeline): { readonly timeline: Timeline; readonly edits: readonly Edit[] } {
  const isLeft = ({ kind, name, id, clips }: Timeline['tracks'][number]) =>
    kind === 'video' && name === SPLIT_TRACK && clips.some((clip) => clip.id.startsWith(`${id} `));
  const left = timeline.tracks.filter(isLeft);
  return {
    timeline: { ...timeline, tracks: timeline.tracks.filter((track) => !left.includes(track)) },
    edits: left.flatMap(({ id, clips }): readonly Edit[] => [
      { kind: 'lift', clipIds: clips.map((clip) => clip.id), linked: false },
      { kind: 'removeTrack', trackId: id },
    ]),
  };
}

/** Whether a clip is as a split screen left it. */
function isUpperHalf({ transform }: VideoClip): boolean {
  const { positionX, positionY, scaleX, scaleY } = transform ?? NO_TRANSFORM;
  return positionX === UPPER.positionX && positionY === UPPER.positionY && scaleX === 0.5 && scaleY === 0.5;
}

/** The lower halves, above all pictures. */
function splitTrack({ tracks }: Timeline, halves: readonly VideoClip[], id: TrackId): Edit {
  const clips = halves.toSorted((a, b) => a.recordIn - b.recordIn);
  const track = { kind: 'video', id, name: SPLIT_TRACK, enabled: true, locked: false, clips } as const;
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
