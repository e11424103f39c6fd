import { copyFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { importPaths } from '../../../native/engine/media-import.ts';
import { temporaryFolder } from '../../temporary-folder.ts';
import { openTestProject } from '../open-test-project.ts';

/** A second of silence as 16-bit PCM; another `pitch` makes other content. */
function wave(path: string, pitch = 0): string {
  const samples = 8000;
  const head = Buffer.alloc(44);
  head.write('RIFF', 0);
  head.writeUInt32LE(36 + samples * 2, 4);
  head.write('WAVEfmt ', 8);
  head.writeUInt32LE(16, 16);
  head.writeUInt16LE(1, 20);
  head.writeUInt16LE(1, 22);
  head.writeUInt32LE(8000, 24);
  head.writeUInt32LE(16_000, 28);
  head.writeUInt16LE(2, 32);
  head.writeUInt16LE(16, 34);
  head.write('data', 36);
  head.writeUInt32LE(samples * 2, 40);
  writeFileSync(path, Buffer.concat([head, Buffer.alloc(samples * 2, pitch)]));
  return path;
}

const inspected: string[] = [];
vi.mock(import('../../../native/media/probe.ts'), async (original) => {
  const probe = await original();
  return {
    ...probe,
    inspectMedia: (path, options) => {
      inspected.push(path);
      return probe.inspectMedia(path, options);
    },
  };
});

afterEach(() => {
  inspected.length = 0;
});

describe('importing what the project has', () => {
  it('looks into no file twice, wherever it lies now', async () => {
    const { media } = await openTestProject();
    const folder = temporaryFolder();
    const [first, second] = [wave(join(folder, 'a.wav')), wave(join(folder, 'b.wav'), 1)];
    expect((await importPaths(media, [folder])).added).toHaveLength(2);
    // Several are looked into side by side.
    expect(inspected.toSorted()).toEqual([first, second]);

    copyFileSync(first, join(folder, 'copy of a.wav'));
    renameSync(second, join(folder, 'moved.wav'));
    const again = await importPaths(media, [folder]);
    expect(inspected).toHaveLength(2);
    expect(again.added).toEqual([]);
    expect(again.known.map(({ media: { path } }) => path)).toEqual([first, first, join(folder, 'moved.wav')]);
    expect(media.list()).toHaveLength(2);
  });

  it('looks into a file whose content changed, and keeps the old media as offline', async () => {
    const { media } = await openTestProject();
    const path = wave(join(temporaryFolder(), 'a.wav'));
    await importPaths(media, [path]);
    wave(path, 1);
    expect((await importPaths(media, [path])).added).toHaveLength(1);
    expect(media.list().map(({ online }) => online)).toEqual([false, true]);
  });
});
