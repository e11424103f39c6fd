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
    case 'job-changed':
      jobChanged(parts, event.jobId);
      return;
    case 'job-removed':
      events.publish({ kind: 'jobRemoved', jobId: event.jobId });
      return;
    case 'timeline-removed':
      return;
  }
}

function markSaved({ saved, clock, events }: EngineParts): void {
  saved.atMs = clock.now();
  events.publish({ kind: 'projectSaved', atMs: saved.atMs });
}

function jobChanged(parts: EngineParts, jobId: string): void {
  const { events, project, queue, ingest } = parts;
  const job = queue.find(jobId);
  if (job === undefined) return;
  events.publish({ kind: 'jobChanged', job });
  const mediaId = ingest.mediaOf(job);
  const media = mediaId === undefined ? undefined : project.media.get(mediaId);
  if (media === undefined || ingest.jobOf(media.id) !== job.id) return;
  events.publish({ kind: 'ingestProgress', mediaId: media.id, ingest: ingest.stateOf(media) });
  if (job.state === 'done') events.publish({ kind: 'mediaChanged', entry: mediaEntry(parts, media) });
}
