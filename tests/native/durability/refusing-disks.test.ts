import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, chownSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { MontageError } from '../../../core/errors.ts';
import { artifactKey } from '../../../native/artifacts/key.ts';
import { editId } from '../../../core/timeline/edit.ts';
import { emptyTimeline, putMarker } from '../library/marker-engine.ts';
import { numbersKind } from '../jobs/numbers-kind.ts';
import { openTestProject, testQueue } from '../open-test-project.ts';
import { temporaryFolder } from '../../temporary-folder.ts';

const UNPRIVILEGED = fileURLToPath(new URL('unprivileged.ts', import.meta.url));
const NOBODY = 65_534;
const isRoot = process.getuid?.() === 0;

/** What opening answers somebody without rights: a code, or `opened <cache folder>`. */
async function asNobody(action: 'open' | 'create', path: string, cache: string): Promise<string> {
  const env = { ...process.env, MONTAGE_CACHE_DIR: cache };
  const child = spawn(process.execPath, [UNPRIVILEGED, String(NOBODY), action, path], {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [printed] = await Promise.all([text(child.stdout), once(child, 'exit')]);
  return printed;
}

describe('somebody without rights', () => {
  it('is told what cannot be written or read, and nothing changes', async () => {
    const folder = temporaryFolder();
    chmodSync(folder, 0o755);
    const cache = join(folder, 'user-cache');
    mkdirSync(cache);
    const path = join(folder, 'film.montage');
    (await openTestProject(path)).close();
    const before = readFileSync(path);
    const names = readdirSync(folder);

    chmodSync(path, 0o444);
    chmodSync(folder, 0o555);
    expect(await asNobody('open', path, cache)).toBe('E_PROJECT_READ_ONLY');
    expect(await asNobody('create', join(folder, 'other.montage'), cache)).toBe('E_PROJECT_READ_ONLY');
    chmodSync(path, 0o666);
    expect(await asNobody('open', path, cache)).toBe('E_PROJECT_READ_ONLY');
    if (isRoot) {
      chmodSync(path, 0o600);
      expect(await asNobody('open', path, cache)).toBe('E_PROJECT_UNREADABLE');
    }
    chmodSync(folder, 0o755);
    expect(readFileSync(path)).toEqual(before);
    expect(readdirSync(folder)).toEqual(names);
  });

  it.runIf(isRoot)('whose cache beside the project cannot be written gets one of their own', async () => {
    const folder = temporaryFolder();
    chmodSync(folder, 0o777);
    const cache = join(folder, 'user-cache');
    const path = join(folder, 'film.montage');
    (await openTestProject(path)).close();
    chmodSync(path, 0o666);
    mkdirSync(cache);
    chownSync(cache, NOBODY, NOBODY);
    chmodSync(`${path}.cache`, 0o555);
    expect(await asNobody('open', path, cache)).toMatch(new RegExp(`^opened ${cache}/[0-9a-f]{32}$`));
  });
});

/** A disk of 2 MB, or undefined where this machine does not let us make one. */
function smallDisk(): string | undefined {
  const folder = temporaryFolder();
  if (!isRoot) return undefined;
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=2m', 'tmpfs', folder]);
  if (mounted.status !== 0) return undefined;
  onTestFinished(() => {
    execFileSync('umount', ['-l', folder]);
  });
  return folder;
}

function codeOf(work: () => unknown): string {
  try {
    work();
    return 'no error';
  } catch (error) {
    return error instanceof MontageError ? error.fault.code : String(error);
  }
}

describe('a full disk', () => {
  it('is said with a code; what was saved stays, and work goes on when there is room', async ({ skip }) => {
    const disk = smallDisk();
    if (disk === undefined) return skip('no small disk can be made here');
    const path = join(disk, 'film.montage');
    const project = await openTestProject(path);
    const timeline = emptyTimeline();
    project.timelines.create(timeline);
    const gesture = (id: string) => ({ editId: editId(id), author: 'you' });
    project.timelines.applyAt(timeline.id, gesture('e1'), putMarker('m', 'one'));
    const queue = testQueue(project);
    const key = artifactKey({ media: null, step: 'big', stepVersion: 1 });
    const kind = numbersKind(async (shard, { artifacts }) => {
      await artifacts.put(key, Buffer.alloc(4_000_000));
      return { value: shard };
    });
    queue.start();
    const job = queue.add(kind, { count: 1 });
    expect(await queue.wait(job)).toMatchObject({ state: 'failed', fault: { code: 'E_NO_SPACE' } });
    expect(project.artifacts.usage().count).toBe(0);

    const filler = join(disk, 'filler');
    expect(codeOf(() => writeFileSync(filler, Buffer.alloc(4_000_000)))).toMatch(/ENOSPC/);
    const big = putMarker('m', 'x'.repeat(400_000));
    expect(codeOf(() => project.timelines.applyAt(timeline.id, gesture('e2'), big))).toBe('E_NO_SPACE');
    expect(project.timelines.get(timeline.id).timeline.markers.map(({ name }) => name)).toEqual(['one']);
    await expect(project.saveCopy(join(disk, 'copy.montage'))).rejects.toThrow('E_NO_SPACE');
    expect(readdirSync(disk).filter((name) => name.startsWith('copy'))).toEqual([]);

    execFileSync('rm', [filler]);
    expect(project.timelines.applyAt(timeline.id, gesture('e2'), putMarker('m', 'two'))).toMatchObject({ revision: 2 });
    await queue.stop();
    project.close();
    const again = await openTestProject(path);
    expect(again.timelines.get(timeline.id).timeline.markers.map(({ name }) => name)).toEqual(['two']);
  });
});
