import type { ProjectEvent } from '../library/events.ts';
import { mediaEntry } from './media-entry.ts';
import type { EngineParts } from './parts.ts';

/** Tells clients of what was committed to the project, with what they show of it. */
export function translateEvents(parts: EngineParts): () => void {
  return parts.project.events.subscribe((event) => translate(parts, event));
}

function translate(parts: EngineParts, event: ProjectEvent): void {
  const { events, project } = parts;
  switch (event.kind) {
    case 'media-changed': {
      const media = project.media.get(event.mediaId);
      if (media === undefined) events.publish({ kind: 'mediaRemoved', mediaId: event.mediaId });
      else events.publish({ kind: 'mediaChanged', entry: mediaEntry(parts, media) });
      return;
    }
    case 'analysis-changed': {
      events.publish({ kind: 'analysisChanged', mediaId: event.mediaId, kinds: [event.result] });
      events.publish({ kind: 'mediaChanged', entry: mediaEntry(parts, project.media.known(event.mediaId)) });
      return;
    }
    case 'timeline-created': {
      const timeline = project.timelines.list().find(({ id }) => id === event.timelineId);
      if (timeline !== undefined) events.publish({ kind: 'timelineCreated', timeline });
      markSaved(parts);
      return;
    }
    case 'timeline-edited': {
      events.publish({ kind: 'timelineEdited', timelineId: event.timelineId, outcome: event.outcome });
      markSaved(parts);
      return;
    }
    case 'suggestion-changed': {
      const { decided } = project.suggestions.get(event.suggestionId);
      events.publish({ kind: 'suggestionChanged', suggestionId: event.suggestionId, decided });
      return;
    }
    case 'timeline-removed':
    case 'job-changed':
    case 'job-removed':
      return;
  }
}

function markSaved({ saved, clock, events }: EngineParts): void {
  saved.atMs = clock.now();
  events.publish({ kind: 'projectSaved', atMs: saved.atMs });
}
