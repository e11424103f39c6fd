import { frameAt, frameCountOf, startOfFrame, type SourceFrames } from '../../core/media/frames.ts';
import type { MediaId } from '../../core/media/media.ts';
import { flicks, ZERO_FLICKS, type Flicks } from '../../core/time/flicks.ts';
import { frameOfTime, timeOfFrame } from '../../core/time/rate.ts';
import { rational, type Rational } from '../../core/time/rational.ts';
import { layersAt, type Layer } from '../../core/timeline/composite.ts';
import { nestedTimeline } from '../../core/timeline/generated-media.ts';
import { timelineDuration } from '../../core/timeline/lookup.ts';
import type { PictureEffects } from '../../core/timeline/picture.ts';
import type { AudioClip, Source, SourceLookup, Timeline } from '../../core/timeline/timeline.ts';

/** One picture to draw, bottom to top, placed as the core's `Layer` says; a title draws its text, a nest its own layers. */
export type PictureLayer = Pick<Layer, 'opacity' | 'transform' | 'crop' | 'light' | 'motion'> &
  Pick<PictureEffects, 'fit' | 'blend' | 'title'> & {
    readonly mediaId: MediaId;
    readonly frame: number;
    readonly nested?: { readonly width: number; readonly height: number; readonly layers: readonly PictureLayer[] };
  };

function pictureLayer(root: Timeline, { clip, frame, nested, ...placed }: Layer): PictureLayer {
  const { mediaId, fit, blend, title } = clip;
  const inner = nested === undefined ? undefined : nestedTimeline(root, mediaId);
  return {
    ...placed,
    mediaId,
    frame,
    ...(fit !== undefined && { fit }),
    ...(blend !== undefined && { blend }),
    ...(title !== undefined && { title }),
    ...(inner !== undefined &&
      nested !== undefined && {
        nested: {
          width: inner.width,
          height: inner.height,
          layers: nested.map((layer) => pictureLayer(root, layer)),
        },
      }),
  };
}

/** The layers of a stack that are pictures of files, in the order they are drawn. */
export function filmedLayers(layers: readonly PictureLayer[]): readonly PictureLayer[] {
  return layers.flatMap((layer) => {
    if (layer.nested !== undefined) return filmedLayers(layer.nested.layers);
    return layer.title === undefined ? [layer] : [];
  });
}

/** A stretch of one file's sound on the composition's clock. */
export type SoundSpan = {
  readonly mediaId: MediaId;
  readonly streamOrdinal: number;
  readonly start: Flicks;
  readonly duration: Flicks;
  readonly sourceIn: Flicks;
  readonly speed: Rational;
  readonly gainDb: number;
  readonly fadeIn: Flicks;
  readonly fadeOut: Flicks;
};

/**
 * What a viewer plays: numbered frames with their times, the pictures of each and the sound beneath. The program is
 * numbered by timeline frames, a source by its own decoded frames, so both step exactly.
 */
export interface Composition {
  readonly frameCount: number;
  /** Where the playhead may stand last: a sequence's is the black frame after its end, where the next clip would go. */
  readonly lastFrame: number;
  /** Width ÷ height. */
  readonly aspect: number;
  readonly sounds: readonly SoundSpan[];
  timeOf(frame: number): Flicks;
  frameAt(time: Flicks): number;
  layers(frame: number): readonly PictureLayer[];
}

function soundOf(clip: AudioClip): SoundSpan {
  return {
    mediaId: clip.mediaId,
    streamOrdinal: clip.streamOrdinal,
    start: clip.recordIn,
    duration: clip.duration,
    sourceIn: clip.sourceIn,
    speed: clip.speed,
    gainDb: clip.gainDb,
    fadeIn: clip.fadeIn,
    fadeOut: clip.fadeOut,
  };
}

/** The timeline as it plays. */
export function programComposition(timeline: Timeline, sources: SourceLookup): Composition {
  const frameCount = frameOfTime(timelineDuration(timeline), timeline.rate, 'ceil');
  const timeOf = (frame: number) => timeOfFrame(frame, timeline.rate);
  return {
    frameCount,
    lastFrame: frameCount,
    aspect: timeline.width / timeline.height,
    sounds: timeline.tracks.flatMap((track) =>
      track.kind === 'audio' && track.enabled ? track.clips.filter((clip) => clip.enabled).map(soundOf) : [],
    ),
    timeOf,
    frameAt: (time) => Math.max(frameOfTime(time, timeline.rate, 'floor'), 0),
    layers: (frame) => layersAt(timeline, sources, timeOf(frame)).map((layer) => pictureLayer(timeline, layer)),
  };
}

/** Sound without pictures steps by hundredths of a second. */
export const SOUND_STEPS: SourceFrames = { kind: 'constant', rate: rational(100), frameCount: Number.MAX_SAFE_INTEGER };

/** One file as it plays in the source viewer; a still is one frame. */
export function sourceComposition(mediaId: MediaId, source: Source, aspect: number): Composition {
  const pictures = source.frames;
  const end = source.audio?.end ?? ZERO_FLICKS;
  const steps = pictures ?? { ...SOUND_STEPS, frameCount: Math.max(frameAt(SOUND_STEPS, end), 1) };
  const frameCount = steps.kind === 'still' ? 1 : frameCountOf(steps);
  const sound = source.audio;
  return {
    frameCount,
    lastFrame: Math.max(frameCount - 1, 0),
    aspect,
    sounds:
      sound === undefined
        ? []
        : [
            {
              mediaId,
              streamOrdinal: 0,
              start: flicks(Math.max(sound.start, 0)),
              duration: flicks(Math.max(sound.end - Math.max(sound.start, 0), 0)),
              sourceIn: flicks(Math.max(sound.start, 0)),
              speed: rational(1),
              gainDb: 0,
              fadeIn: ZERO_FLICKS,
              fadeOut: ZERO_FLICKS,
            },
          ],
    timeOf: (frame) => startOfFrame(steps, frame),
    frameAt: (time) => frameAt(steps, time),
    layers: (frame) => (pictures === undefined ? [] : [{ mediaId, frame, opacity: 1 }]),
  };
}
