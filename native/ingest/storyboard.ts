import { MontageError } from '../../core/errors.ts';
import { frameAt, type SourceFrames } from '../../core/media/frames.ts';
import { primaryVideo, type MediaFacts, type VideoStream } from '../../core/media/media.ts';
import type { ThumbnailIndex } from '../../core/media/thumbnails.ts';
import { flicks, flicksFromTicks, secondsOf } from '../../core/time/flicks.ts';
import { frameOfTime } from '../../core/time/rate.ts';
import type { FfmpegTools } from '../ffmpeg/find.ts';
import { checkInput, inputArgs, type CheckedInput } from '../ffmpeg/input.ts';
import { startFfmpeg } from '../ffmpeg/run.ts';
import { ingestKeys, type IngestKeys } from './ingest-steps.ts';
import { createNutReader, inTicks } from './nut.ts';
import { pipeOutput, scaled, thumbnailSizeOf, type Piped } from './pass-plan.ts';
import type { IngestArtifacts, IngestMedia, IngestOptions } from './ports.ts';

/** A picture costs about as much as decoding two seconds of its film does: opening, seeking, one key frame. */
const SECONDS_EACH = 8;
const MOST_PICTURES = 24;
/** Decoders open at once, for pictures of up to two megapixels; fewer for larger ones, whose memory counts. */
const AT_ONCE = 8;
const PIXELS_AT_ONCE = 8 * 1920 * 1088;
/** A file without an index is read through for every place: its first picture must do. */
const LONGEST_MS = 20_000;

export type StoryboardPorts = {
  readonly tools: FfmpegTools;
  readonly artifacts: IngestArtifacts;
  readonly signal?: AbortSignal | undefined;
};

/** A film that first pictures are wanted of. */
export type StoryboardOrder = { readonly media: IngestMedia; readonly frames: SourceFrames | undefined };

/**
 * Makes the first pictures of a file, to be shown while the look through it has not come so far: key frames at even
 * distances, found by seeking, so that a long film costs no more than a short one. A film with few key frames gives few
 * pictures, and a clip of seconds one; clips of seconds among `others`, which wait for theirs, get them from the same start of
 * ffmpeg, which costs more than their picture.
 *
 * Gives those that pictures were newly made of: not where they, or thumbnails of the whole file, are there already, where
 * nothing moves, and where no key frame can be decoded.
 *
 * @throws MontageError E_CANCELLED; whatever else is wrong with the file is for the look through it to say
 */
export async function makeStoryboards(
  [order, ...others]: readonly StoryboardOrder[],
  options: IngestOptions,
  ports: StoryboardPorts,
): Promise<readonly IngestMedia[]> {
  const film = order === undefined ? undefined : await filmOf(order, options, ports);
  if (film === undefined) return [];
  const made: IngestMedia[] = [];
  const keep = async (of: Film, pictures: readonly KeyPicture[]) => {
    if (pictures.length === 0) return;
    await ports.artifacts.put(of.keys.strip, Buffer.concat(pictures.map(({ jpeg }) => jpeg)));
    await ports.artifacts.put(of.keys.index, JSON.stringify(indexOf(pictures, of)));
    made.push(of.media);
  };
  const together = isShort(film) ? await sharing(film, others, options, ports) : [];
  if (together.length > 1) {
    const looks = together.map((one) => ({ film: one, seconds: 0 }));
    const pictures = await picturesAt(looks, ports);
    for (const one of together) await keep(one, pictures.filter((picture) => picture.film === one).slice(0, 1));
  }
  if (!made.includes(film.media)) await keep(film, await keyPictures(film, ports));
  return made;
}

/** What is needed of a film whose pictures are still to be made. */
async function filmOf(
  { media, frames }: StoryboardOrder,
  options: IngestOptions,
  { artifacts, tools }: StoryboardPorts,
): Promise<Film | undefined> {
  const { storyboard: keys, assets } = ingestKeys(media, options, tools.build);
  const video = primaryVideo(media.facts);
  const has = (...wanted: readonly (string | undefined)[]) =>
    wanted.every((key) => key !== undefined && artifacts.has(key));
  if (keys === undefined || video === undefined || frames === undefined) return undefined;
  if (has(assets.thumbnails, assets.thumbnailIndex) || has(keys.strip, keys.index)) return undefined;
  return { input: await checkInput(media.path), media, keys, frames, facts: media.facts, video };
}

function isShort(film: Film): boolean {
  return placesOf(film).flat().length === 1;
}

/** A short clip with others that can be opened with it. */
async function sharing(
  film: Film,
  others: readonly StoryboardOrder[],
  options: IngestOptions,
  ports: StoryboardPorts,
): Promise<readonly Film[]> {
  const films = [film];
  for (const other of others) {
    const next = await filmOf(other, options, ports).catch(() => undefined);
    if (next === undefined || !isShort(next)) continue;
    const pixels = [...films, next].reduce((sum, { video }) => sum + video.width * video.height, 0);
    if (films.length >= AT_ONCE || pixels > PIXELS_AT_ONCE) break;
    films.push(next);
  }
  return films;
}

