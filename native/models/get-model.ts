import { createHash } from 'node:crypto';
import { createReadStream, mkdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { MontageError } from '../../core/errors.ts';
import { fileFault } from '../files.ts';
import { download } from '../network.ts';
import type { CatalogueModel, ModelFile } from './catalogue.ts';
import { fileHash } from './file-hash.ts';
import { modelBytes } from './catalogue.ts';

/** That the user has agreed to this very download; made where the user is asked, nowhere else. */
export type DownloadConsent = { readonly kind: 'consent'; readonly modelId: string };

export type GetOptions = {
  /** The user's model folder. */
  readonly folder: string;
  readonly consent: DownloadConsent;
  readonly signal?: AbortSignal | undefined;
  /** 0–1 by bytes of all files. */
  readonly onProgress?: ((fraction: number) => void) | undefined;
  /** How long the server may be silent. */
  readonly stallMs?: number | undefined;
};

type RecordedFile = Extract<ModelFile, { readonly sha256: string }>;

const STALL_MS = 30_000;
/** A cut connection is taken up again where it ended, this often. */
const TRIES = 5;

/**
 * Downloads a model's files: what is there in part is continued, every file is verified and only then named. What is
 * there already and right is left alone.
 *
 * @throws MontageError E_CONSENT, E_MODEL_NO_ADDRESS, E_MODEL_WRONG_BYTES, E_NETWORK, E_STALLED, E_CANCELLED, E_NO_SPACE, E_PERMISSION
 */
export async function getModel(model: CatalogueModel, options: GetOptions): Promise<void> {
  if (options.consent.modelId !== model.id) {
    throw new MontageError({ code: 'E_CONSENT', message: 'the user has not agreed to this download', where: model.id });
  }
  const total = modelBytes(model);
  let done = 0;
  for (const file of model.files) {
    const before = done;
    await getFile(file, options, (bytes) => options.onProgress?.((before + bytes) / total));
    done += file.bytes ?? 0;
  }
  options.onProgress?.(1);
}

async function getFile(file: ModelFile, options: GetOptions, report: (bytes: number) => void): Promise<void> {
  const target = join(options.folder, file.path);
  if (file.sha256 !== null && sizeOf(target) === file.bytes && (await fileHash(target)) === file.sha256) return;
  if (file.url === null) {
    const message = 'no official address of this file is known';
    const hint =
      file.sha256 === null
        ? 'put it in a folder of your own and name that in MONTAGE_MODELS_DIR'
        : 'put it in the model folder by hand';
    throw new MontageError({ code: 'E_MODEL_NO_ADDRESS', message, where: target, hint });
  }
  const partial = `${target}.part`;
  try {
    mkdirSync(dirname(target), { recursive: true });
    if (sizeOf(partial) > file.bytes) rmSync(partial, { force: true });
    await fill({ file, url: file.url, partial, options, report });
  } catch (error) {
    throw fileFault(error, target);
  }
  await verify(file, partial);
  renameSync(partial, target);
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}

type Filling = {
  readonly file: RecordedFile;
  readonly url: string;
  readonly partial: string;
  readonly options: GetOptions;
  readonly report: (bytes: number) => void;
};

async function fill(filling: Filling): Promise<void> {
  const { file, partial } = filling;
  for (let tries = 1; sizeOf(partial) < file.bytes; tries += 1) {
    const before = sizeOf(partial);
    try {
      await fetchRest(filling, before);
      // A server that ends early and politely.
      if (sizeOf(partial) < file.bytes && tries >= TRIES) throw networkFault(filling.url, 'it ended before its length');
    } catch (error) {
      const lasting = error instanceof MontageError && error.fault.code !== 'E_NETWORK';
      if (lasting || tries >= TRIES) throw error;
      // As long as something arrives, it goes on.
      if (sizeOf(partial) > before) tries = 0;
    }
  }
}

async function fetchRest({ file, url, partial, options, report }: Filling, from: number): Promise<void> {
  const answer = await download(url, { from, signal: options.signal, stallMs: options.stallMs ?? STALL_MS });
  // A server without ranges starts over.
  const output = await open(partial, answer.from === 0 ? 'w' : 'a');
  let size = answer.from;
  try {
    for await (const chunk of answer.chunks) {
      size += chunk.length;
      if (size > file.bytes) throw wrongBytes(partial, `it is longer than the ${file.bytes} bytes of the catalogue`);
      await writeAll(output, chunk);
      report(size);
    }
  } catch (error) {
    if (error instanceof MontageError && error.fault.code === 'E_MODEL_WRONG_BYTES') rmSync(partial, { force: true });
    throw error;
  } finally {
    await output.close();
  }
}

async function writeAll(output: FileHandle, chunk: Uint8Array): Promise<void> {
  for (let at = 0; at < chunk.length; ) at += (await output.write(chunk, at)).bytesWritten;
}

async function verify(file: RecordedFile, partial: string): Promise<void> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(partial)) if (chunk instanceof Uint8Array) hash.update(chunk);
  if (hash.digest('hex') === file.sha256) return;
  rmSync(partial, { force: true });
  throw wrongBytes(partial, 'its SHA-256 is not that of the catalogue');
}

function wrongBytes(where: string, what: string): MontageError {
  const hint = 'nothing was kept; try again later or from another network';
  return new MontageError({
    code: 'E_MODEL_WRONG_BYTES',
    message: `the server sent a wrong file: ${what}`,
    where,
    hint,
  });
}

function networkFault(where: string, what: string): MontageError {
  return new MontageError({ code: 'E_NETWORK', message: `the download failed: ${what}`, where, hint: 'try again' });
}
