import { basename } from 'node:path';
import type { TranscriptResult } from '../../core/analysis/results.ts';
import type { KeptTranscript, VotedTranscript } from '../../core/contract/understanding.ts';
import { MontageError } from '../../core/errors.ts';
import type { Media, MediaId } from '../../core/media/media.ts';
import { detectTranscriptFormat, readTranscript } from '../../core/transcript/read-transcript.ts';
import { mergeTranscripts } from '../../core/transcript/rover.ts';
import {
  isKeptTranscript,
  keptStamp,
  TRANSCRIPT_ANALYSER,
  transcriptName,
  type Transcript,
} from '../../core/transcript/transcript.ts';
import { RECOGNISERS } from '../analysers/whisper.ts';
import { readTextFile } from '../interchange/read-cut.ts';
import type { AnalysisStore, ResultBasis } from '../library/analysis-store.ts';

/** A transcript file to be read, and its language where it is known. */
type TranscriptFile = { readonly path: string; readonly language?: string | undefined };

/**
 * Keeps the transcript of a file that somebody else made, and puts it in use; words without times are spread over the file.
 *
 * @throws MontageError E_NOT_FOUND, E_TRANSCRIPT_…, E_UNKNOWN_FORMAT
 */
export async function readTranscriptFile(
  analysis: AnalysisStore,
  media: Media,
  file: TranscriptFile,
): Promise<{ readonly words: number; readonly timing: Transcript['timing']; readonly language: string | null }> {
  const transcript = await transcriptIn(media, file);
  putInUse(analysis, media.id, transcript);
  return { words: transcript.words.length, timing: transcript.timing, language: transcript.language };
}

/**
 * Votes all transcripts that are kept of a file, and those of the given files with them, into the one in use (ROVER).
 *
 * @throws MontageError E_TRANSCRIPT_ALONE with fewer than two, and those of reading files; then nothing is kept
 */
export async function voteTranscripts(
  analysis: AnalysisStore,
  media: Media,
  { paths, language }: { readonly paths: readonly string[]; readonly language?: string | undefined },
): Promise<VotedTranscript> {
  const read: Transcript[] = [];
  for (const path of paths) read.push(await transcriptIn(media, { path, language }));
  const names = new Set([...keptOf(analysis, media.id), ...read].flatMap((one) => transcriptName(one) ?? []));
  if (names.size < 2) {
    const hint = 'name files to vote with, or let a recogniser hear it first';
    const message = 'a vote takes at least two transcripts';
    throw new MontageError({ code: 'E_TRANSCRIPT_ALONE', message, where: media.name, hint });
  }
  for (const transcript of read) keep(analysis, media.id, transcript, { artifacts: [] });
  const kept = keptOf(analysis, media.id);
  const { transcript, reliability } = mergeTranscripts(kept.map(bare));
  putInUse(analysis, media.id, transcript);
  return {
    words: transcript.words.length,
    unanimous: (transcript.agreement ?? []).filter((share) => share === 1).length,
    transcripts: kept.map((one, index) => ({ ...described(one, undefined), reliability: reliability[index] ?? 0 })),
  };
}

/** The transcripts of a file that can be voted or put in use. */
export function listTranscripts(analysis: AnalysisStore, mediaId: MediaId): readonly KeptTranscript[] {
  const used = inUse(analysis, mediaId)?.result;
  return keptOf(analysis, mediaId).map((one) => described(one, used));
}

/** @throws MontageError E_TRANSCRIPT_NONE */
export function takeTranscript(analysis: AnalysisStore, media: Media, name: string): readonly KeptTranscript[] {
  const found = keptOf(analysis, media.id).find((one) => transcriptName(one) === name);
  if (found === undefined) throw noSuch(media, name);
  putInUse(analysis, media.id, bare(found), restsOf(analysis, media.id, found.analyserId).artifacts);
  return listTranscripts(analysis, media.id);
}

/** Forgets a kept transcript; the one in use stays. @throws MontageError E_TRANSCRIPT_NONE */
export function forgetTranscript(analysis: AnalysisStore, media: Media, name: string): readonly KeptTranscript[] {
  if (!analysis.forget(media.id, keptStamp(name).analyserId)) throw noSuch(media, name);
  return listTranscripts(analysis, media.id);
}

/**
 * Stores what a recogniser heard: in use, unless the user has put another transcript in use or a better recogniser has been
 * at it; then it is kept. Of two recognisers nothing is lost either.
 */
