import { MontageError } from '../../core/errors.ts';
import { frameAt, type SourceFrames } from '../../core/media/frames.ts';
import { primaryVideo, type MediaFacts, type VideoStream } from '../../core/media/media.ts';
import type { ThumbnailIndex } from '../../core/media/thumbnails.ts';
import { flicks, flicksFromTicks, secondsOf } from '../../core/time/flicks.ts';
import { frameOfTime } from '../../core/time/rate.ts';
import type { FfmpegTools } from '../ffmpeg/find.ts';
import { checkInput, inputArgs, type CheckedInput } from '../ffmpeg/input.ts';
import { startFfmpeg } from '../ffmpeg/run.ts';
import { ingestKeys } from './ingest-steps.ts';
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

/**
 * Makes the first pictures of a file, to be shown while the look through it has not come so far: key frames at even
 * distances, found by seeking, so that a long film costs no more than a short one. A film with few key frames gives few
 * pictures. True when they are newly made; false where they, or thumbnails of the whole file, are there already, where
 * nothing moves, and where no key frame can be decoded.
 *
 * @throws MontageError E_CANCELLED; whatever else is wrong with the file is for the look through it to say
 */
export async function makeStoryboard(
  media: IngestMedia,
  frames: SourceFrames | undefined,
  options: IngestOptions,
  ports: StoryboardPorts,
): Promise<boolean> {
  const { artifacts } = ports;
  const { storyboard: keys, assets } = ingestKeys(media, options, ports.tools.build);
  const video = primaryVideo(media.facts);
  const has = (...wanted: readonly (string | undefined)[]) =>
    wanted.every((key) => key !== undefined && artifacts.has(key));
  if (keys === undefined || video === undefined || frames === undefined) return false;
  if (has(assets.thumbnails, assets.thumbnailIndex) || has(keys.strip, keys.index)) return false;
  const film = { input: await checkInput(media.path), facts: media.facts, video };
  const pictures = await keyPictures(film, ports);
  if (pictures.length === 0) return false;
  await artifacts.put(keys.strip, Buffer.concat(pictures.map(({ jpeg }) => jpeg)));
  await artifacts.put(keys.index, JSON.stringify(indexOf(pictures, frames, film)));
  return true;
}

type Film = { readonly input: CheckedInput; readonly facts: MediaFacts; readonly video: VideoStream };
type KeyPicture = { readonly ticks: number; readonly jpeg: Uint8Array };

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
    const pictures = await picturesAt(film, places, ports);
    asked += places.length;
    for (const picture of pictures) if (!found.has(picture.ticks)) found.set(picture.ticks, picture);
    // Seeks end at the same few key frames, or nowhere: more of them give nothing new.
    if (found.size * 2 <= asked && asked > 1) break;
  }
  if (found.size === 0) for (const picture of await picturesAt(film, [0], ports)) found.set(picture.ticks, picture);
  return [...found.values()].sort((a, b) => a.ticks - b.ticks);
}

/** The key frames at or before some places; none where the file does not give them in time. */
async function picturesAt(film: Film, places: readonly number[], ports: StoryboardPorts): Promise<KeyPicture[]> {
  const { signal } = ports;
  const limit = AbortSignal.timeout(LONGEST_MS);
  const run = startFfmpeg(ports.tools, {
    args: argsFor(film, places),
    stage: 'ingest',
    where: film.input.path,
    signal: signal === undefined ? limit : AbortSignal.any([signal, limit]),
    stdout: 'pipe',
  });
  const reader = createNutReader();
  const pictures: KeyPicture[] = [];
  try {
    for await (const piece of run.pieces()) {
      for (const packet of reader.push(piece)) {
        pictures.push({ ticks: inTicks(packet, film.video.timeBase), jpeg: packet.data.slice() });
      }
    }
  } catch (error) {
    if (signal?.aborted === true || !(error instanceof MontageError)) throw error;
  }
  return pictures;
}

function argsFor({ input, video }: Film, places: readonly number[]): readonly string[] {
  const size = thumbnailSizeOf(video);
  // One thread: with more, a decoder wants the packets that follow before it gives the first picture.
  const decoder = ['-threads', '1', '-skip_frame', 'nokey', '-discard:v', 'nokey'];
  const inputs = places.flatMap((seconds) => [
    ...decoder,
    ...(seconds === 0 ? [] : ['-noaccurate_seek', '-ss', seconds.toFixed(3)]),
    ...inputArgs(input),
  ]);
  const piped = places.map(
    (_, n): Piped => ({
      stream: 'thumbnails',
      pad: `[at${n}]`,
      codec: ['mjpeg', '-q', '5'],
    }),
  );
  const graph = piped.map(
    ({ pad }, n) => `[${n}:${video.index}]trim=end_frame=1,${scaled(size, 'area', 'yuvj420p')}${pad}`,
  );
  return ['-copyts', ...inputs, '-filter_complex', graph.join(';'), ...pipeOutput(piped, video)];
}

function indexOf(pictures: readonly KeyPicture[], frames: SourceFrames, { video }: Film): ThumbnailIndex {
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
