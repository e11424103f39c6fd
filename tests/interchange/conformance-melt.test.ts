import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CASES } from './conformance-cases.ts';
import { DIALECTS, independently, opened, written } from './every-pair.ts';
import { floorOf, fraction, times } from './independent/cut-list.ts';
import type { WholeCut } from './independent/whole-cut.ts';

const canRender = ['melt', 'ffmpeg'].every((tool) => spawnSync(tool, ['-version']).error === undefined);
if (!canRender)
  process.stdout.write('Conformance case 32 is not rendered: melt is missing (Debian: apt-get install melt).\n');

const [WIDTH, HEIGHT, BLOCK, BITS] = [96, 32, 8, 10];
/** What each file is known by, after the bits of its frame number. */
const MARKS = { 'A.mov': 1, 'B.mov': 2, 'C.mov': 3 } as const;
const LENGTHS = { 'A.mov': 480, 'B.mov': 240, 'C.mov': 1000 } as const;
const FILES = ['A.mov', 'B.mov', 'C.mov'] as const;
let folder = '';

/** A file whose every frame shows its own number and the file's mark in black and white blocks. */
function makeFile(name: (typeof FILES)[number]): void {
  const bit = `mod(floor(if(lt(X\\,${BITS * BLOCK})\\,N/pow(2\\,floor(X/${BLOCK}))\\,${MARKS[name]}/pow(2\\,floor(X/${BLOCK})-${BITS})))\\,2)`;
  const size = `${WIDTH}x${HEIGHT}`;
  execFileSync('ffmpeg', [
    ...['-v', 'error', '-threads', '2', '-f', 'lavfi', '-i', `color=black:s=${size}:r=25`],
    ...['-frames:v', String(LENGTHS[name]), '-vf', `format=gray,geq=lum='if(${bit}\\,235\\,16)'`],
    ...['-c:v', 'ffv1', '-f', 'matroska', join(folder, name)],
  ]);
}

/** The cut as melt's own playlist. */
function playlist({ lines }: WholeCut): string {
  let at = 0;
  const entries = lines.map((line) => {
    const blank = line.recordIn > at ? `<blank length="${line.recordIn - at}"/>` : '';
    at = line.recordOut;
    const first = Number(floorOf(times(line.source, fraction(25n))));
    return `${blank}<entry producer="${line.file}" in="${first}" out="${first + line.recordOut - line.recordIn - 1}"/>`;
  });
  const producers = FILES.map(
    (name) => `<producer id="${name}"><property name="resource">${join(folder, name)}</property></producer>`,
  );
  const shape = `width="${WIDTH}" height="${HEIGHT}" display_aspect_num="${WIDTH}" display_aspect_den="${HEIGHT}"`;
  const rest = 'sample_aspect_num="1" sample_aspect_den="1" progressive="1" colorspace="601"';
  const profile = `<profile frame_rate_num="25" frame_rate_den="1" ${shape} ${rest}/>`;
  return `<mlt>${profile}${producers.join('')}<playlist id="p">${entries.join('')}</playlist></mlt>`;
}

/** Renders a playlist and reads of every frame what it shows: the file's mark and the source frame's number. */
function rendered(mlt: string): readonly string[] {
  const [from, to] = [join(folder, 'cut.mlt'), join(folder, 'cut.nut')];
  writeFileSync(from, mlt);
  const consumer = [`avformat:${to}`, 'vcodec=ffv1', 'pix_fmt=gray', 'an=1', 'real_time=-1', 'terminate_on_pause=1'];
  execFileSync('melt', [from, '-consumer', ...consumer], { stdio: 'ignore', timeout: 60_000 });
  const raw = join(folder, 'cut.gray');
  execFileSync('ffmpeg', ['-v', 'error', '-i', to, '-f', 'rawvideo', '-pix_fmt', 'gray', raw]);
  const bytes = readFileSync(raw);
  const isLit = (frame: number, block: number) =>
    (bytes[frame * WIDTH * HEIGHT + (HEIGHT / 2) * WIDTH + block * BLOCK + BLOCK / 2] ?? 0) > 128;
  return Array.from({ length: bytes.length / (WIDTH * HEIGHT) }, (_, frame) => {
    const bits = Array.from({ length: BITS + 2 }, (__, block) => (isLit(frame, block) ? 1 : 0));
    const number = bits.slice(0, BITS).reduce<number>((sum, bit, index) => sum + bit * 2 ** index, 0);
    const mark = (bits[BITS] ?? 0) + 2 * (bits[BITS + 1] ?? 0);
    const file = FILES.find((name) => MARKS[name] === mark && number < LENGTHS[name]);
    return file === undefined ? 'nothing' : `${file} ${number}`;
  });
}

describe.skipIf(!canRender)('rendered by melt', () => {
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'montage-melt-'));
    for (const name of FILES) makeFile(name);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test('case 32, rendered proof: frames change exactly at 48, 108, 132 and 182 in every pair of formats', () => {
    const edit = CASES.find(({ number }) => number === 32)?.edit;
    if (edit === undefined) throw new Error('no case 32');
    const playlists = new Set<string>();
    for (const from of DIALECTS) {
      const again = opened(from, written(from, edit), edit);
      for (const to of DIALECTS) playlists.add(playlist(independently(to, written(to, again), edit)));
    }
    expect(playlists.size).toBe(1);
    const span = (name: string, first: number, length: number) =>
      Array.from({ length }, (_, index) => (name === '' ? 'nothing' : `${name} ${first + index}`));
    for (const one of playlists)
      expect(rendered(one)).toEqual([
        ...span('A.mov', 24, 48),
        ...span('B.mov', 24, 60),
        ...span('', 0, 24),
        ...span('C.mov', 100, 50),
      ]);
  });
});
