import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { findFfmpeg } from '../../../native/ffmpeg/find.ts';
import { checkInput } from '../../../native/ffmpeg/input.ts';
import { askFfprobeJson } from '../../../native/ffmpeg/query.ts';
import { numberedClip } from '../../media/numbered-clip.ts';
import { locateSound } from '../../media/sound-code.ts';
import { scaled, testScale } from '../../scale.ts';
import { temporaryFolder } from '../../temporary-folder.ts';
import { numbersOf, samplesOf } from './film.ts';
import { decoded, FRAMES, GROUP, KINDS, smartly, type Cut, type Kind } from './smart-film.ts';

const packetSchema = z.object({
  codec_type: z.string(),
  pts_time: z.coerce.number(),
  dts_time: z.coerce.number(),
  data_hash: z.string(),
});

/** A film's packets as ffprobe tells of them. */
async function packetsOf(path: string) {
  const schema = z.object({ packets: z.array(packetSchema) });
  const args = ['-show_packets', '-show_data_hash', 'MD5'];
  const { packets } = (await askFfprobeJson(await findFfmpeg(), await checkInput(path), args, schema)).value;
  const of = (kind: string) => packets.filter(({ codec_type }) => codec_type === kind);
  return { pictures: of('video'), sound: of('audio') };
}

const sourceHashes = new Map<Kind, Promise<ReadonlySet<string>>>();
function hashesOf(kind: Kind): Promise<ReadonlySet<string>> {
  const read = async () =>
    new Set((await packetsOf(await numberedClip(KINDS[kind]))).pictures.map(({ data_hash }) => data_hash));
  const known = sourceHashes.get(kind) ?? read();
  sourceHashes.set(kind, known);
  return known;
}

/** Packets are the source's where they should be, times rise and lie on the grid, sound begins with the pictures. */
async function expectSoundFile(kind: Kind, output: string, copied: number): Promise<void> {
  const { pictures, sound: heard } = await packetsOf(output);
  const source = await hashesOf(kind);
  expect(pictures.filter(({ data_hash }) => source.has(data_hash)).length).toBeGreaterThanOrEqual(copied);
  const times = pictures.map(({ pts_time }) => pts_time).sort((x, y) => x - y);
  times.forEach((time, n) => expect(Math.abs(time - (times[0] ?? 0) - n / 25)).toBeLessThan(0.0005));
  pictures.slice(1).forEach(({ dts_time }, n) => expect(dts_time).toBeGreaterThan(pictures[n]?.dts_time ?? 0));
  // The encoder's run-in of 1024 samples comes before, as the file says.
  const first = heard.find(({ pts_time }) => pts_time >= (times[0] ?? 0) - 0.001);
  expect(Math.abs((first?.pts_time ?? 9) - (times[0] ?? 0))).toBeLessThanOrEqual(0.001);
}

const cut = fc
  .integer({ min: 0, max: FRAMES - 2 })
  .chain((sourceIn) =>
    fc.integer({ min: 1, max: Math.min(70, FRAMES - sourceIn) }).map((length) => ({ sourceIn, length })),
  );
const cutList = fc.array(cut, { minLength: 1, maxLength: 6 });

/** Frames of a cut that lie in groups it holds whole. */
function wholeGroups({ sourceIn, length }: Cut): number {
  const from = Math.ceil(sourceIn / GROUP) * GROUP;
  const end = sourceIn + length;
  const to = end === FRAMES ? end : Math.floor(end / GROUP) * GROUP;
  return Math.max(0, to - from);
}

