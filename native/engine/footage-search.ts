import type { PersonDecision } from '../../core/analysis/identity.ts';
import { isNumbered } from '../../core/analysis/diarize.ts';
import type { Evidence } from '../../core/analysis/evidence.ts';
import { OBJECT_LABELS } from '../../core/analysis/object-detector.ts';
import { startOfFrame } from '../../core/media/frames.ts';
import type { Media, MediaId } from '../../core/media/media.ts';
import type { Look } from '../../core/search/look-alikes.ts';
import { momentsOf, type Moment } from '../../core/search/moments.ts';
import type { NamedAppearance, SearchPage, SearchPath, SearchQuery } from '../../core/search/query.ts';
import { searchMoments } from '../../core/search/search.ts';
import { ZERO_FLICKS } from '../../core/time/flicks.ts';
import type { Project } from '../project/project.ts';
import type { EngineParts } from './parts.ts';
import { listPeople } from './people-room.ts';
import { createSearchVectors } from './search-vectors.ts';

/** Answers searches over a project's footage; what can be found in a file is read once, and again when it changes. */
export function footageSearch({ project, models }: Pick<EngineParts, 'project' | 'models'>) {
  const vectors = createSearchVectors(project, models);
  const known = new Map<MediaId, readonly Moment[]>();
  let voices: readonly NamedAppearance[] | undefined;
  project.events.subscribe((event) => {
    if (event.kind !== 'analysis-changed' && event.kind !== 'media-changed') return;
    known.delete(event.mediaId);
    voices = undefined;
  });
  const momentsIn = (media: Media): readonly Moment[] => {
    const moments = known.get(media.id) ?? readMoments(project, media);
    known.set(media.id, moments);
    return moments;
  };
  return async (query: SearchQuery, signal?: AbortSignal): Promise<SearchPage> => {
    signal?.throwIfAborted();
    const moments = project.media.list().flatMap(momentsIn);
    const look =
      query.like === undefined ? undefined : lookAt(momentsIn(project.media.known(query.like.mediaId)), query.like);
    voices ??= namedVoices(project);
    // Who is who takes a while to tell, and nobody has a name unless the user gave one.
    const people = [...(project.people.decisions().some(isNamed) ? namedFaces(project) : []), ...voices];
    const { lists, paths } = await vectors(query, signal);
    const page = searchMoments(query, {
      moments,
      people,
      lexicon: { objects: OBJECT_LABELS, people: [...new Set(people.map(({ name }) => name))] },
      look,
      vectors: lists,
    });
    return { ...page, paths: [...pathsOf(query, look), ...paths] };
  };
}

function readMoments(project: Project, media: Media): readonly Moment[] {
  const { name, duration, kind } = media;
  const frames = project.media.source(media.id)?.frames;
  const analysis = { mediaId: media.id, results: project.analysis.results(media.id) };
  return momentsOf({ name, duration, kind, frames, analysis });
}

function lookAt(moments: readonly Moment[], { frame }: { readonly frame: number }): Look | undefined {
  const at = moments.find(({ span }) => span.kind === 'frames' && span.firstFrame <= frame && frame <= span.lastFrame);
  return at?.look;
}

function isNamed({ kind }: PersonDecision): boolean {
  return kind === 'name';
}

function namedFaces(project: Project): readonly NamedAppearance[] {
  return listPeople(project).flatMap(({ name, appearances }) =>
    name === null
      ? []
      : appearances.map(({ mediaId, inPicture: { firstFrame, lastFrame } }) => {
          const frames = project.media.source(mediaId)?.frames;
          const timeOf = (frame: number) => (frames === undefined ? ZERO_FLICKS : startOfFrame(frames, frame));
          return { name, by: 'face', mediaId, start: timeOf(firstFrame), end: timeOf(lastFrame + 1) };
        }),
  );
}

/** What a transcript says of who speaks stands before what was heard. */
function namedVoices(project: Project): readonly NamedAppearance[] {
  const find = { measure: 'speaker' };
  const isNameless = ({ kind, label }: Evidence) => kind === 'speakers' && (label === undefined || isNumbered(label));
  const found: Evidence[] = [];
  for (;;) {
    const page = project.analysis.find({ find, during: [], order: 'time', limit: 10_000, offset: found.length });
    found.push(...page.found);
    if (found.length >= page.total || page.found.length === 0) break;
  }
  return found.flatMap((one) =>
    isNameless(one)
      ? []
      : [{ name: one.label ?? '', by: 'voice', mediaId: one.mediaId, start: one.start, end: one.end }],
  );
}

function pathsOf({ text, like }: SearchQuery, look: Look | undefined): readonly SearchPath[] {
  const evidence = { path: 'evidence', used: text !== undefined, model: null, because: null } as const;
  const unlooked =
    like !== undefined && look === undefined ? 'the shot of this picture has not been measured yet' : null;
  const descriptor = { path: 'descriptor', used: look !== undefined, model: null, because: unlooked } as const;
  return [evidence, descriptor];
}
