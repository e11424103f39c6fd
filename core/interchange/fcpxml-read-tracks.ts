import type { Rate } from '../time/rate.ts';
import { flicks } from '../time/flicks.ts';
import { addSeconds, flicksOfSeconds, multiplySeconds, secondsOfFrame, ZERO_SECONDS } from '../time/seconds.ts';
import type { Curve, PictureKeyframes, SoundKeyframes } from '../timeline/keyframes.ts';
import type { TrackKind } from '../timeline/timeline.ts';
import type { Entry } from './fcpxml-read-types.ts';
import type { ImportedClip, ImportedTrack } from './handoff.ts';
import { dropLoneLinks } from './imported.ts';

/** Lays entries on tracks: pictures by lane, sound on the track its lane means, or the next free one. */
export function placeEntries(entries: readonly Entry[]): readonly ImportedTrack[] {
  const shown = entries.filter((entry) => entry.captions === undefined);
  const lowest = shown.reduce((low, entry) => (entry.kind === 'video' ? Math.min(low, entry.lane) : low), 0);
  const rows: Readonly<Record<TrackKind, ImportedClip[][]>> = { video: [], audio: [] };
  for (const entry of shown.toSorted((a, b) => a.clip.recordIn - b.clip.recordIn)) {
    const kindRows = rows[entry.kind];
    let index = entry.kind === 'video' ? entry.lane - lowest : entry.lane;
    while (isTaken(kindRows[index], entry.clip)) index += 1;
    while (kindRows.length <= index) kindRows.push([]);
    kindRows[index]?.push(entry.clip);
  }
  const pictures: Row[] = rows.video.map((clips, index) => ({ lane: index + lowest, clips, language: undefined }));
  const video = withCaptions(pictures, captionRows(entries));
  return dropLoneLinks([
    ...video.map((row, index) => trackOf('video', row.clips, index, row.language)),
    ...rows.audio.map((clips, index) => trackOf('audio', clips, index, undefined)),
  ]);
}

type Row = { readonly lane: number; readonly clips: readonly ImportedClip[]; readonly language: string | undefined };

/** One row per language and lane; what overlaps goes to a further one. */
function captionRows(entries: readonly Entry[]): readonly Row[] {
  const rows: { lane: number; language: string; clips: ImportedClip[] }[] = [];
  for (const { lane, captions, clip } of entries.toSorted((a, b) => a.clip.recordIn - b.clip.recordIn)) {
    if (captions === undefined) continue;
    const row = rows.find((one) => one.lane === lane && one.language === captions && !isTaken(one.clips, clip));
    if (row === undefined) rows.push({ lane, language: captions, clips: [clip] });
    else row.clips.push(clip);
  }
  return rows;
}

/** Captions take an empty row of their lane, else one above it. */
function withCaptions(pictures: readonly Row[], captions: readonly Row[]): readonly Row[] {
  const used = pictures.filter((row) => row.clips.length > 0 || !captions.some((caption) => caption.lane === row.lane));
  return [...used, ...captions].toSorted((a, b) => a.lane - b.lane);
}

function trackOf(
  kind: TrackKind,
  clips: readonly ImportedClip[],
  index: number,
  language: string | undefined,
): ImportedTrack {
  const name = `${kind === 'video' ? 'V' : 'A'}${index + 1}`;
  const captions = language === undefined ? undefined : { language };
  return { kind, name, enabled: true, locked: false, captions, clips };
}

function isTaken(row: readonly ImportedClip[] | undefined, clip: ImportedClip): boolean {
  const last = row?.at(-1);
  return last !== undefined && last.recordIn + last.duration > clip.recordIn;
}

/** The part of entries that lies between two record frames; what is cut off takes its transition and fade with it. */
export function trimmedEntries(entries: readonly Entry[], rate: Rate, from: number, to: number): readonly Entry[] {
  return entries.flatMap((entry) => {
    const { clip } = entry;
    const end = clip.recordIn + clip.duration;
    const [recordIn, recordOut] = [Math.max(clip.recordIn, from), Math.min(end, to)];
    if (recordIn >= recordOut) return [];
    const head = recordIn - clip.recordIn;
    const shift = multiplySeconds(secondsOfFrame(head, rate), clip.speed);
    const cut: ImportedClip = {
      ...clip,
      recordIn,
      duration: recordOut - recordIn,
      sourceIn: addSeconds(clip.sourceIn, shift),
      ...(head > 0 ? { head: undefined, fadeIn: ZERO_SECONDS } : {}),
      ...(recordOut < end ? { tail: undefined, fadeOut: ZERO_SECONDS } : {}),
      markers: clip.markers?.map((marker) => ({ ...marker, at: marker.at - head })),
      keyframes: shifted(clip.keyframes, flicksOfSeconds(secondsOfFrame(head, rate))),
    };
    return [{ ...entry, clip: cut }];
  });
}

function shifted(keyframes: ImportedClip['keyframes'], by: number): ImportedClip['keyframes'] {
  if (keyframes === undefined || by === 0) return keyframes;
  const moved: Record<string, Curve> = {};
  for (const [name, curve] of Object.entries(keyframes)) {
    if (curve !== undefined) moved[name] = curve.map((key) => ({ ...key, at: flicks(key.at - by) }));
  }
  const typed: PictureKeyframes & SoundKeyframes = moved;
  return typed;
}
