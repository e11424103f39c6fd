import { open, writeFile, type FileHandle } from 'node:fs/promises';
import { z } from 'zod';
import { analysisResultSchema } from '../../core/analysis/schema.ts';
import { MontageError } from '../../core/errors.ts';
import { decodeFrameStarts, encodeFrameStarts } from '../../core/media/frame-starts.ts';
import type { SourceFrames } from '../../core/media/frames.ts';
import { primaryVideo, type FrameTiming, type MediaRemark } from '../../core/media/media.ts';
import type { ThumbnailIndex } from '../../core/media/thumbnails.ts';
import { sameFrameTimes, sourceFramesOf, startsOfTable, type FrameTable } from '../../core/media/timing.ts';
import { FLICKS_PER_SECOND, flicks, type Flicks } from '../../core/time/flicks.ts';
import { timeOfFrame } from '../../core/time/rate.ts';
import { checkInput } from '../ffmpeg/input.ts';
import { ingestKeys, missingOf, type IngestKeys, type Missing } from './ingest-steps.ts';
import { runPass, type PassOrder, type PassOutcome } from './pass.ts';
import type { IngestArtifacts, IngestMedia, IngestOptions, IngestPorts, IngestResult } from './ports.ts';
import { readFrameTimes } from './proxy-times.ts';

const rate = z.object({ num: z.int(), den: z.int() });
const notesSchema = z.object({
  remarks: z.array(z.object({ code: z.string(), message: z.string() })),
  /** What the decode decided; null where nothing moves. */
  timing: z
    .discriminatedUnion('kind', [
      z.object({ kind: z.literal('constant'), rate, frameCount: z.int() }),
      z.object({ kind: z.literal('variable'), averageRate: rate }),
    ])
    .nullable(),
});
type Notes = z.output<typeof notesSchema>;

/**
 * Looks at a file once: proxy, thumbnails, peaks, 16 kHz sound, frame table and measurements, all from one run of ffmpeg.
 * What is there already is not made again; when all is there, ffmpeg is not started.
 *
 * @throws MontageError as the run's messages tell; E_PROXY_TIMES when the proxy would not show the source's frames
 */
export async function ingest(media: IngestMedia, options: IngestOptions, ports: IngestPorts): Promise<IngestResult> {
  const keys = ingestKeys(media, options, ports.tools.build);
  const missing = missingOf(keys, ports.artifacts, options);
  if (!missing.nothing) await make(media, keys, missing, ports);
  ports.onProgress?.(1);
  const results = await Promise.all(
    keys.results.map(async ({ key }) => analysisResultSchema.nullable().parse(await readJson(ports.artifacts, key))),
  );
  const notes = notesSchema.parse(await readJson(ports.artifacts, keys.notes));
  return {
    assets: keys.assets,
    sourceFrames: await storedFrames(media, keys, notes, ports.artifacts),
    results: results.filter((result) => result !== null),
    remarks: notes.remarks,
    runs: missing.nothing ? 0 : 1,
  };
}

async function readJson(artifacts: IngestArtifacts, key: string): Promise<unknown> {
  return JSON.parse(new TextDecoder().decode(await artifacts.get(key)));
}

async function storedFrames(
  { facts, path }: IngestMedia,
  keys: IngestKeys,
  { timing }: Notes,
  artifacts: IngestArtifacts,
): Promise<SourceFrames | undefined> {
  if (facts.kind === 'still') return { kind: 'still' };
  if (timing === null || keys.assets.frameTable === undefined) return undefined;
  if (timing.kind === 'constant') return timing;
  const stored = decodeFrameStarts(await artifacts.get(keys.assets.frameTable));
  if (stored !== undefined) return { ...timing, ...stored };
  throw new MontageError({ code: 'E_BUG', message: 'a stored frame table is unreadable', where: path });
}

