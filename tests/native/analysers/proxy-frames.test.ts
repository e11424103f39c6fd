import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openProxyFrames, type ProxyFrames } from '../../../native/analysers/proxy-frames.ts';
import { findFfmpeg } from '../../../native/ffmpeg/find.ts';
import { runFfmpeg } from '../../../native/ffmpeg/run.ts';
import { runProgram } from '../../../native/process/programs.ts';

const folder = mkdtempSync(join(tmpdir(), 'montage-proxy-frames-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const order = { width: 96, height: 64, layout: 'yuv420p' } as const;

/** Films of only key frames, each of another size. */
async function film(size: string): Promise<ProxyFrames> {
  const tools = await findFfmpeg();
  const path = join(folder, `${size}.mp4`);
  const source = ['-f', 'lavfi', '-i', `testsrc2=size=${size}:rate=25:duration=1`];
  const coding = ['-c:v', 'libx264', '-preset', 'ultrafast', '-g', '1', '-pix_fmt', 'yuv420p'];
  await runFfmpeg(tools, { args: [...source, ...coding, '-threads', '1', path], stage: 'test' });
  return openProxyFrames(path, tools);
}

async function followed(frames: ProxyFrames, wanted: readonly number[], signal?: AbortSignal) {
  const [left, seen] = [[...wanted], new Map<number, Buffer>()];
  for await (const { frame, pixels } of frames.follow({ ...order, signal }, () => left.shift()))
    seen.set(frame, Buffer.from(pixels));
  return seen;
}

async function read(frames: ProxyFrames, wanted: readonly number[]) {
  const seen = new Map<number, Buffer>();
  for await (const { frame, pixels } of frames.read({ ...order, frames: wanted })) seen.set(frame, Buffer.from(pixels));
  return seen;
}

/** Numbers of the programs that this process runs. */
function decoders(): readonly string[] {
  return readdirSync('/proc').filter((pid) => {
    try {
      const isOwn = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ')[1] === String(process.pid);
      return isOwn && readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('h264');
    } catch {
      return false;
    }
  });
}

describe('pictures of a proxy, in any order', () => {
  let [wide, high]: readonly (ProxyFrames | undefined)[] = [];
  beforeAll(async () => {
    wide = await film('192x108');
    high = await film('120x160');
  });

  it('are those read in order, of films of different sizes one after another', async () => {
    if (wide === undefined || high === undefined) throw new Error('no films');
    for (const frames of [wide, high, wide]) {
      const wanted = [20, 3, 4, 24, 0];
      const [some, all] = [
        await followed(frames, wanted),
        await read(
          frames,
          wanted.toSorted((a, b) => a - b),
        ),
      ];
      expect([...some.keys()]).toEqual(wanted);
      for (const [frame, pixels] of all) expect(some.get(frame)?.equals(pixels)).toBe(true);
    }
  });

  it.skipIf(process.platform !== 'linux')(
    'come from one ffmpeg, which no later film gets back after a failure',
    async () => {
      if (wide === undefined || high === undefined) throw new Error('no films');
      await followed(wide, [1]);
      const waiting = decoders();
      expect(waiting).toHaveLength(1);
      await followed(high, [2]);
      expect(decoders()).toEqual(waiting);
      await expect(followed(wide, [3, 99])).rejects.toThrow('E_PROXY_UNREADABLE');
      expect(decoders()).toEqual([]);
      await expect(followed(wide, [3], AbortSignal.abort())).rejects.toThrow('E_CANCELLED');
      const fresh = await followed(high, [5]);
      expect(fresh.get(5)?.equals((await read(high, [5])).get(5) ?? Buffer.of())).toBe(true);
      const [last = ''] = decoders();
      process.kill(Number(last), 'SIGKILL');
      await expect.poll(() => existsSync(`/proc/${last}`)).toBe(false);
      expect((await followed(high, [5])).size).toBe(1);
    },
  );

  it('let a program end that has no more to do, although a decoder waits', async () => {
    const at = (file: string) => JSON.stringify(new URL(`../../../native/${file}`, import.meta.url).href);
    const script = `
      const { openProxyFrames } = await import(${at('analysers/proxy-frames.ts')});
      const { findFfmpeg } = await import(${at('ffmpeg/find.ts')});
      const frames = await openProxyFrames(${JSON.stringify(join(folder, '192x108.mp4'))}, await findFfmpeg());
      const wanted = [7];
      const order = { width: 96, height: 64, layout: 'yuv420p' };
      for await (const { frame } of frames.follow(order, () => wanted.shift())) process.stdout.write(String(frame));
    `;
    const args = ['--input-type=module', '-e', script];
    const { stdout, timedOut } = await runProgram(process.execPath, args, { timeoutMs: 8000 });
    expect([stdout, timedOut]).toEqual(['7', false]);
  });
});
