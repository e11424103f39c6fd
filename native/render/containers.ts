import { extname } from 'node:path';
import { MontageError } from '../../core/errors.ts';
import type { AudioCodec, VideoCodec } from './render-plan.ts';

/** What a file extension stands for: codecs it takes, the usual one first. No pictures: a sound file. */
export type Container = { readonly video: readonly VideoCodec[]; readonly audio: readonly AudioCodec[] };

const CONTAINERS: Readonly<Record<string, Container>> = {
  '.mp4': { video: ['h264', 'hevc', 'vp9'], audio: ['aac', 'opus', 'mp3', 'flac'] },
  '.m4v': { video: ['h264', 'hevc'], audio: ['aac'] },
  '.mov': { video: ['h264', 'hevc'], audio: ['aac', 'pcm', 'mp3'] },
  '.mkv': { video: ['h264', 'hevc', 'vp9'], audio: ['aac', 'opus', 'mp3', 'flac', 'pcm'] },
  '.webm': { video: ['vp9'], audio: ['opus'] },
  '.m4a': { video: [], audio: ['aac'] },
  '.wav': { video: [], audio: ['pcm'] },
  '.mp3': { video: [], audio: ['mp3'] },
  '.opus': { video: [], audio: ['opus'] },
  '.flac': { video: [], audio: ['flac'] },
};

/**
 * The container that an output's extension picks.
 *
 * @throws MontageError E_CONTAINER for an extension we do not write
 */
export function containerOf(output: string): Container {
  const found = CONTAINERS[extname(output).toLowerCase()];
  if (found !== undefined) return found;
  throw new MontageError({
    code: 'E_CONTAINER',
    message: `'${extname(output)}' is no film or sound file that is written here`,
    where: output,
    stage: 'render',
    hint: `use one of ${Object.keys(CONTAINERS).join(' ')}`,
  });
}

/**
 * The wanted codec, or the container's usual one.
 *
 * @throws MontageError E_CONTAINER when the container does not take the wanted one
 */
export function codecFor<Codec extends string>(
  output: string,
  takes: readonly Codec[],
  wanted: Codec | undefined,
): Codec {
  const codec = wanted ?? takes[0];
  if (codec !== undefined && takes.includes(codec)) return codec;
  throw new MontageError({
    code: 'E_CONTAINER',
    message: `${extname(output)} does not take ${wanted ?? 'pictures'}`,
    where: output,
    stage: 'render',
    hint: takes.length === 0 ? 'choose another extension' : `it takes ${takes.join(', ')}`,
  });
}