/** Files that the run writes itself get their final place only when the whole run went well. */
async function make(media: IngestMedia, keys: IngestKeys, missing: Missing, ports: IngestPorts): Promise<void> {
  const { artifacts } = ports;
  const { assets } = keys;
  const within = async (key: string | undefined, wanted: boolean, next: (path: string) => Promise<void>) => {
    if (key === undefined || !wanted) await next('');
    else await artifacts.make(key, next);
  };
  await within(assets.proxy, missing.proxy, (proxyPath) =>
    within(assets.speech, missing.speech, (speechPath) =>
      within(assets.thumbnails, missing.thumbnails, async (thumbnailPath) => {
        await runAndKeep({ media, keys, missing, ports, proxyPath, speechPath, thumbnailPath });
      }),
    ),
  );
}

type Work = {
  readonly media: IngestMedia;
  readonly keys: IngestKeys;
  readonly missing: Missing;
  readonly ports: IngestPorts;
  readonly proxyPath: string;
  readonly speechPath: string;
  readonly thumbnailPath: string;
};

async function runAndKeep(work: Work): Promise<void> {
  const { media, keys, missing, ports, proxyPath } = work;
  const files = await openSinks(work);
  const outcome = await runPass(ports.tools, {
    input: await checkInput(media.path),
    facts: media.facts,
    wishes: missing.wishes,
    analysers: missing.analysers,
    peaks: missing.peaks,
    proxyPath,
    sink: files.sink,
    signal: ports.signal,
    onProgress: ports.onProgress,
    onStart: (run) => files.onEnd(holdWhilePaused(run, ports)),
  }).finally(() => files.close());
  if (missing.proxy && media.facts.kind === 'video') await checkProxy(proxyPath, outcome, media.path);
  await keepSmallThings(work, outcome, files.thumbnails);
  const notes: Notes = { remarks: [...remarksOf(media, outcome)], timing: timingOf(media, outcome) };
  await ports.artifacts.put(keys.notes, JSON.stringify(notes));
}

/** Follows the user's pause; gives what stops following. */
function holdWhilePaused(run: Parameters<NonNullable<PassOrder['onStart']>>[0], ports: IngestPorts): () => void {
  const follow = (paused: boolean) => {
    if (paused) run.pause();
    else run.resume();
  };
  if (ports.pause?.paused === true) follow(true);
  return ports.pause?.onChange(follow) ?? (() => undefined);
}

type Strip = { readonly ticks: number; readonly offset: number; readonly bytes: number }[];

async function openSinks(work: Work) {
  const speech = work.speechPath === '' ? undefined : await open(work.speechPath, 'w');
  const strip = work.thumbnailPath === '' ? undefined : await open(work.thumbnailPath, 'w');
  const thumbnails: Strip = [];
  const ends: (() => void)[] = [];
  let offset = 0;
  return {
    thumbnails,
    sink: {
      speech: (bytes: Uint8Array) => append(speech, bytes),
      async thumbnail(jpeg: Uint8Array, ticks: number) {
        await append(strip, jpeg);
        thumbnails.push({ ticks, offset, bytes: jpeg.length });
        offset += jpeg.length;
      },
      still: (jpeg: Uint8Array) => writeFile(work.proxyPath, jpeg),
    },
    onEnd: (end: () => void) => void ends.push(end),
    async close() {
      for (const end of ends) end();
      await speech?.close();
      await strip?.close();
    },
  };
}

async function append(file: FileHandle | undefined, bytes: Uint8Array): Promise<void> {
  for (let written = 0; file !== undefined && written < bytes.length; ) {
    written += (await file.write(bytes, written)).bytesWritten;
  }
}

/** The proxy's own sample table must give every decoded frame its time. */
async function checkProxy(proxyPath: string, outcome: PassOutcome, where: string): Promise<void> {
  const proxy = await readFrameTimes(proxyPath);
  if (proxy !== undefined && outcome.table !== undefined && sameFrameTimes(proxy, outcome.table)) return;
  throw new MontageError({
    code: 'E_PROXY_TIMES',
    message: `the proxy has other frames than the source (${proxy?.ticks.length ?? 0} and ${outcome.table?.ticks.length ?? 0}) or other times`,
    where,
    hint: 'the file is probably damaged: remux or convert it first',
    stage: 'ingest',
  });
}

