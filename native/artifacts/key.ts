import { createHash } from 'node:crypto';
import { contentHash, type Fingerprint } from '../../core/media/media.ts';

/** Everything that decides what an artifact holds: the same ingredients make the same bytes. */
export type Ingredients = {
  /** The content it is made from; null where it is made from no file. */
  readonly media: Fingerprint | null;
  readonly step: string;
  readonly stepVersion: number;
  readonly parameters?: Readonly<Record<string, unknown>> | undefined;
  /** The part of the source it covers, e.g. first and last frame; null for all of it. */
  readonly range?: readonly [number, number] | null | undefined;
  /** What made it and could make other bytes: ffmpeg build, provider. */
  readonly build?: string | undefined;
  /** File extension without the dot, where a program looks at it. */
  readonly extension?: string | undefined;
};

/** An artifact's name: SHA-256 over its ingredients, whatever order their keys came in, with its extension. */
export function artifactKey(ingredients: Ingredients): string {
  const { media, step, stepVersion, parameters = {}, range = null, build = '', extension = '' } = ingredients;
  const content = media === null ? null : [media.sizeBytes, contentHash(media)];
  const text = JSON.stringify(['montage.artifact/1', content, step, stepVersion, sorted(parameters), range, build]);
  const hash = createHash('sha256').update(text).digest('hex');
  return extension === '' ? hash : `${hash}.${extension}`;
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(([, part]) => part !== undefined);
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, part]) => [key, sorted(part)]));
}
