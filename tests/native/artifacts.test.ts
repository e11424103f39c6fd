import { readdirSync, writeFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { artifactKey, type Ingredients } from '../../native/artifacts/key.ts';
import { ArtifactStore } from '../../native/artifacts/store.ts';
import { randomIds } from '../../native/ids.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const media = { sizeBytes: 10, sampledSha256: 'aa' };
const ingredients: Ingredients = { media, step: 'proxy', stepVersion: 1, parameters: { lines: 540, crf: 23 } };

describe('keys', () => {
  it('follow from every ingredient and not from the order of parameters', () => {
    const variants: readonly Ingredients[] = [
      ingredients,
      { ...ingredients, media: null },
      { ...ingredients, media: { ...media, sizeBytes: 11 } },
      { ...ingredients, media: { ...media, sampledSha256: 'ab' } },
      { ...ingredients, step: 'proxy2' },
      { ...ingredients, stepVersion: 2 },
      { ...ingredients, parameters: { lines: 540, crf: 24 } },
      { ...ingredients, range: [0, 9] },
      { ...ingredients, build: 'ffmpeg 5.1' },
      { ...ingredients, extension: 'mp4' },
    ];
    expect(new Set(variants.map(artifactKey)).size).toBe(variants.length);
    expect(artifactKey({ ...ingredients, parameters: { crf: 23, lines: 540, no: undefined } })).toBe(
      artifactKey(ingredients),
    );
  });
});

describe('an artifact', () => {
  const key = artifactKey({ ...ingredients, extension: 'txt' });

  it('is made once, read whole, in part and by stream, and forgotten', async () => {
    const store = new ArtifactStore(join(temporaryFolder(), 'cache'), randomIds);
    expect(store.has(key)).toBe(false);
    expect(await store.put(key, 'hello')).toMatchObject({ key, sizeBytes: 5, made: true });
    expect(await store.put(key, 'other')).toMatchObject({ sizeBytes: 5, made: false });
    expect((await store.get(key)).toString()).toBe('hello');
    const pieces: Buffer[] = [];
    for await (const piece of store.open(key, { start: 1, end: 3 })) pieces.push(Buffer.from(String(piece)));
    expect(Buffer.concat(pieces).toString()).toBe('ell');
    expect(store.usage()).toEqual({ count: 1, bytes: 5 });
    store.remove(key);
    await expect(store.get(key)).rejects.toThrow('E_ARTIFACT_MISSING');
    expect(() => store.path('../../etc/passwd')).toThrow('broken rule');
  });

  it('that could not be finished leaves nothing, and what a crash left is swept', async () => {
    const folder = temporaryFolder();
    const store = new ArtifactStore(folder, randomIds);
    const failing = store.make(key, async (path) => {
      await writeFile(path, 'half');
      throw Object.assign(new Error('full'), { code: 'ENOSPC' });
    });
    await expect(failing).rejects.toThrow('E_NO_SPACE');
    expect(store.has(key)).toBe(false);
    expect(readdirSync(join(folder, 'unfinished'))).toEqual([]);
    writeFileSync(join(folder, 'unfinished', 'part-1'), 'half');
    await store.put(key, 'whole');
    expect(store.sweep()).toBe(1);
    expect(store.sweep()).toBe(0);
    expect((await store.get(key)).toString()).toBe('whole');
  });

  it('whose making wrote nothing is a failure', async () => {
    const store = new ArtifactStore(temporaryFolder(), randomIds);
    await expect(store.make(key, async () => undefined)).rejects.toThrow('E_NOT_FOUND');
  });
});
