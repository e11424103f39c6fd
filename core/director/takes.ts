import { resultOf, type AnalyserStamp, type MediaAnalysis, type Shot } from '../analysis/results.ts';
import type { ShotScores } from '../analysis/score-results.ts';
import { frameIndex, frameAt, startOfFrame, type FrameIndex, type SourceFrames } from '../media/frames.ts';
import type { Media, MediaId } from '../media/media.ts';
import { repeatedLooks } from '../search/look-alikes.ts';
import { addFlicks, flicks, subtractFlicks, ZERO_FLICKS, type Flicks } from '../time/flicks.ts';
import type { DirectorInput } from './suggestion.ts';

/** What an analyser measured of a take; its spans are those of the stored result. */
export type TakeMeasures = { readonly stamp: AnalyserStamp; readonly values: ShotScores };

/** A stretch of one shot that can be used: without its transitions, in source time. */
export type Take = {
  readonly index: number;
  readonly media: Media;
  readonly frames: SourceFrames;
  readonly hasSound: boolean;
  /** Which shot of its file, from 1, of how many. */
  readonly shotNumber: number;
  readonly shotCount: number;
  readonly start: Flicks;
  /** Where it ends; Infinity for stills. */
  readonly end: number;
  /** The moment worth showing, as near the middle of a clip as it goes. */
  readonly bestTime: Flicks;
  readonly measures: TakeMeasures | undefined;
  /** The first take, by index, that shows the same picture: itself where it is new. */
  readonly samePicture: number;
  /** 0–1: where it lies among all takes as filmed. */
  readonly position: number;
  /** 0–1: where it lies among all takes by movement. */
  readonly energy: number;
};

type Draft = Omit<Take, 'index' | 'samePicture' | 'position' | 'energy'>;

/** Frames left out at hard cuts: encoders and deinterlacers smear across them. */
const CUT_MARGIN = 2;

/** Everything in the footage that can become a clip, file by file in the order given, shot by shot. */
export function takesOf(input: DirectorInput): readonly Take[] {
  const never = new Set(input.brief.neverUse);
  const analyses = new Map(input.analyses.map((analysis) => [analysis.mediaId, analysis]));
  const footage = input.media.filter((media) => !never.has(media.id) && media.id !== input.brief.music && media.online);
  const known = footage.filter((media) => media.kind === 'still' || isKnown(analyses.get(media.id)));
  // Files nobody has looked at yet are used where asked for by name, or where there is nothing else.
  const must = new Set(input.brief.mustUse);
  const used = known.length === 0 ? footage : footage.filter((media) => known.includes(media) || must.has(media.id));
  const drafts = used.flatMap((media) => takesOfMedia(media, analyses.get(media.id), input));
  // Black and white-out are no pictures; they are used where asked for by name, or where there is nothing else.
  const seen = drafts.filter((draft) => !isBlank(draft) || must.has(draft.media.id));
  return ranked(seen.length > 0 ? seen : drafts);
}

/** Mean luma, 0–255 with black at 16 and white at 235, outside of which there is nothing to see. */
const SEEN = { from: 21, to: 232 };

function isBlank({ measures }: Draft): boolean {
  if (measures === undefined) return false;
  const [luma] = measures.values.meanColour;
  return luma < SEEN.from || luma > SEEN.to;
}

/** Whether a file was looked at: its shots are known. */
export function isKnown(analysis: MediaAnalysis | undefined): boolean {
  return analysis !== undefined && resultOf(analysis, 'shots') !== undefined;
}

function takesOfMedia(media: Media, analysis: MediaAnalysis | undefined, input: DirectorInput): readonly Draft[] {
  const source = input.sources.source(media.id);
  const frames = source?.frames;
  if (frames === undefined) return [];
  const common = { media, frames, hasSound: source?.audio !== undefined };
  if (frames.kind === 'still') {
    const whole = { start: ZERO_FLICKS, end: Number.POSITIVE_INFINITY, bestTime: ZERO_FLICKS };
    return [{ ...common, ...whole, shotNumber: 1, shotCount: 1, measures: undefined }];
  }
  const frameCount = frames.kind === 'constant' ? frames.frameCount : frames.starts.length;
  if (frameCount === 0) return [];
  const shots = (analysis === undefined ? undefined : resultOf(analysis, 'shots'))?.shots ?? [
    { firstFrame: 0, lastFrame: frameCount - 1, transitionIn: { kind: 'start' } } satisfies Shot,
  ];
  return shots.flatMap((shot, index): Draft[] => {
    const range = usableRange(shot, shots[index + 1], frameCount);
    if (range === undefined) return [];
    const start = startOfFrame(frames, range.first);
    const measures = measuresOfShot(analysis, shot);
    const best = Math.min(Math.max(measures?.values.keyFrame ?? 0, range.first), range.last);
    const bestTime =
      measures === undefined
        ? flicks(Math.floor((start + startOfFrame(frames, range.last)) / 2))
        : startOfFrame(frames, best);
    const end = startOfFrame(frames, range.last + 1);
    return [{ ...common, start, end, bestTime, shotNumber: index + 1, shotCount: shots.length, measures }];
  });
}