async function keepSmallThings(work: Work, outcome: PassOutcome, strip: Strip): Promise<void> {
  const { media, keys, missing, ports } = work;
  const { assets } = keys;
  const put = async (key: string | undefined, bytes: Uint8Array | string) => {
    if (key !== undefined) await ports.artifacts.put(key, bytes);
  };
  if (outcome.table !== undefined) {
    const { starts, end } = startsOfTable(outcome.table);
    await put(assets.frameTable, encodeFrameStarts(starts, end));
  }
  if (missing.thumbnails) await put(assets.thumbnailIndex, JSON.stringify(thumbnailIndexOf(strip, outcome)));
  if (outcome.peaks !== undefined) await put(assets.peaks, outcome.peaks);
  for (const { analyser, key } of keys.results) {
    // An analyser that found nothing to measure is done too.
    const result = outcome.results.find(({ analyserId }) => analyserId === analyser.id) ?? null;
    if (!missing.analysers.includes(analyser.id)) continue;
    // What cannot be read back must not be kept: it would stand in the way for good.
    const { error } = analysisResultSchema.nullable().safeParse(result);
    if (error !== undefined) throw unfit(analyser.title, media.path, error);
    await put(key, JSON.stringify(result));
  }
}

function unfit(title: string, where: string, cause: z.ZodError): MontageError {
  const message = `${title} came out as no result: ${z.prettifyError(cause)}`;
  const hint = 'please report it with the file';
  return new MontageError({ code: 'E_ANALYSIS', message, where, hint, stage: 'analysis' }, { cause });
}

function thumbnailIndexOf(strip: Strip, outcome: PassOutcome): ThumbnailIndex {
  const numbers = frameNumbers(outcome.table);
  const starts = outcome.table === undefined ? undefined : startsOfTable(outcome.table).starts;
  const thumbnails = strip.map(({ ticks, offset, bytes }) => {
    const frame = numbers(ticks);
    return { frame, start: starts?.[frame] ?? 0, offset, bytes };
  });
  const { width, height } = outcome.plan.thumbnailSize;
  return { format: 'montage-thumbnails', version: 1, width, height, thumbnails };
}

/** From a time in ticks to the frame that starts there; 0 where there is only one picture. */
function frameNumbers(table: FrameTable | undefined): (ticks: number) => number {
  const byTicks = new Map(table === undefined ? [] : Array.from(table.ticks, (tick, frame) => [tick, frame] as const));
  return (ticks) => byTicks.get(ticks) ?? 0;
}

function timingOf({ facts }: IngestMedia, { table }: PassOutcome): Notes['timing'] {
  const video = primaryVideo(facts);
  if (table === undefined || video === undefined) return null;
  const frames = sourceFramesOf(table, [video.realBaseRate, video.averageRate]);
  if (frames.kind === 'constant') return frames;
  return frames.kind === 'variable' ? { kind: 'variable', averageRate: frames.averageRate } : null;
}

function remarksOf(media: IngestMedia, outcome: PassOutcome): readonly MediaRemark[] {
  const remarks: MediaRemark[] = [];
  const seen = outcome.table === undefined ? undefined : startsOfTable(outcome.table).end;
  if (outcome.errorCount > 0) {
    const until = seen === undefined ? '' : ` Pictures are there until ${seconds(seen)}.`;
    remarks.push({
      code: 'damaged',
      message: `Decoding met ${outcome.errorCount} errors; what decodes is used.${until}`,
    });
  }
  // Of the pictures alone: sound may rightly be longer.
  const timing = primaryVideo(media.facts)?.timing;
  const claimed = timing === undefined ? undefined : lengthOf(timing);
  if (seen !== undefined && claimed !== undefined && claimed - seen > FLICKS_PER_SECOND) {
    remarks.push({ code: 'truncated', message: `Pictures end at ${seconds(seen)} of ${seconds(claimed)}.` });
  }
  return remarks;
}

function lengthOf(timing: FrameTiming): Flicks | undefined {
  if (timing.kind === 'constant') return timeOfFrame(timing.frameCount, timing.rate);
  return timing.kind === 'variable' ? timing.duration : undefined;
}

function seconds(time: Flicks): string {
  return `${(flicks(time) / FLICKS_PER_SECOND).toFixed(2)} s`;
}
