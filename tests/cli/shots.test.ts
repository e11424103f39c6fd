import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { makeTerminal } from '../../cli/terminal.ts';
import { importTimeline } from '../../core/interchange/interchange.ts';
import { rational, toNumber } from '../../core/time/rational.ts';
import { findFfmpeg } from '../../native/ffmpeg/find.ts';
import { runFfmpeg } from '../../native/ffmpeg/run.ts';
import { shotsCommand } from '../../cli/commands/shots.ts';
import { regionValue, thresholdFactor } from '../../cli/option-values.ts';

const place = { film: '' };

/** The left half is one shot; the right one cuts at 30 and 60. */
beforeAll(async () => {
  const folder = mkdtempSync(join(tmpdir(), 'montage-test-'));
  place.film = join(folder, 'halves & cuts.mp4');
  const half = (source: string) => `${source}=size=320x360:rate=25`;
  const graph = [
    `${half('testsrc2')},trim=end_frame=30,setpts=PTS-STARTPTS[a]`,
    `${half('mandelbrot')},trim=end_frame=30,setpts=PTS-STARTPTS[b]`,
    `${half('smptehdbars')},trim=end_frame=30,setpts=PTS-STARTPTS[c]`,
    '[a][b][c]concat=n=3[right]',
    `${half('testsrc')},trim=end_frame=90[left]`,
    '[left][right]hstack[v]',
  ].join(';');
  const codec = ['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p', '-threads', '2'];
  const args = ['-filter_complex', graph, '-map', '[v]', ...codec, `file:${place.film}`];
  await runFfmpeg(await findFfmpeg(), { args, stage: 'test' });
  return () => rmSync(folder, { recursive: true, force: true });
});

const listSchema = z.object({
  frames: z.int(),
  shots: z.array(z.object({ firstFrame: z.int(), lastFrame: z.int(), keyFrame: z.int() })),
});

/** Runs the command in this process: each start of another takes seconds. */
async function shots(...args: readonly string[]): Promise<string> {
  let printed = '';
  const out = { write: (text: string) => (printed += text) };
  const terminal = makeTerminal({ out, err: { write: () => undefined } }, args.includes('--json'));
  const cli = { terminal, debug: false, signal: new AbortController().signal, endWith: () => undefined };
  await shotsCommand(cli).parseAsync([place.film, ...args.filter((arg) => arg !== '--json')], { from: 'user' });
  return printed;
}

async function starts(...args: readonly string[]): Promise<readonly number[]> {
  const list = listSchema.parse(JSON.parse(await shots('--json', ...args)));
  expect(list.frames).toBe(90);
  for (const { firstFrame, lastFrame, keyFrame } of list.shots) {
    expect(keyFrame).toBeGreaterThanOrEqual(firstFrame);
    expect(keyFrame).toBeLessThanOrEqual(lastFrame);
  }
  return list.shots.map(({ firstFrame }) => firstFrame);
}

test('montage shots looks at a part of the picture and is as eager as it is told', async () => {
  expect(await starts('--region', '0.5,0,0.5,1')).toEqual([0, 30, 60]);
  expect(await starts('--region', '0,0,0.5,1')).toEqual([0]);
  expect(await starts('--region', '0.5,0,0.5,1', '--threshold', '4')).toEqual([0]);
});

test('montage shots prints CSV, EDL and OTIO of the same shots', async () => {
  const right = ['--region', '0.5,0,0.5,1'];
  const [header, ...rows] = (await shots(...right, '--format', 'csv')).trim().split('\r\n');
  expect(header?.split(',').slice(0, 3)).toEqual(['shot', 'firstFrame', 'lastFrame']);
  expect(rows.map((row) => row.split(',').slice(0, 3).join(' '))).toEqual(['1 0 29', '2 30 59', '3 60 89']);
  for (const format of ['edl', 'otio'] as const) {
    const { tracks } = importTimeline(format, await shots(...right, '--format', format), { rate: rational(25) });
    const clips = tracks.flatMap((track) => (track.kind === 'video' ? track.clips : []));
    expect(clips.map(({ recordIn, duration }) => [recordIn, duration])).toEqual([
      [0, 30],
      [30, 30],
      [60, 30],
    ]);
    expect(clips.map(({ sourceIn }) => toNumber(sourceIn))).toEqual([0, 1.2, 2.4]);
  }
});

test('a region must lie in the picture, a threshold must be near what is measured', () => {
  for (const text of ['0,0,1', '0,0,0,1', '0.6,0,0.5,1', 'a,b,c,d', '', '0,0,1,1,1']) {
    expect(() => regionValue(text)).toThrow('in parts of 1');
  }
  expect(regionValue('0, 0.1, 1, 0.9')).toEqual({ x: 0, y: 0.1, w: 1, h: 0.9 });
  for (const text of ['0', '-1', '9', 'x']) expect(() => thresholdFactor(text)).toThrow('number');
});