/** The frames of a shot that hold its picture alone. */
function usableRange(
  shot: Shot,
  next: Shot | undefined,
  frameCount: number,
): { readonly first: FrameIndex; readonly last: FrameIndex } | undefined {
  const long = shot.lastFrame - shot.firstFrame > 8 * CUT_MARGIN;
  const margin = long ? CUT_MARGIN : 0;
  const gradualIn = 'lastFrame' in shot.transitionIn ? shot.transitionIn.lastFrame + 1 : undefined;
  const gradualOut =
    next !== undefined && 'firstFrame' in next.transitionIn ? next.transitionIn.firstFrame - 1 : undefined;
  const first = gradualIn ?? shot.firstFrame + (shot.transitionIn.kind === 'start' ? 0 : margin);
  const last = Math.min(gradualOut ?? shot.lastFrame - (next === undefined ? 0 : margin), frameCount - 1);
  return first < 0 || last < first ? undefined : { first: frameIndex(first), last: frameIndex(last) };
}

function measuresOfShot(analysis: MediaAnalysis | undefined, shot: Shot): TakeMeasures | undefined {
  const result = analysis === undefined ? undefined : resultOf(analysis, 'shot-scores');
  const values = result?.shots.find((measured) => measured.firstFrame === shot.firstFrame);
  if (result === undefined || values === undefined) return undefined;
  const { analyserId, analyserVersion } = result;
  return { stamp: { analyserId, analyserVersion }, values };
}

function ranked(drafts: readonly Draft[]): readonly Take[] {
  const last = Math.max(drafts.length - 1, 1);
  const byMotion = drafts
    .map((draft, index) => ({ index, motion: draft.measures?.values.motion ?? 0 }))
    .sort((a, b) => a.motion - b.motion || a.index - b.index);
  const energy = new Map(byMotion.map(({ index }, rank) => [index, rank / last]));
  const repeats = repeatedLooks(drafts.map(({ measures }) => measures?.values.descriptor));
  return drafts.map((draft, index) => ({
    ...draft,
    index,
    samePicture: repeats[index] ?? index,
    position: index / last,
    energy: energy.get(index) ?? 0,
  }));
}

/** How many timeline frames a take can fill; Infinity for stills. */
export function framesIn(take: Take, frame: Flicks): number {
  return take.end === Number.POSITIVE_INFINITY ? take.end : Math.floor((take.end - take.start) / frame);
}

/** The first source frame of a clip of a length: its best moment as near the middle as the take allows. */
export function windowIn(take: Take, length: Flicks): FrameIndex {
  if (take.frames.kind === 'still') return frameIndex(0);
  const latest = flicks(Math.max(take.end - length, take.start));
  const centred = subtractFlicks(take.bestTime, flicks(Math.floor(length / 2)));
  const start = flicks(Math.min(Math.max(centred, take.start), latest));
  return frameAt(take.frames, start);
}

/** The take of a file that a source time lies in; for judging cuts that others made. */
export function takeAt(takes: readonly Take[], mediaId: MediaId, time: Flicks): Take | undefined {
  const own = takes.filter((take) => take.media.id === mediaId);
  return (
    own.find((take) => time >= take.start && time < take.end) ?? own.findLast((take) => take.start <= time) ?? own[0]
  );
}

/** Whether a clip shows this take and nothing else. */
export function isInside(take: Take, sourceIn: FrameIndex, length: Flicks): boolean {
  const start = startOfFrame(take.frames, sourceIn);
  return start >= take.start && addFlicks(start, length) <= take.end;
}