type Film = {
  readonly media: IngestMedia;
  readonly keys: NonNullable<IngestKeys['storyboard']>;
  readonly frames: SourceFrames;
  readonly input: CheckedInput;
  readonly facts: MediaFacts;
  readonly video: VideoStream;
};
type KeyPicture = { readonly film: Film; readonly ticks: number; readonly jpeg: Uint8Array };
/** A place in a film, in seconds from its start. */
type Look = { readonly film: Film; readonly seconds: number };

/** Places in seconds from the start, in groups that are each spread over the whole film. */
function placesOf({ facts, video }: Film): readonly (readonly number[])[] {
  const seconds = secondsOf(facts.duration);
  const count = Math.max(1, Math.min(MOST_PICTURES, Math.round(seconds / SECONDS_EACH)));
  const size = Math.max(1, Math.min(AT_ONCE, Math.floor(PIXELS_AT_ONCE / (video.width * video.height))));
  const groups = Math.ceil(count / size);
  const places = Array.from({ length: count }, (_, n) => (seconds * n) / count);
  return Array.from({ length: groups }, (_, group) => places.filter((_place, n) => n % groups === group));
}

/** In ascending order of time, each key frame once. */
async function keyPictures(film: Film, ports: StoryboardPorts): Promise<readonly KeyPicture[]> {
  const found = new Map<number, KeyPicture>();
  let asked = 0;
  for (const places of placesOf(film)) {
    const pictures = await picturesAt(
      places.map((seconds) => ({ film, seconds })),
      ports,
    );
    asked += places.length;
    for (const picture of pictures) if (!found.has(picture.ticks)) found.set(picture.ticks, picture);
    // Seeks end at the same few key frames, or nowhere: more of them give nothing new.
    if (found.size * 2 <= asked && asked > 1) break;
  }
  if (found.size === 0) {
    for (const picture of await picturesAt([{ film, seconds: 0 }], ports)) found.set(picture.ticks, picture);
  }
  return [...found.values()].sort((a, b) => a.ticks - b.ticks);
}

/** The key frames at or before some places; none where one of the files does not give them in time. */
async function picturesAt(looks: readonly Look[], ports: StoryboardPorts): Promise<KeyPicture[]> {
  const { signal } = ports;
  const limit = AbortSignal.timeout(LONGEST_MS);
  const run = startFfmpeg(ports.tools, {
    args: argsFor(looks),
    stage: 'ingest',
    where: looks[0]?.film.input.path,
    signal: signal === undefined ? limit : AbortSignal.any([signal, limit]),
    stdout: 'pipe',
  });
  const reader = createNutReader();
  const pictures: KeyPicture[] = [];
  try {
    for await (const piece of run.pieces()) {
      for (const packet of reader.push(piece)) {
        const film = looks[packet.stream]?.film;
        if (film === undefined) continue;
        pictures.push({ film, ticks: inTicks(packet, film.video.timeBase), jpeg: packet.data.slice() });
      }
    }
  } catch (error) {
    if (signal?.aborted === true || !(error instanceof MontageError)) throw error;
  }
  return pictures;
}

function argsFor(looks: readonly Look[]): readonly string[] {
  // One thread: with more, a decoder wants the packets that follow before it gives the first picture.
  const decoder = ['-threads', '1', '-skip_frame', 'nokey', '-discard:v', 'nokey'];
  const inputs = looks.flatMap(({ film, seconds }) => [
    ...decoder,
    ...(seconds === 0 ? [] : ['-noaccurate_seek', '-ss', seconds.toFixed(3)]),
    ...inputArgs(film.input),
  ]);
  const piped = looks.map(
    ({ film }, n): Piped => ({ stream: 'thumbnails', pad: `[at${n}]`, codec: ['mjpeg', '-q', '5'], video: film.video }),
  );
  const graph = looks.map(({ film: { video } }, n) => {
    const picture = scaled(thumbnailSizeOf(video), 'area', 'yuvj420p');
    return `[${n}:${video.index}]trim=end_frame=1,${picture}[at${n}]`;
  });
  return ['-copyts', ...inputs, '-filter_complex', graph.join(';'), ...pipeOutput(piped)];
}

function indexOf(pictures: readonly KeyPicture[], { frames, video }: Film): ThumbnailIndex {
  const { width, height } = thumbnailSizeOf(video);
  let offset = 0;
  const thumbnails = pictures.map(({ ticks, jpeg }) => {
    const start = flicks(Math.max(0, flicksFromTicks(ticks - video.startTicks, video.timeBase)));
    const frame = frames.kind === 'constant' ? frameOfTime(start, frames.rate, 'nearest') : frameAt(frames, start);
    offset += jpeg.length;
    return { frame, start, offset: offset - jpeg.length, bytes: jpeg.length };
  });
  return { format: 'montage-thumbnails', version: 1, width, height, thumbnails };
}