describe('a smart render', () => {
  it.each(['closed', 'pyramid', 'open', 'varying'] as const)(
    'of random cuts of a film with %s groups shows every frame, and copies whole closed groups',
    async (kind) => {
      const tally = { films: 0, cuts: 0, frames: 0, copied: 0, refused: 0 };
      const property = fc.asyncProperty(cutList, async (cuts) => {
        const { report, output, expected } = await smartly(kind, cuts);
        const { frames, complaints } = await decoded(output);
        expect(complaints).toEqual([]);
        expect(frames).toEqual(expected);
        expect(report.copyRefused).toBeUndefined();
        await expectSoundFile(kind, output, report.copiedFrames);
        if (kind === 'closed' || kind === 'pyramid') {
          expect(report.copiedFrames).toBe(cuts.reduce((sum, one) => sum + wholeGroups(one), 0));
          expect(report.copiedFrames).toBeGreaterThanOrEqual(expected.length - 2 * GROUP * cuts.length);
        }
        await rm(dirname(output), { recursive: true });
        tally.films += 1;
        tally.cuts += cuts.length;
        tally.frames += expected.length;
        tally.copied += report.copiedFrames;
        tally.refused += report.copyRefused === undefined ? 0 : 1;
      });
      // A thousand cut lists of each kind in the deep run.
      const numRuns = testScale > 1 ? scaled(50) : kind === 'closed' ? 2 : 1;
      await fc.assert(property, { numRuns, endOnFailure: true }).finally(() => {
        process.stdout.write(`${kind}: ${JSON.stringify(tally)}\n`);
      });
    },
    testScale > 1 ? 7_200_000 : 120_000,
  );

  it.each(testScale > 1 ? ['mp4', 'mov', 'mkv'] : ['mkv'])(
    'keeps picture and sound together in %s',
    async (extension) => {
      const { report, output } = await smartly(
        'closed',
        [
          { sourceIn: 5, length: 100 },
          { sourceIn: 150, length: 75 },
        ],
        { extension },
      );
      expect(report.copiedFrames).toBe(
        wholeGroups({ sourceIn: 5, length: 100 }) + wholeGroups({ sourceIn: 150, length: 75 }),
      );
      expect((await numbersOf(output)).map((number) => number?.frame)).toEqual([
        ...Array.from({ length: 100 }, (_, k) => 5 + k),
        ...Array.from({ length: 75 }, (_, k) => 150 + k),
      ]);
      const samples = await samplesOf(output);
      for (const [at, source] of [
        [1, 1 + 5 / 25],
        [5, 5 - 4 + 6],
      ] as const) {
        const middle = Math.round(at * 48_000);
        const around = Math.round(source * 48_000);
        const found = locateSound(samples.subarray(middle, middle + 4800), KINDS.closed.clip, around, 960);
        expect(found.likeness).toBeGreaterThan(0.8);
        expect(Math.abs(found.sample - around)).toBeLessThanOrEqual(48);
      }
    },
  );

  it('makes short pieces between copied ones in one run, again only those that are not there, and none twice', async () => {
    const folder = temporaryFolder();
    const tools = await findFfmpeg();
    const [program, log] = [join(folder, 'ffmpeg'), join(folder, 'runs')];
    const note = `case "$*" in *libx264*) echo run >> '${log}';; esac`;
    await writeFile(program, `#!/bin/sh\n${note}\nexec ${tools.ffmpeg} "$@"\n`, { mode: 0o755 });
    const options = { tools: { ...tools, ffmpeg: program }, workFolder: join(folder, 'work') };
    // Each holds whole groups: between them lie the end of one and the beginning of the next.
    const cuts = [5, 100, 60, 170, 30].map((sourceIn) => ({ sourceIn, length: 40 }));
    const encoders = async () => (await readFile(log, 'utf8')).split('\n').length - 1;
    const numbers = async (path: string) => (await numbersOf(path)).map((number) => number?.frame);
    const first = await smartly('pyramid', cuts, options);
    expect(first.report.copyRefused).toBeUndefined();
    expect(first.report.segments - cuts.length).toBeGreaterThanOrEqual(5);
    expect(await numbers(first.output)).toEqual(first.expected);
    expect(await encoders()).toBe(1);
    const pieces = (await readdir(options.workFolder)).filter((name) => name.startsWith('segment-'));
    for (const name of pieces.slice(0, 2)) await rm(join(options.workFolder, name));
    const second = await smartly('pyramid', cuts, options);
    expect([second.report.reused, await encoders()]).toEqual([pieces.length - 2, 2]);
    expect(await numbers(second.output)).toEqual(second.expected);
    expect((await smartly('pyramid', cuts, options)).report.reused).toBe(pieces.length);
    expect(await encoders()).toBe(2);
    expect((await readdir(options.workFolder)).filter((name) => name.startsWith('.'))).toEqual([]);
  });

  it('joins copied pictures with a dissolve, which is composited here', async () => {
    const cuts = [
      { sourceIn: 5, length: 60 },
      { sourceIn: 100, length: 60 },
    ];
    const { report, output } = await smartly('closed', cuts, { dissolve: 8 });
    expect(report.copyRefused).toBeUndefined();
    expect(report.copiedFrames).toBe(48 + 48);
    const { frames, complaints } = await decoded(output);
    expect(complaints).toEqual([]);
    expect(frames).toHaveLength(120);
    expect([frames[55], frames[65]]).toEqual([60, 105]);
  });

  it('whose copied pictures are not the source’s is encoded in full, and says so', async () => {
    const folder = temporaryFolder();
    const tools = await findFfmpeg();
    const liar = join(folder, 'ffprobe');
    // Tells of every picture that it has another hash.
    const script = `#!/bin/sh\ncase "$*" in *show_data_hash*) ${tools.ffprobe} "$@" | sed 's/MD5:../MD5:zz/';; *) exec ${tools.ffprobe} "$@";; esac\n`;
    await writeFile(liar, script, { mode: 0o755 });
    const cuts = [{ sourceIn: 5, length: 60 }];
    const { report, output } = await smartly('closed', cuts, { tools: { ...tools, ffprobe: liar } });
    expect(report.copyRefused).toMatch(/was changed/);
    expect(report.copiedFrames).toBe(0);
    expect((await numbersOf(output)).map((number) => number?.frame)).toEqual(
      Array.from({ length: 60 }, (_, k) => 5 + k),
    );
  });
});
