import { mkdirSync, readdirSync, readFileSync, statSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { ArtifactStore } from '../../../native/artifacts/store.ts';
import { findFfmpeg } from '../../../native/ffmpeg/find.ts';
import { randomIds } from '../../../native/ids.ts';
import { ingest } from '../../../native/ingest/ingest.ts';
import type { IngestPorts } from '../../../native/ingest/ports.ts';
import { probe } from '../../../native/media/probe.ts';
import { runProgram } from '../../../native/process/programs.ts';
import { numberedClip } from '../../media/numbered-clip.ts';
import { temporaryFolder } from '../../temporary-folder.ts';

const OPTIONS = { proxyLines: 360, analysers: ['shots', 'loudness'] } as const;
const clip = () => numberedClip({ clip: 31, rate: '25', frames: 600, width: 640, height: 360 });

async function setUp(folder: string, more: Partial<IngestPorts> = {}) {
  const path = await clip();
  const artifacts = new ArtifactStore(folder, randomIds);
  const media = { path, facts: await probe(path) };
  const ports = { tools: await findFfmpeg(), artifacts, ...more };
  const left = () => [artifacts.usage().count, ...readdirSync(join(folder, 'unfinished'))];
  return { left, run: () => ingest(media, OPTIONS, ports) };
}

/** Process ids of the ffmpeg that this process runs (Linux). */
function ffmpegChildren(): readonly number[] {
  const children = readFileSync(`/proc/${process.pid}/task/${process.pid}/children`, 'utf8').trim().split(' ');
  return children.filter((pid) => pid !== '' && readFileSync(`/proc/${pid}/comm`, 'utf8') === 'ffmpeg\n').map(Number);
}

describe('ingest that cannot go on', () => {
  test.skipIf(process.platform !== 'linux')(
    'ffmpeg killed in the middle: a code, and nothing half written',
    async () => {
      const killed: number[] = [];
      const { left, run } = await setUp(temporaryFolder(), {
        onProgress(part) {
          if (part < 0.2 || killed.length > 0) return;
          killed.push(...ffmpegChildren());
          for (const pid of killed) process.kill(pid, 'SIGKILL');
        },
      });
      await expect(run()).rejects.toMatchObject({ fault: { code: 'E_FFMPEG_KILLED', stage: 'ingest' } });
      expect(killed).toHaveLength(1);
      expect(left()).toEqual([0]);
      // The next try is not harmed by the first.
      expect((await run()).runs).toBe(1);
    },
  );

  test('a full disk: E_NO_SPACE, and nothing left on it', async ({ skip }) => {
    const disk = join(temporaryFolder(), 'disk');
    mkdirSync(disk);
    const mounted = await runProgram('mount', ['-t', 'tmpfs', '-o', 'size=400k', 'tmpfs', disk]);
    if (mounted.exitCode !== 0) skip('mounting a small disk needs root');
    onTestFinished(async () => {
      await runProgram('umount', ['-l', disk]);
    });
    const { left, run } = await setUp(disk);
    await expect(run()).rejects.toMatchObject({ fault: { code: 'E_NO_SPACE' } });
    expect(left()).toEqual([0]);
  });

  test('a film with sound that ends early says so', async () => {
    const path = await numberedClip({ clip: 32, rate: '25', frames: 200, output: ['-movflags', '+faststart'] });
    const own = join(temporaryFolder(), 'short.mp4');
    await runProgram('cp', [path, own]);
    // Cut short after it was looked at, as by a copy that failed.
    const media = { path: own, facts: await probe(own) };
    truncateSync(own, Math.floor(statSync(own).size / 2));
    const ports = { tools: await findFfmpeg(), artifacts: new ArtifactStore(temporaryFolder(), randomIds) };
    const { remarks, sourceFrames } = await ingest(media, OPTIONS, ports);
    expect(remarks.map(({ code }) => code)).toContain('truncated');
    expect(sourceFrames?.kind === 'constant' ? sourceFrames.frameCount : 0).toBeLessThan(150);
  });
});
