import { speakerAt } from '../../core/analysis/diarize.ts';
import { peopleOf, type IdentityPrint, type PersonDecision } from '../../core/analysis/identity.ts';
import { resultOf, type SpeakersResult } from '../../core/analysis/results.ts';
import type { SpeakerEntry, Voice } from '../../core/contract/people.ts';
import { MontageError } from '../../core/errors.ts';
import type { MediaId } from '../../core/media/media.ts';
import { flicks, secondsOf } from '../../core/time/flicks.ts';
import type { Project } from '../project/project.ts';
import type { Caller } from './caller.ts';
import { toMerge, toName, toSplit } from './identity-decisions.ts';
import type { EngineParts } from './parts.ts';

/** Least mean cosine similarity of one speaker's voices in several files, by the speaker model's embeddings. */
const ALIKE = 0.6;

/** Who is heard: speakers across all footage, as found and as the user has named, merged and split them. */
export function speakersRoom(caller: Caller, { project }: Pick<EngineParts, 'project'>) {
  const decide = (decisions: readonly PersonDecision[]) => {
    project.speakers.decide(decisions);
    return nameSpeakers(project);
  };
  const speakerOf = (id: string) => speakerWith(project, id);
  return {
    list: caller.speakers.list.handler(() => listSpeakers(project)),
    name: caller.speakers.name.handler(({ input: { speakerId, name } }) => decide(toName(speakerOf(speakerId), name))),
    merge: caller.speakers.merge.handler(({ input: { speakerId, otherId } }) =>
      decide(toMerge(speakerOf(speakerId), speakerOf(otherId))),
    ),
    split: caller.speakers.split.handler(({ input: { speakerId, appearanceIds } }) =>
      decide(toSplit(speakerOf(speakerId), appearanceIds)),
    ),
  };
}

/** Calls everybody by name wherever evidence is asked for, now and whenever a file is heard anew; gives what ends it. */
export function keepSpeakersNamed(project: Project): () => void {
  const isAnyNamed = () => project.speakers.decisions().some(({ kind }) => kind === 'name');
  if (isAnyNamed()) nameSpeakers(project);
  return project.events.subscribe((event) => {
    if (event.kind === 'analysis-changed' && event.result === 'speakers' && isAnyNamed()) nameSpeakers(project);
  });
}

function nameSpeakers(project: Project): readonly SpeakerEntry[] {
  const speakers = listSpeakers(project);
  const names = new Map<MediaId, Map<number, string>>(project.media.list().map(({ id }) => [id, new Map()]));
  for (const { name, appearances } of speakers) {
    for (const { mediaId, speaker } of appearances) if (name !== null) names.get(mediaId)?.set(speaker, name);
  }
  for (const [mediaId, own] of names) project.analysis.nameSpeakers(mediaId, own);
  return speakers;
}

/** The names that were given to the voices of a file, by their numbers in it. */
export function namesInFile(project: Project, mediaId: MediaId): ReadonlyMap<number, string> {
  const given = listSpeakers(project).flatMap(({ name, appearances }) =>
    appearances.flatMap((voice) =>
      name === null || voice.mediaId !== mediaId ? [] : [[voice.speaker, name] as const],
    ),
  );
  return new Map(given);
}

/** @throws MontageError E_SPEAKER_UNKNOWN */
function speakerWith(project: Project, id: string): SpeakerEntry {
  const speaker = listSpeakers(project).find((one) => one.id === id);
  if (speaker !== undefined) return speaker;
  const hint = 'list the speakers again: new footage may have changed who is who';
  throw new MontageError({ code: 'E_SPEAKER_UNKNOWN', message: 'there is no such speaker', where: id, hint });
}

type Heard = { readonly print: IdentityPrint; readonly voice: Voice };

/** Whoever is heard longest comes first. */
export function listSpeakers(project: Project): readonly SpeakerEntry[] {
  const found = new Map(
    project.media.list().flatMap(({ id }) => {
      const result = resultOf({ mediaId: id, results: project.analysis.results(id, ['speakers']) }, 'speakers');
      return result === undefined ? [] : [[id, result] as const];
    }),
  );
  const heard = new Map([...found].flatMap(([id, result]) => voicesIn(id, result)).map((one) => [one.voice.id, one]));
  const decisions = project.speakers.decisions().map((decision) => asFoundNow(decision, found));
  const prints = [...heard.values()].map(({ print }) => print);
  return peopleOf(prints, decisions, { two: ALIKE, many: ALIKE })
    .map(({ prints: keys, ...speaker }): SpeakerEntry => {
      const appearances = keys.flatMap((key) => heard.get(key)?.voice ?? []);
      return { ...speaker, appearances: appearances.toSorted((a, b) => b.seconds - a.seconds) };
    })
    .toSorted((a, b) => secondsHeard(b) - secondsHeard(a) || (a.id < b.id ? -1 : 1));
}

function secondsHeard({ appearances }: SpeakerEntry): number {
  return appearances.reduce((sum, { seconds }) => sum + seconds, 0);
}

/** A voice is named by the middle of its longest turn: that holds where a later analysis counts speakers otherwise. */
function voicesIn(mediaId: MediaId, { turns, voices }: SpeakersResult): readonly Heard[] {
  const speakers = [...new Set(turns.map(({ speaker }) => speaker))];
  return speakers.flatMap((speaker) => {
    const own = turns.filter((turn) => turn.speaker === speaker);
    const longest = own.toSorted((a, b) => b.end - b.start - (a.end - a.start))[0];
    if (longest === undefined) return [];
    const id = `${mediaId} ${Math.round((longest.start + longest.end) / 2)}`;
    const seconds = own.reduce((sum, { start, end }) => sum + secondsOf(flicks(end - start)), 0);
    const vector = voices.find((one) => one.speaker === speaker)?.vector ?? [];
    // Voices that one file tells apart are different people.
    const print = { key: id, vector, group: mediaId, firstFrame: 0, lastFrame: 0 };
    return [{ print, voice: { id, mediaId, speaker, seconds, turns: own.length } }];
  });
}

/** What was decided of a voice holds for the one that is found at its place now. */
function asFoundNow(decision: PersonDecision, found: ReadonlyMap<MediaId, SpeakersResult>): PersonDecision {
  const now = (key: string): string => {
    const [media, time] = key.split(' ');
    const entry = [...found].find(([id]) => id === media);
    const at = flicks(Number(time));
    const speaker = entry && speakerAt(entry[1].turns, { start: at, end: at });
    return (entry && voicesIn(...entry).find(({ voice }) => voice.speaker === speaker)?.voice.id) ?? key;
  };
  if (decision.kind === 'name') return { ...decision, print: now(decision.print) };
  return { ...decision, a: now(decision.a), b: now(decision.b) };
}
