import { createHash } from 'node:crypto';
import { open, rm, type FileHandle } from 'node:fs/promises';
import { MontageError } from '../../core/errors.ts';
import type { FfmpegTools } from '../ffmpeg/find.ts';
import { checkInput } from '../ffmpeg/input.ts';
import { askFfprobe } from '../ffmpeg/query.ts';
import { runFfmpeg } from '../ffmpeg/run.ts';
import { mergeParameters, parseAvcC, writeAvcC, type AvcParameters } from './avc-parameters.ts';
import { audioArgs } from './encoders.ts';
import { writeWhole } from '../files.ts';
import { containerArgs } from './join.ts';
import { readMp4Track } from './mp4-samples.ts';
import { writeCodedFilm, type CodedPicture } from './mp4-write.ts';
import type { RenderSegment } from './segments.ts';
import type { SmartPlan } from './smart-plan.ts';
import { SOUND_INPUT_ARGS } from './sound-feed.ts';

/** Why a film with copied pictures was not kept; it is then encoded in full. */
export class CopyRefused extends MontageError {
  constructor(message: string) {
    super({ code: 'E_COPY_REFUSED', message, stage: 'render', hint: 'render without copying' });
  }
}

export type SmartParts = {
  /** The encoded segments' files by index. */
  readonly segments: ReadonlyMap<number, string>;
  readonly sound: string | undefined;
  /** A file of ours that all coded pictures may be written to. */
  readonly picturesPath: string;
};

/** How many of the film's frames are the sources' own coded pictures. */
export type SmartReport = { readonly copiedFrames: number };

/**
 * Joins copied and encoded pictures and the sound into the film, and looks whether it is what was meant: every frame
 * there at its time, decoding times rising, every copied picture byte for byte the source's, every key frame decoding
 * without complaint. The film appears whole and right, or not at all.
 *
 * @throws CopyRefused where it is not right; MontageError as ffmpeg's messages tell
 */
export async function joinCopies(
  tools: FfmpegTools,
  plan: SmartPlan,
  parts: SmartParts,
  output: string,
  signal?: AbortSignal,
): Promise<SmartReport> {
  const { audio } = plan.settings;
  try {
    const copied = await writePictures(plan, parts);
    const sound = audio === null ? undefined : parts.sound;
    await writeWhole(output, async (temporary) => {
      const args = [
        ...['-protocol_whitelist', 'file', '-i', `file:${parts.picturesPath}`],
        ...(sound === undefined ? [] : [...SOUND_INPUT_ARGS, '-i', `file:${sound}`]),
        ...['-map', '0:v:0', '-c:v', 'copy'],
        ...(sound === undefined || audio === null ? [] : ['-map', '1:a:0', ...audioArgs(audio)]),
        ...containerArgs(output, plan),
        `file:${temporary}`,
      ];
      await runFfmpeg(tools, { args, stage: 'render', where: output, signal });
      await verify(tools, plan, copied, temporary, signal);
    });
    return { copiedFrames: copied.size };
  } finally {
    await rm(parts.picturesPath, { force: true });
  }
}

/** Writes all pictures into one file; the MD5 of each copied one by its place in the order of decoding. */
async function writePictures(plan: SmartPlan, parts: SmartParts): Promise<ReadonlyMap<number, string>> {
  const { timeline, width, height } = plan;
  const encoded = await readEncoded(plan, parts);
  const parameters =
    encoded.parameters === undefined ? plan.parameters : mergeParameters(plan.parameters, encoded.parameters);
  if (parameters === undefined) throw new CopyRefused('copied and encoded pictures cannot share a header');
  const copied = new Map<number, string>();
  const file = await open(parts.picturesPath, 'w');
  try {
    const film = { rate: timeline.rate, width, height, avcC: writeAvcC(parameters), colour: [1, 1, 1] as const };
    await writeCodedFilm(file, film, codedPictures(plan, encoded.pieces, copied));
  } finally {
    await file.close();
  }
  return copied;
}

type Piece = { readonly path: string; readonly samples: NonNullable<RenderSegment['copy']>['samples'] };

async function readEncoded(
  plan: SmartPlan,
  { segments }: SmartParts,
): Promise<{ readonly parameters: AvcParameters | undefined; readonly pieces: ReadonlyMap<number, Piece> }> {
  let parameters: AvcParameters | undefined;
  const pieces = new Map<number, Piece>();
  for (const [index, path] of segments) {
    const track = await readMp4Track(path, 0);
    const own = track?.avcC === undefined ? undefined : parseAvcC(track.avcC);
    if (track === undefined || own === undefined) throw new CopyRefused('an encoded segment cannot be read');
    // Those of a device and of software have numbers of their own.
    parameters = parameters === undefined ? own : mergeParameters(parameters, own);
    if (parameters === undefined) throw new CopyRefused('encoded segments have different headers');
    pieces.set(index, { path, samples: track.samples });
  }
  for (const { index, copy } of plan.segments) if (copy !== undefined) pieces.set(index, copy);
  return { parameters, pieces };
}

