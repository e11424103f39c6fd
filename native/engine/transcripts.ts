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
  for (const transcript of read) keep(analysis, media.id, transcript);
  const kept = keptOf(analysis, media.id);
  const { transcript, reliability } = mergeTranscripts(kept.map(bare));
  putInUse(analysis, media.id, transcript);
  return {
    words: transcript.words.length,
    unanimous: (transcript.agreement ?? []).filter((share) => share === 1).length,
    transcripts: kept.map((one, index) => ({ ...described(one), reliability: reliability[index] ?? 0 })),
  };
}

/** The transcripts of a file that can be voted or put in use. */
export function listTranscripts(analysis: AnalysisStore, mediaId: MediaId): readonly KeptTranscript[] {
  return keptOf(analysis, mediaId).map(described);
}

/** @throws MontageError E_TRANSCRIPT_NONE */
export function takeTranscript(analysis: AnalysisStore, media: Media, name: string): readonly KeptTranscript[] {
  const found = keptOf(analysis, media.id).find((one) => transcriptName(one) === name);
  if (found === undefined) throw noSuch(media, name);
  putInUse(analysis, media.id, bare(found));
  return listTranscripts(analysis, media.id);
}

/** Forgets a kept transcript; the one in use stays. @throws MontageError E_TRANSCRIPT_NONE */
export function forgetTranscript(analysis: AnalysisStore, media: Media, name: string): readonly KeptTranscript[] {
  if (!analysis.forget(media.id, keptStamp(name).analyserId)) throw noSuch(media, name);
  return listTranscripts(analysis, media.id);
}

/** Stores what a recogniser heard: in use, or kept where the user has put another transcript in use meanwhile. */
export function saveHeard(
  analysis: AnalysisStore,
  mediaId: MediaId,
  result: TranscriptResult,
  { artifacts, basis }: { readonly artifacts: readonly string[]; readonly basis?: ResultBasis | undefined },
): void {
  const current = inUse(analysis, mediaId)?.result;
  const isChosen = current !== undefined && current.source.kind !== 'recogniser';
  const name = isChosen && result.source.kind === 'recogniser' ? transcriptName(result) : undefined;
  analysis.save(mediaId, name === undefined ? result : { ...result, ...keptStamp(name) }, artifacts, basis);
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

function inUse(analysis: AnalysisStore, mediaId: MediaId) {
  return analysis
    .stored(mediaId)
    .flatMap(({ result, artifacts }) =>
      result.kind === 'transcript' && !isKeptTranscript(result) ? [{ result, artifacts }] : [],
    )[0];
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

function bare({ language, source, timing, words, agreement }: TranscriptResult): Transcript {
  return { language, source, timing, words, agreement };
}

function described(one: TranscriptResult): KeptTranscript {
  const { language, source, timing, words } = one;
  return { name: transcriptName(one) ?? '', source, language, timing, words: words.length };
}

function keep(analysis: AnalysisStore, mediaId: MediaId, transcript: Transcript): void {
  const name = transcriptName(transcript);
  if (name !== undefined) analysis.save(mediaId, { ...transcript, kind: 'transcript', ...keptStamp(name) });
}

/** What was in use before is kept; what is put in use by hand stands, whatever a recogniser would hear. */
function putInUse(analysis: AnalysisStore, mediaId: MediaId, transcript: Transcript): void {
  const before = inUse(analysis, mediaId);
  if (before !== undefined) keep(analysis, mediaId, bare(before.result));
  keep(analysis, mediaId, transcript);
  const artifacts = before?.artifacts ?? [];
  analysis.save(mediaId, { kind: 'transcript', ...TRANSCRIPT_ANALYSER, ...transcript }, artifacts, { kind: 'given' });
}
