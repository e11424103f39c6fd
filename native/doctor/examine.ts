import { statfs } from 'node:fs/promises';
import { availableParallelism, cpus, freemem, tmpdir, totalmem } from 'node:os';
import { MontageError, type Fault } from '../../core/errors.ts';
import { findFfmpeg, type FfmpegTools } from '../ffmpeg/find.ts';
import { tryEncoders, type EncoderTrial } from './encoders.ts';
import { tryProviders, type ProviderTrial } from './providers.ts';

/** What this machine can do for Montage, found by trying. */
export type Examination = {
  readonly node: string;
  readonly ffmpeg: { readonly path: string; readonly version: string } | null;
  readonly encoders: readonly EncoderTrial[];
  readonly providers: readonly ProviderTrial[];
  readonly disk: readonly { readonly path: string; readonly freeBytes: number; readonly totalBytes: number }[];
  readonly memory: { readonly totalBytes: number; readonly freeBytes: number };
  readonly processor: { readonly model: string; readonly threads: number };
  /** What is missing that Montage needs. */
  readonly faults: readonly Fault[];
};

/** Tries what Montage relies on; nothing is changed, and what is missing is told instead of thrown. */
export async function examine(): Promise<Examination> {
  const tools = await findFfmpeg().catch((error: unknown) => {
    if (error instanceof MontageError) return error;
    throw error;
  });
  return {
    node: process.versions.node,
    ffmpeg: isTools(tools) ? { path: tools.ffmpeg, version: tools.version } : null,
    encoders: isTools(tools) ? await tryEncoders(tools) : [],
    providers: await tryProviders(),
    disk: await Promise.all([...new Set([process.cwd(), tmpdir()])].map(spaceAt)),
    memory: { totalBytes: totalmem(), freeBytes: freemem() },
    processor: { model: cpus()[0]?.model.trim() ?? 'unknown', threads: availableParallelism() },
    faults: isTools(tools) ? [] : [tools.fault],
  };
}

function isTools(found: FfmpegTools | MontageError): found is FfmpegTools {
  return !(found instanceof MontageError);
}

async function spaceAt(path: string): Promise<Examination['disk'][number]> {
  const { bavail, blocks, bsize } = await statfs(path);
  return { path, freeBytes: bavail * bsize, totalBytes: blocks * bsize };
}
