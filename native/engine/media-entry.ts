import type { MediaEntry } from '../../core/contract/model.ts';
import type { Media } from '../../core/media/media.ts';
import type { EngineParts } from './parts.ts';

/** What the bin shows of a file. */
export function mediaEntry({ project, ingest }: EngineParts, media: Media): MediaEntry {
  const summary = project.analysis.summary(media.id);
  return { media, ingest: ingest.stateOf(media), assets: ingest.assetsOf(media), summary };
}