async function* codedPictures(
  plan: SmartPlan,
  pieces: ReadonlyMap<number, Piece>,
  copied: Map<number, string>,
): AsyncGenerator<CodedPicture, void, void> {
  let written = 0;
  let open: { readonly path: string; readonly file: FileHandle } | undefined;
  try {
    for (const { index, from, to, copy } of plan.segments) {
      const piece = pieces.get(index);
      if (piece?.samples.length !== to - from) throw new CopyRefused('a segment does not hold its frames');
      if (open?.path !== piece.path) {
        await open?.file.close();
        open = { path: piece.path, file: await openFile(piece.path) };
      }
      const places = placesOf(piece.samples);
      for (const [n, { position, size, isSync }] of piece.samples.entries()) {
        const bytes = Buffer.alloc(size);
        const { bytesRead } = await open.file.read(bytes, 0, size, position);
        if (bytesRead !== size) throw new CopyRefused('a source ends early');
        if (copy !== undefined) copied.set(written, createHash('md5').update(bytes).digest('hex'));
        written += 1;
        yield { bytes, isSync, frame: from + (places[n] ?? 0) };
      }
    }
  } finally {
    await open?.file.close();
  }
}

function openFile(path: string): Promise<FileHandle> {
  return open(path, 'r');
}

/** The place of each sample in the order of showing. */
function placesOf(samples: Piece['samples']): readonly number[] {
  const order = samples.map((_, n) => n).sort((a, b) => (samples[a]?.pts ?? 0) - (samples[b]?.pts ?? 0));
  const places = Array.from({ length: samples.length }, () => 0);
  order.forEach((n, place) => (places[n] = place));
  return places;
}

async function verify(
  tools: FfmpegTools,
  plan: SmartPlan,
  copied: ReadonlyMap<number, string>,
  path: string,
  signal: AbortSignal | undefined,
): Promise<void> {
  const entries = 'packet=pts_time,dts_time,data_hash';
  const args = ['-select_streams', 'v:0', '-show_packets', '-show_data_hash', 'MD5', '-show_entries', entries];
  const { text } = await askFfprobe(tools, await checkInput(path), [...args, '-of', 'csv=p=0'], signal, 0);
  const lines = text.split('\n').filter((line) => line !== '');
  if (lines.length !== plan.frameCount) throw new CopyRefused(`${lines.length} pictures instead of ${plan.frameCount}`);
  const { num, den } = plan.timeline.rate;
  // Containers without negative times shift all streams by the same.
  const start = Math.min(...lines.map((line) => Number(line.split(',')[0])));
  const shown = new Set<number>();
  let before = Number.NEGATIVE_INFINITY;
  for (const [n, line] of lines.entries()) {
    const [pts = '', dts = '', hash = ''] = line.split(',');
    const frame = ((Number(pts) - start) * num) / den;
    // Matroska rounds to milliseconds.
    if (Math.abs(frame - Math.round(frame)) * (den / num) > 0.001_1)
      throw new CopyRefused(`picture ${n} is off the grid`);
    if (Number(dts) <= before) throw new CopyRefused(`decoding time of picture ${n} does not rise`);
    before = Number(dts);
    shown.add(Math.round(frame));
    const expected = copied.get(n);
    if (expected !== undefined && hash.replace(/^MD5:/, '') !== expected)
      throw new CopyRefused(`picture ${n} was changed`);
  }
  if (shown.size !== plan.frameCount) throw new CopyRefused('two pictures are shown at the same time');
  if (Math.max(...shown) + 1 !== plan.frameCount) throw new CopyRefused('there is a hole between pictures');
  await refuseUndecodable(tools, path, signal);
}

/** Decodes key frames only: what is wrong with a header or a join shows there first. */
async function refuseUndecodable(tools: FfmpegTools, path: string, signal: AbortSignal | undefined): Promise<void> {
  // Smoothed pictures would not tell more.
  const fast = ['-skip_frame', 'nokey', '-skip_loop_filter', 'all', '-threads', '1'];
  const args = [...fast, '-protocol_whitelist', 'file', '-i', `file:${path}`];
  const report = await runFfmpeg(tools, {
    args: [...args, '-map', '0:v:0', '-fps_mode', 'passthrough', '-f', 'null', '-'],
    stage: 'render',
    where: path,
    signal,
  });
  if (report.errorCount > 0) throw new CopyRefused(report.messages.at(-1) ?? 'key frames do not decode');
}