export function saveHeard(
  analysis: AnalysisStore,
  mediaId: MediaId,
  result: TranscriptResult,
  rests: { readonly artifacts: readonly string[]; readonly basis?: ResultBasis | undefined },
): void {
  const current = inUse(analysis, mediaId);
  const [name, before] = [transcriptName(result), current && transcriptName(current.result)];
  const isChosen = current !== undefined && (current.isGiven || rankOf(before) < rankOf(name));
  if (isChosen && name !== undefined) {
    keep(analysis, mediaId, result, rests);
    return;
  }
  if (current !== undefined && before !== name) keep(analysis, mediaId, current.result, current);
  analysis.save(mediaId, result, rests.artifacts, rests.basis);
}

/** The better the less. */
function rankOf(name: string | undefined): number {
  const rank = name === undefined ? -1 : RECOGNISERS.indexOf(name);
  return rank === -1 ? RECOGNISERS.length : rank;
}

function noSuch({ name: where }: Media, name: string): MontageError {
  const message = `no transcript called '${name}' is kept of it`;
  return new MontageError({
    code: 'E_TRANSCRIPT_NONE',
    message,
    where,
    hint: 'see them with `montage transcribe --list`',
  });
}

async function transcriptIn(media: Media, { path, language }: TranscriptFile): Promise<Transcript> {
  const text = await readTextFile(path);
  const format = detectTranscriptFormat(text, basename(path));
  if (format === undefined) {
    const hint = 'name an .srt, .vtt, .ass, .txt or .json';
    throw new MontageError({ code: 'E_UNKNOWN_FORMAT', message: 'this is no transcript', where: path, hint });
  }
  const { words, ...rest } = readTranscript(format, text, basename(path), { duration: media.duration, language });
  // A file that Montage wrote tells where its words were from; here they are from the file.
  return { ...rest, words, source: { kind: 'imported', format, fileName: basename(path) } };
}

type Rests = { readonly artifacts: readonly string[]; readonly basis?: ResultBasis | null | undefined };

/** The transcript in use, what it rests on, and whether the user has put it there. */
function inUse(analysis: AnalysisStore, mediaId: MediaId) {
  const stored = analysis.stored(mediaId, ['transcript']);
  const result = stored.flatMap((one) =>
    one.result.kind === 'transcript' && !isKeptTranscript(one.result) ? [one.result] : [],
  )[0];
  if (result === undefined) return undefined;
  const { artifacts, basis } = restsOf(analysis, mediaId, result.analyserId);
  // Of an older Montage nobody told, but what nobody heard was given.
  return { result, artifacts, basis, isGiven: basis?.kind === 'given' || result.source.kind !== 'recogniser' };
}

function restsOf(analysis: AnalysisStore, mediaId: MediaId, analyserId: string) {
  const found = analysis
    .stamps(mediaId)
    .find((stamp) => stamp.analyserId === analyserId && stamp.kind === 'transcript');
  return { artifacts: found?.artifacts ?? [], basis: found?.basis ?? null };
}

/** All that were read or heard, the one in use among them. */
function keptOf(analysis: AnalysisStore, mediaId: MediaId): readonly TranscriptResult[] {
  const byName = new Map<string, TranscriptResult>();
  for (const one of analysis.allOf(mediaId, 'transcript')) {
    const name = transcriptName(one);
    if (name !== undefined) byName.set(name, one);
  }
  return [...byName].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, one]) => one);
}

function bare({ language, source, timing, words, agreement }: Transcript): Transcript {
  return { language, source, timing, words, agreement };
}

function described(one: TranscriptResult, used: TranscriptResult | undefined): KeptTranscript {
  const { language, source, timing, words } = one;
  const name = transcriptName(one) ?? '';
  const isInUse = used !== undefined && name === transcriptName(used);
  return { name, source, language, timing, words: words.length, isInUse };
}

function keep(analysis: AnalysisStore, mediaId: MediaId, transcript: Transcript, { artifacts, basis }: Rests): void {
  const name = transcriptName(transcript);
  if (name === undefined) return;
  analysis.save(mediaId, { ...bare(transcript), kind: 'transcript', ...keptStamp(name) }, artifacts, basis ?? null);
}

/** What was in use before is kept; what is put in use by hand stands, whatever a recogniser would hear. */
function putInUse(
  analysis: AnalysisStore,
  mediaId: MediaId,
  transcript: Transcript,
  artifacts: readonly string[] = [],
): void {
  const before = inUse(analysis, mediaId);
  if (before !== undefined) keep(analysis, mediaId, before.result, before);
  keep(analysis, mediaId, transcript, { artifacts });
  const used = { kind: 'transcript', ...TRANSCRIPT_ANALYSER, ...transcript } as const;
  analysis.save(mediaId, used, artifacts, { kind: 'given' });
}
