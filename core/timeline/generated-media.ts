import { mediaId, type MediaId } from '../media/media.ts';
import { ZERO_FLICKS } from '../time/flicks.ts';
import { frameOfTime } from '../time/rate.ts';
import { timelineDuration } from './lookup.ts';
import type { Source, SourceLookup, Timeline, TimelineId } from './timeline.ts';

/** The media of every title: endless, and no file. */
export const TITLE_MEDIA: MediaId = mediaId('title:');

const NESTED = 'timeline:';

/** The media id under which clips play a nested timeline. */
export function nestedMedia(id: TimelineId): MediaId {
  return mediaId(`${NESTED}${id}`);
}

/** The nested timeline that a media id means; undefined for files and titles, and where it is not there. */
export function nestedTimeline(root: Timeline, id: MediaId): Timeline | undefined {
  return isNested(id) ? root.nested?.find((nested) => nestedMedia(nested.id) === id) : undefined;
}

/** Whether a media id means a nested timeline, there or not. */
export function isNested(id: MediaId): boolean {
  return id.startsWith(NESTED);
}

/** Whether a media id means a title or a nested timeline, so that no file is behind it. */
export function isGenerated(id: MediaId): boolean {
  return id === TITLE_MEDIA || isNested(id);
}

/**
 * The sources of a timeline's clips: files as `sources` knows them, titles, and nested timelines by their length. A
 * nested timeline's clips have the sources of the one that holds it.
 */
export function sourcesOf(root: Timeline, sources: SourceLookup): SourceLookup {
  return {
    source: (id) => {
      if (!isGenerated(id)) return sources.source(id);
      if (id === TITLE_MEDIA) return TITLE_SOURCE;
      const nested = nestedTimeline(root, id);
      return nested === undefined ? sources.source(id) : nestedSource(nested);
    },
  };
}

const TITLE_SOURCE: Source = { frames: { kind: 'still' }, audio: undefined };

function nestedSource(nested: Timeline): Source {
  const end = timelineDuration(nested);
  return {
    frames: { kind: 'constant', rate: nested.rate, frameCount: frameOfTime(end, nested.rate, 'ceil') },
    audio: { start: ZERO_FLICKS, end },
  };
}
