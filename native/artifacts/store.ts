import { createReadStream, mkdirSync, readdirSync, renameSync, rmSync, statSync, type ReadStream } from 'node:fs';
import { mkdir, mkdtemp, open, readFile } from 'node:fs/promises';
import { dirname, extname, join } from 'node:path';
import { assert, MontageError } from '../../core/errors.ts';
import { pathFault } from '../engine/path-faults.ts';
import type { IdSource } from '../ids.ts';
import { syncFolder } from '../project/file-system.ts';

export type StoredArtifact = {
  readonly key: string;
  readonly path: string;
  readonly sizeBytes: number;
  /** False where it was there already and nothing was made. */
  readonly made: boolean;
};

const KEY = /^[0-9a-f]{64}(\.[a-z0-9]{1,8})?$/;
const UNFINISHED = 'unfinished';

/**
 * Results on disk under names that say what they are made of. An artifact that exists is whole: it is written under a
 * temporary name, synced and renamed. So it is also the checkpoint of the step that made it.
 */
export class ArtifactStore {
  readonly folder: string;
  readonly #ids: IdSource;
  readonly #underWay = new Map<string, Promise<StoredArtifact>>();

  constructor(folder: string, ids: IdSource) {
    this.folder = folder;
    this.#ids = ids;
  }

  /** Where an artifact lies or would lie. */
  path(key: string): string {
    assert(KEY.test(key), 'artifact keys come from artifactKey');
    return join(this.folder, key.slice(0, 2), key);
  }

  has(key: string): boolean {
    return statSync(this.path(key), { throwIfNoEntry: false })?.isFile() === true;
  }

  /** Bytes of an artifact; undefined where there is none. */
  sizeOf(key: string): number | undefined {
    return statSync(this.path(key), { throwIfNoEntry: false })?.size;
  }

  /**
   * The whole artifact in memory.
   *
   * @throws MontageError E_ARTIFACT_MISSING when the cache was emptied: make it again
   */
  async get(key: string): Promise<Buffer> {
    this.#demand(key);
    return readFile(this.path(key));
  }

  /**
   * A stream over an artifact or over bytes `start` to `end` inclusive of it.
   *
   * @throws MontageError E_ARTIFACT_MISSING
   */
  open(key: string, range?: { readonly start: number; readonly end: number }): ReadStream {
    this.#demand(key);
    return createReadStream(this.path(key), range ?? {});
  }

  /** Keeps bytes under a key; what exists stays as it is. */
  put(key: string, bytes: Uint8Array | string): Promise<StoredArtifact> {
    return this.#once(key, (path) => written(path, bytes));
  }

  /**
   * Makes an artifact unless it exists or is being made, which is then waited for. `produce` writes to the path it is given, which has the key's extension; when it
   * resolves the file is synced and named, when it fails nothing is left.
   *
   * @throws MontageError E_NO_SPACE, E_NO_PERMISSION, E_READ_ONLY, and whatever `produce` throws
   */
  make(key: string, produce: (path: string) => Promise<void>): Promise<StoredArtifact> {
    return this.#once(key, async (path) => {
      await produce(path);
      return synced(path);
    });
  }

  async #once(key: string, write: Write): Promise<StoredArtifact> {
    for (let other = this.#underWay.get(key); other !== undefined; other = this.#underWay.get(key)) {
      // Its failure may be its own (it was cancelled): then this one makes it.
      await other.catch(() => undefined);
    }
    const existing = this.sizeOf(key);
    if (existing !== undefined) return { key, path: this.path(key), sizeBytes: existing, made: false };
    const making = this.#make(key, write).finally(() => this.#underWay.delete(key));
    this.#underWay.set(key, making);
    return making;
  }

  async #make(key: string, write: Write): Promise<StoredArtifact> {
    const path = this.path(key);
    const temporary = join(this.folder, UNFINISHED, `${this.#ids.id('part')}${extname(key)}`);
    try {
      mkdirSync(dirname(temporary), { recursive: true });
      const sizeBytes = await write(temporary);
      mkdirSync(dirname(path), { recursive: true });
      renameSync(temporary, path);
      syncFolder(dirname(path));
      return { key, path, sizeBytes, made: true };
    } catch (error) {
      rmSync(temporary, { force: true });
      throw pathFault(error, this.folder, 'artifacts');
    }
  }

  /** Forgets an artifact; it can be made again. */
  remove(key: string): void {
    rmSync(this.path(key), { force: true });
  }

  /** A new empty folder for passing files of a step; its maker removes it, a crash leaves it to {@link sweep}. */
  async workFolder(): Promise<string> {
    const folder = join(this.folder, UNFINISHED);
    await mkdir(folder, { recursive: true });
    return mkdtemp(join(folder, 'work-'));
  }

  /** Removes what a crash left half-written; gives how many files. Only the engine that holds the project may. */
  sweep(): number {
    const folder = join(this.folder, UNFINISHED);
    const left = filesIn(folder);
    rmSync(folder, { recursive: true, force: true });
    return left.length;
  }

  /** How much the finished artifacts take. */
  usage(): { readonly count: number; readonly bytes: number } {
    const folders = filesIn(this.folder).filter((name) => name !== UNFINISHED);
    const sizes = folders.flatMap((name) =>
      filesIn(join(this.folder, name)).map((file) => statSync(join(this.folder, name, file)).size),
    );
    return { count: sizes.length, bytes: sizes.reduce((sum, size) => sum + size, 0) };
  }

  #demand(key: string): void {
    if (this.has(key)) return;
    const hint = 'import or analyse the media again';
    throw new MontageError({
      code: 'E_ARTIFACT_MISSING',
      message: 'a cached result is gone',
      where: this.path(key),
      hint,
    });
  }
}

/** Writes and syncs the file of a path and gives its size. */
type Write = (path: string) => Promise<number>;

async function written(path: string, bytes: Uint8Array | string): Promise<number> {
  const file = await open(path, 'w');
  try {
    await file.writeFile(bytes);
    await file.sync();
    return Buffer.byteLength(bytes);
  } finally {
    await file.close();
  }
}

async function synced(path: string): Promise<number> {
  const file = await open(path, 'r+');
  try {
    await file.sync();
    return (await file.stat()).size;
  } finally {
    await file.close();
  }
}

function filesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
