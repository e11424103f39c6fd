import { writeFile } from 'node:fs/promises';
import { z } from 'zod';
import { mediaId } from '../core/media/media.ts';
import { frameIndex } from '../core/media/frames.ts';
import { flicks, ZERO_FLICKS } from '../core/time/flicks.ts';
import { rational } from '../core/time/rational.ts';
import { timeOfFrame } from '../core/time/rate.ts';
import { emptyTimeline } from '../core/timeline/new-timeline.ts';
import { clipId, timelineId, type AudioClip, type Timeline, type VideoClip } from '../core/timeline/timeline.ts';
import { inspectMedia, sourceFramesOfMedia } from '../native/media/probe.ts';
import type { RenderSources } from '../native/render/request.ts';
import { renderTimeline } from '../native/render/render-timeline.ts';

const count = z.int().nonnegative();
/** Frames at 25 per second. */
const clipSchema = z.object({ at: count, length: count, sourceIn: count }).readonly();
const wishSchema = z
  .object({
    source: z.string(),
    output: z.string(),
    workFolder: z.string(),
    clips: z.array(clipSchema).readonly(),
    dissolves: z.boolean(),
    smart: z.boolean(),
    /** Where the report is written. */
    report: z.string(),
  })
  .readonly();

/** One film of the render benchmark, made in a process of its own so that its cost can be told apart. */
export type FilmWish = z.infer<typeof wishSchema>;
export type BenchClip = z.infer<typeof clipSchema>;

export const BENCH_RATE = rational(25);
const DISSOLVE = 24;

const time = (frames: number) => timeOfFrame(frames, BENCH_RATE);

/** A talking head: one source, hard cuts, a dissolve of a second at every twelfth. */
function timelineOf(clips: readonly BenchClip[], dissolves: boolean): Timeline {
  const base = (at: number, length: number) => ({
    mediaId: mediaId('source'),
    name: 'source',
    recordIn: time(at),
    duration: time(length),
    speed: rational(1),
    enabled: true,
    linkId: null,
    note: '',
  });
  const head = { kind: 'dissolve', inOffset: time(DISSOLVE / 2), outOffset: time(DISSOLVE / 2) } as const;
  const video = clips.map(
    ({ at, length, sourceIn }, n): VideoClip => ({
      ...base(at, length),
      ...(dissolves && n % 12 === 11 && { head }),
      ...{ kind: 'video', id: clipId(`v${n}`), sourceIn: frameIndex(sourceIn), opacity: 1 },
    }),
  );
  const audio = clips.map(
    ({ at, length, sourceIn }, n): AudioClip => ({
      ...base(at, length),
      ...{ kind: 'audio', id: clipId(`a${n}`), sourceIn: flicks(time(sourceIn)), streamOrdinal: 0, gainDb: 0 },
      ...{ fadeIn: ZERO_FLICKS, fadeOut: ZERO_FLICKS },
    }),
  );
  const empty = emptyTimeline({ id: timelineId('b'), name: 'Bench', rate: BENCH_RATE, width: 1920, height: 1080 });
  const tracks = empty.tracks.map((track) =>
    track.kind === 'video' ? { ...track, clips: video } : { ...track, clips: audio },
  );
  return { ...empty, tracks };
}

async function makeFilm(wish: FilmWish): Promise<void> {
  const inspected = await inspectMedia(wish.source);
  const frames = sourceFramesOfMedia(inspected);
  const sound = inspected.facts.audio[0];
  const audio = sound === undefined ? undefined : { start: sound.offset, end: flicks(sound.offset + sound.duration) };
  const sources: RenderSources = {
    media: () => ({ path: wish.source, facts: inspected.facts, frames }),
    source: () => ({ frames, audio }),
  };
  const settings = { video: { codec: 'h264' }, audio: { codec: 'aac' }, smart: wish.smart } as const;
  const timeline = timelineOf(wish.clips, wish.dissolves);
  const { workFolder } = wish;
  const report = await renderTimeline(timeline, sources, wish.output, settings, { workFolder });
  await writeFile(wish.report, JSON.stringify(report));
}

const [, script, wish] = process.argv;
if (script?.endsWith('render-film.ts') === true && wish !== undefined) {
  await makeFilm(wishSchema.parse(JSON.parse(wish)));
}
