import { lstat, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createWriteStream } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, sep } from 'node:path';
import { pipeline } from 'node:stream/promises';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ZipFile } from 'yazl';
import { randomBelow, randomSource, type RandomSource } from '../../../core/director/random.ts';
import { MontageError } from '../../../core/errors.ts';
import { exportTimeline } from '../../../core/interchange/interchange.ts';
import { unpackOtioz } from '../../../native/interchange/otio-bundle-read.ts';
import { exportInput, picture, R, timelineOf, videoMedia, videoTrack } from '../../interchange/cut-builder.ts';
import { mutated } from '../../interchange/mutations.ts';
import { wholeWay } from '../../interchange/whole-way.ts';
import { scaled, testScale } from '../../scale.ts';

/** 10 000 in `npm run test:deep`. */
const MUTATIONS = testScale < 20 ? scaled(150) : 10_000;
/** One archive on a busy machine. */
const LONGEST_MS = 10_000;
const MEDIA_BYTES = 400;

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'montage-otioz-fuzz-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

/** A small bundle: a timeline, two media, as most programs pack it or with ZIP64 records and packed media. */
async function bundle(isWide: boolean): Promise<Buffer> {
  const media = ['a.mov', 'b.mov'].map((name) => videoMedia(name, R.r25, 100, { path: `media/${name}` }));
  const clips = media.map((item, index) => picture(item, R.r25, 0, index * 10, 10));
  const input = exportInput(timelineOf(R.r25, [videoTrack(1, clips)]), media);
  const zip = new ZipFile();
  const options = { mtime: new Date(1980, 0, 1), forceZip64Format: isWide, compress: isWide };
  zip.addBuffer(Buffer.from(exportTimeline('otio', input).files[0]?.text ?? ''), 'content.otio', options);
  for (const name of ['a.mov', 'sub/b.mov']) zip.addBuffer(Buffer.alloc(MEDIA_BYTES, name), `media/${name}`, options);
  zip.end();
  const path = join(folder, 'sound.otioz');
  await pipeline(zip.outputStream, createWriteStream(path));
  return readFile(path);
}

/** Signatures of local headers, the central directory, its end, and ZIP64 (APPNOTE.TXT 4.3) with the length of each. */
const RECORDS: readonly (readonly [number, number])[] = [
  [0x0403_4b50, 30],
  [0x0201_4b50, 46],
  [0x0605_4b50, 22],
  [0x0606_4b50, 56],
  [0x0706_4b50, 20],
];
const NUMBERS: readonly number[] = [0, 1, 8, 0x7f, 0xff, 0x7fff_ffff, 0x8000_0000, 0xffff_fffe, 0xffff_ffff];
/** As long as the names that they take the place of, so that every length still agrees. */
const NAMES: readonly (readonly [string, readonly string[]])[] = [
  [
    'media/a.mov',
    ['media/../ax', '/edia/a.mov', 'media\\a.mov', 'media/a\0mov', 'media/sub/b', 'content.oti', 'C:/ia/a.mov'],
  ],
  [
    'media/sub/b.mov',
    ['media/../../evil', 'media/a.mov/x.y', 'media/a.mov/../', 'media/./././/b', 'media/sub/b.mo/', '../media/sub/bb'],
  ],
  ['content.otio', ['content.otiO', 'media/a.movx', '../ntent.otio']],
];

type Mutate = (bytes: Buffer, random: RandomSource) => Buffer;

/** One field of a header becomes another number. */
const field: Mutate = (bytes, random) => {
  const found: (readonly [number, number])[] = [];
  for (const [signature, length] of RECORDS)
    for (let at = 0; at + 4 <= bytes.length; at += 1)
      if (bytes.readUInt32LE(at) === signature) found.push([at, length]);
  const [start, length] = found[randomBelow(random, found.length)] ?? [0, 4];
  const at = start + 4 + randomBelow(random, length - 4);
  const number = NUMBERS[randomBelow(random, NUMBERS.length)] ?? 0;
  const changed = Buffer.from(bytes);
  if (at + 4 > bytes.length) return changed;
  if (randomBelow(random, 2) === 0) changed.writeUInt16LE(number & 0xffff, at);
  else changed.writeUInt32LE(number, at);
  return changed;
};

