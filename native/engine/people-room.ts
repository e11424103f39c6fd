import type { FaceTrack } from '../../core/analysis/picture-results.ts';
import { peopleOf, type IdentityPrint, type PersonDecision } from '../../core/analysis/identity.ts';
import { bodyOf } from '../../core/analysis/object-tracks.ts';
import { resultOf, type ObjectsResult } from '../../core/analysis/results.ts';
import type { Appearance, PersonEntry } from '../../core/contract/people.ts';
import { MontageError } from '../../core/errors.ts';
import type { MediaId } from '../../core/media/media.ts';
import type { Project } from '../project/project.ts';
import type { Caller } from './caller.ts';
import { toMerge, toName, toSplit } from './identity-decisions.ts';
import type { EngineParts } from './parts.ts';

/** Who is seen: people across all footage, as found and as the user has named, merged and split them. */
export function peopleRoom(caller: Caller, { project }: Pick<EngineParts, 'project'>) {
  const decide = (decisions: readonly PersonDecision[]) => {
    project.people.decide(decisions);
    return listPeople(project);
  };
  return {
    list: caller.people.list.handler(() => listPeople(project)),
    name: caller.people.name.handler(({ input: { personId, name } }) =>
      decide(toName(personOf(project, personId), name)),
    ),
    merge: caller.people.merge.handler(({ input: { personId, otherId } }) =>
      decide(toMerge(personOf(project, personId), personOf(project, otherId))),
    ),
    split: caller.people.split.handler(({ input: { personId, appearanceIds } }) =>
      decide(toSplit(personOf(project, personId), appearanceIds)),
    ),
  };
}

/** @throws MontageError E_PERSON_UNKNOWN */
function personOf(project: Project, id: string): PersonEntry {
  const person = listPeople(project).find((one) => one.id === id);
  if (person !== undefined) return person;
  const hint = 'look at the people again: new footage may have changed who is who';
  throw new MontageError({ code: 'E_PERSON_UNKNOWN', message: 'there is no such person', where: id, hint });
}

type Seen = { readonly print: IdentityPrint; readonly appearance: Appearance };

/** Whoever is seen longest comes first. */
export function listPeople(project: Project): readonly PersonEntry[] {
  const seen = new Map(project.media.list().flatMap(({ id }) => seenIn(project, id)));
  const prints = [...seen.values()].map(({ print }) => print);
  const people = peopleOf(prints, project.people.decisions()).map(
    ({ prints: keys, ...person }): PersonEntry => ({
      ...person,
      appearances: keys.flatMap((key) => seen.get(key)?.appearance ?? []),
    }),
  );
  return people.toSorted((a, b) => framesOf(b) - framesOf(a) || a.id.localeCompare(b.id));
}

function framesOf({ appearances }: PersonEntry): number {
  return appearances.reduce((sum, { firstFrame, lastFrame }) => sum + lastFrame + 1 - firstFrame, 0);
}

function seenIn(project: Project, mediaId: MediaId): readonly (readonly [string, Seen])[] {
  const analysis = { mediaId, results: project.analysis.results(mediaId, ['faces', 'face-prints', 'objects']) };
  const objects = resultOf(analysis, 'objects');
  const tracks = new Map(resultOf(analysis, 'faces')?.tracks.map((track) => [track.id, track]));
  return (resultOf(analysis, 'face-prints')?.prints ?? []).flatMap(({ trackId, firstFrame, lastFrame, vector }) => {
    const track = tracks.get(trackId);
    if (track === undefined) return [];
    const key = `${mediaId} ${firstFrame} ${trackId}`;
    const print = { key, vector, group: mediaId, firstFrame, lastFrame };
    const span = { firstFrame, lastFrame };
    const inPicture = objects === undefined ? span : inPictureOf(track, span, objects);
    const appearance = { id: key, mediaId, ...span, inPicture, looks: looksOf(track, print) };
    return [[key, { print, appearance }] as const];
  });
}

/** As long as the body is seen; of a track that shows several faces, as long as the face is. */
function inPictureOf(track: FaceTrack, span: Appearance['inPicture'], objects: ObjectsResult): Appearance['inPicture'] {
  const isWhole = track.firstFrame === span.firstFrame && track.lastFrame === span.lastFrame;
  const body = isWhole ? bodyOf(track, objects) : undefined;
  if (body === undefined) return span;
  return {
    firstFrame: Math.min(span.firstFrame, body.firstFrame),
    lastFrame: Math.max(span.lastFrame, body.lastFrame),
  };
}

const MOST_LOOKS = 12;

/** Looks from all of the time, so that some lie near any thumbnail; those that tell who it is first, large before small. */
function looksOf(track: FaceTrack, { firstFrame, lastFrame }: IdentityPrint): Appearance['looks'] {
  const seen = track.seen.filter(({ frame }) => frame >= firstFrame && frame <= lastFrame);
  const clear = new Set(track.portraits.map(({ frame }) => frame));
  const step = Math.max(1, Math.ceil(seen.length / MOST_LOOKS));
  const some = seen.filter(({ frame }, index) => index % step === 0 || clear.has(frame));
  const worth = ({ frame, box, score }: FaceTrack['seen'][number]) =>
    box.w * box.h * score + (clear.has(frame) ? 1 : 0);
  return some.toSorted((a, b) => worth(b) - worth(a)).map(({ frame, box }) => ({ frame, box }));
}
