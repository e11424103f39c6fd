import { extname } from 'node:path';
import {
  CONTAINERS,
  containerOfExtension,
  isImageSequence,
  type Container,
  type ContainerId,
  type VideoCodec,
} from '../../core/output/codecs.ts';
import { MontageError } from '../../core/errors.ts';

/**
 * The container that an output's extension picks.
 *
 * @throws MontageError E_CONTAINER for an extension we do not write
 */
export function containerOf(output: string): Container {
  const found = containerOfExtension(extname(output).slice(1));
  if (found !== undefined) return found;
  throw new MontageError({
    code: 'E_CONTAINER',
    message: `'${extname(output)}' is no film or sound file that is written here`,
    where: output,
    stage: 'render',
    hint: `use one of ${CONTAINERS.map((id) => `.${id}`).join(' ')}`,
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
    message: `${extname(output)} does not take ${wanted ?? 'pictures'}: ${containerOf(output).limits}`,
    where: output,
    stage: 'render',
    hint: takes.length === 0 ? 'choose another extension' : `it takes ${takes.join(', ')}`,
  });
}

/** ffmpeg's muxer of a container: an extension alone is ambiguous for some. */
export function muxerOf(id: ContainerId): string {
  switch (id) {
    case 'mp4':
    case 'm4v':
      return 'mp4';
    case 'm4a':
      return 'ipod';
    case 'mkv':
      return 'matroska';
    case 'png':
    case 'jpg':
      return 'image2';
    case 'mov':
    case 'webm':
    case 'wav':
    case 'mp3':
    case 'opus':
    case 'flac':
    case 'gif':
    case 'webp':
      return id;
  }
}

/** What segments of a codec are kept in: a container that holds it, with times that joining can read. */
export function segmentExtension(codec: VideoCodec): 'mp4' | 'mov' | 'mkv' {
  switch (codec) {
    case 'h264':
    case 'hevc':
    case 'hevc10':
      return 'mp4';
    case 'prores422':
    case 'prores422hq':
    case 'prores4444':
    case 'dnxhr':
    case 'dnxhrhqx':
      return 'mov';
    case 'vp9':
    case 'av1':
    case 'gif':
    case 'webp':
    case 'png':
    case 'jpeg':
      return 'mkv';
  }
}

/** Whether the film is made from its segments by encoding them again: animations and image sequences. */
export function isMadeFromPictures({ id }: Container): boolean {
  return isImageSequence(id) || id === 'gif' || id === 'webp';
}
