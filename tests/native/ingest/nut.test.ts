import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { findFfmpeg } from '../../../native/ffmpeg/find.ts';
import { createNutReader } from '../../../native/ingest/nut.ts';
import { runProgram } from '../../../native/process/programs.ts';
import { temporaryFolder } from '../../temporary-folder.ts';

const PICTURES = 'testsrc2=size=320x180:rate=30000/1001:duration=2';
const SOUND = 'sine=frequency=440:sample_rate=44100:duration=2';

async function makeNut(file: string): Promise<void> {
  const tools = await findFfmpeg();
  const inputs = ['-f', 'lavfi', '-i', PICTURES, '-f', 'lavfi', '-i', SOUND];
  const graph = '[0:v]split[a][b];[b]select=not(mod(n\\,7)),scale=64:36,format=yuvj420p[c]';
  const maps = ['-map', '[a]', '-map', '[c]', '-map', '1:a'];
  const codecs = ['-c:0', 'rawvideo', '-c:1', 'mjpeg', '-c:2', 'pcm_f32le', '-pix_fmt:0', 'yuv420p'];
  const times = ['-fps_mode', 'passthrough', '-enc_time_base:v', '1:30000'];
  const args = ['-v', 'error', ...inputs, '-filter_complex', graph, ...maps, ...codecs, ...times, '-f', 'nut', file];
  expect((await runProgram(tools.ffmpeg, args)).stderr).not.toContain('rror');
}

/** pts, size and MD5 of every packet of a stream, as ffmpeg itself reads it. */
async function asFfmpegReads(file: string, stream: number): Promise<readonly string[]> {
  const tools = await findFfmpeg();
  const args = ['-v', 'fatal', '-i', file, '-map', `0:${stream}`, '-c', 'copy', '-f', 'framemd5', '-'];
  const { stdout } = await runProgram(tools.ffmpeg, args);
  return stdout
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => line.split(',').map((field) => field.trim()))
    .map(([, , pts, , size, hash]) => `${pts} ${size} ${hash}`);
}

describe('the NUT reader', () => {
  test.each([65_536, 4099])('reads what ffmpeg reads, byte for byte, in pieces of %i bytes', async (piece) => {
    const file = join(temporaryFolder(), 'mixed.nut');
    await makeNut(file);
    const bytes = readFileSync(file);
    const reader = createNutReader();
    const packets = new Map<number, string[]>();
    for (let at = 0; at < bytes.length; at += piece) {
      for (const { stream, pts, data } of reader.push(bytes.subarray(at, at + piece))) {
        const list = packets.get(stream) ?? [];
        packets.set(stream, list);
        list.push(`${pts} ${data.length} ${createHash('md5').update(data).digest('hex')}`);
      }
    }
    expect([...packets.keys()].sort()).toEqual([0, 1, 2]);
    expect(packets.get(0)).toHaveLength(60);
    for (const [stream, list] of packets) expect(list).toEqual(await asFfmpegReads(file, stream));
  });

  test('refuses what is not NUT', () => {
    const reader = createNutReader();
    expect(() => [...reader.push(Buffer.from('RIFF this is not what was asked for at all'))]).toThrow('NUT');
  });
});