/** A name becomes a hostile one, in the directory, at the entry or both. */
const rename: Mutate = (bytes, random) => {
  const [from, names] = NAMES[randomBelow(random, NAMES.length)] ?? ['', ['']];
  const to = (names[randomBelow(random, names.length)] ?? '').padEnd(from.length, 'z').slice(0, from.length);
  const which = randomBelow(random, 3);
  const changed = Buffer.from(bytes);
  const [first, last] = [bytes.indexOf(from), bytes.lastIndexOf(from)];
  if (which !== 1 && first >= 0) changed.write(to, first);
  if (which !== 0 && last >= 0) changed.write(to, last);
  return changed;
};

/** Any bytes, with what breaks readers of text and numbers too. */
const anyBytes: Mutate = (bytes, random) =>
  Buffer.from(mutated(bytes.toString('latin1'), randomBelow(random, 0x7fff_ffff)), 'latin1');

const MUTATES: readonly Mutate[] = [field, field, field, rename, anyBytes];

function hostile(bytes: Buffer, seed: number): Buffer {
  const random = randomSource(seed);
  let changed = bytes;
  for (let count = 1 + randomBelow(random, 3); count > 0; count -= 1)
    changed = (MUTATES[randomBelow(random, MUTATES.length)] ?? field)(changed, random);
  return changed;
}

/** What unpacking ends as; anything but a valid cut or a code throws. */
async function outcome(bytes: Buffer, place: string): Promise<string> {
  await mkdir(place);
  const path = join(place, 'in.otioz');
  await writeFile(path, bytes);
  const target = join(place, 'deep', 'target');
  try {
    const { text, media } = await unpackOtioz(path, target);
    for (const file of media) expect(file.startsWith(target + sep)).toBe(true);
    return wholeWay('otio', text, 'otio');
  } catch (error) {
    if (!(error instanceof MontageError)) throw error;
    expect(error.fault.code).toMatch(/^E_(?:INTERCHANGE_\w+|TOO_LARGE)$/);
    expect(error.fault.hint).toBeTruthy();
    return error.fault.code;
  } finally {
    await expectNothingOutside(place);
    await rm(place, { recursive: true });
  }
}

/** Beside the archive there is nothing but the target, and in it plain files no larger than what was packed. */
async function expectNothingOutside(place: string): Promise<void> {
  const found = (await readdir(place, { recursive: true })).filter((name) => name !== 'in.otioz' && name !== 'deep');
  for (const name of found) {
    expect(name === join('deep', 'target') || name.startsWith(join('deep', 'target', 'media'))).toBe(true);
    const { size, ...entry } = await lstat(join(place, name));
    const isPlain = (entry.mode & 0o170000) === 0o100000;
    if (isPlain) expect(size).toBeLessThanOrEqual(64 * 1024);
    else expect(entry.mode & 0o170000).toBe(0o040000);
  }
  expect((await readdir(folder)).toSorted()).toEqual(['in', 'sound.otioz']);
}

test('an OTIO bundle changed anywhere becomes a valid cut or a code, in time, and nothing lands outside its folder', async () => {
  const bundles = [await bundle(false), await bundle(true)];
  const outcomes = new Map<string, number>();
  let longest = 0;
  await fc.assert(
    fc.asyncProperty(fc.nat(), async (seed) => {
      const started = performance.now();
      const end = await outcome(hostile(bundles[seed % 2] ?? Buffer.alloc(0), seed), join(folder, 'in'));
      longest = Math.max(longest, performance.now() - started);
      expect(longest).toBeLessThan(LONGEST_MS);
      outcomes.set(end, (outcomes.get(end) ?? 0) + 1);
    }),
    { numRuns: MUTATIONS, endOnFailure: true },
  );
  expect(outcomes.get('read')).toBeGreaterThan(0);
  expect(outcomes.get('E_INTERCHANGE_HOSTILE')).toBeGreaterThan(0);
  const all = [...outcomes].map(([end, count]) => `${end} ${count}`).join(', ');
  process.stdout.write(`otioz: ${MUTATIONS} mutations, longest ${longest.toFixed(0)} ms: ${all}\n`);
});
