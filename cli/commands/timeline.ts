import { Command } from 'commander';
import { resolve } from 'node:path';
import type { ImportedClip, ImportedTimeline } from '../../core/interchange/handoff.ts';
import type { Rate } from '../../core/time/rate.ts';
import { formatRational } from '../../core/time/rational.ts';
import { addSeconds, framesInSeconds } from '../../core/time/seconds.ts';
import { formatTimecode } from '../../core/time/timecode.ts';
import { importCutText, readCutText } from '../../native/interchange/read-cut.ts';
import type { Cli } from '../cli.ts';
import { rateValue } from '../option-values.ts';
import { table } from '../terminal.ts';

type TimelineFlags = { readonly rate?: Rate };

/** `montage timeline`: what Montage reads in a file of another editor. */
export function timelineCommand(cli: Cli): Command {
  return new Command('timeline')
    .description('print what is read in a cut of another editor; its media are not needed')
    .argument('<file>', 'OTIO, OTIOZ, FCPXML, FCPXMLD, FCP7 XML, EDL, SRT, VTT or ASS')
    .option('--rate <fps>', 'frame rate of EDLs and captions, which carry none', rateValue)
    .action(async (file: string, { rate }: TimelineFlags) => {
      const read = await readCutText(resolve(file));
      const cut = describeCut(importCutText(read, { rate }));
      const document = { file: read.path, format: read.format, bundle: read.bundle, ...cut };
      cli.terminal.document(document, () => asText(document));
    });
}

type Described = ReturnType<typeof describeCut>;

/** What a cut says, with its times as frames and timecode. */
export function describeCut(cut: ImportedTimeline) {
  const nested: readonly { readonly key: string; readonly timeline: ReturnType<typeof describeOne> }[] = (
    cut.nested ?? []
  ).map(({ key, timeline }) => ({ key, timeline: describeOne(timeline) }));
  return { ...describeOne(cut), nested };
}

function describeOne(cut: ImportedTimeline) {
  const counts = { video: 0, audio: 0 };
  const ends = cut.tracks.flatMap(({ clips }) => clips.map(({ recordIn, duration }) => recordIn + duration));
  return {
    name: cut.name,
    rate: formatRational(cut.rate),
    start: timeAt(cut, 0),
    dropFrame: cut.dropFrame,
    width: cut.width ?? null,
    height: cut.height ?? null,
    colourSpace: cut.colourSpace ?? null,
    frames: ends.reduce((a, b) => Math.max(a, b), 0),
    tracks: cut.tracks.map((track) => {
      counts[track.kind] += 1;
      const { kind, name, enabled, locked, captions } = track;
      return {
        label: `${kind === 'video' ? 'V' : 'A'}${counts[kind]}`,
        kind,
        name,
        enabled,
        locked,
        solo: track.solo ?? false,
        captions: captions?.language ?? null,
        items: track.clips.map((clip) => describeClip(cut, clip)),
      };
    }),
    markers: cut.markers.map(({ at, ...marker }) => ({ ...timeAt(cut, at), ...marker })),
    losses: cut.losses,
  };
}

function timeAt(cut: ImportedTimeline, frame: number) {
  return { frame, timecode: formatTimecode(cut.startFrame + frame, cut) };
}

function describeClip(cut: ImportedTimeline, clip: ImportedClip) {
  const { name, media, enabled, note, linkGroup, opacity, gainDb, channels, effects, keyframes, content } = clip;
  return {
    name,
    recordIn: timeAt(cut, clip.recordIn),
    recordOut: timeAt(cut, clip.recordIn + clip.duration),
    frames: clip.duration,
    sourceIn: sourceTime(cut, clip),
    speed: formatRational(clip.speed),
    enabled,
    media: { name: media.name, path: media.path ?? null, url: media.url ?? null, reel: media.reel ?? null },
    content: content ?? null,
    head: clip.head ?? null,
    tail: clip.tail ?? null,
    markers: (clip.markers ?? []).map(({ at, ...marker }) => ({ ...timeAt(cut, clip.recordIn + at), ...marker })),
    note,
    link: linkGroup,
    opacity,
    gainDb,
    pan: clip.pan ?? 0,
    channels,
    effects: effects ?? {},
    keyframes: keyframes ?? {},
    metadata: clip.metadata ?? {},
  };
}

/** Where a clip starts in its source: frames and timecode on the source's own clock where the file says where that starts. */
function sourceTime(cut: ImportedTimeline, clip: ImportedClip) {
  const rate = clip.sourceOrigin === 'label' ? cut.rate : (clip.sourceRate ?? cut.rate);
  const start = clip.sourceOrigin === 'first-frame' ? clip.media.declared?.start : undefined;
  const onClock = start === undefined ? clip.sourceIn : addSeconds(start, clip.sourceIn);
  const frame = (seconds: ImportedClip['sourceIn']) => framesInSeconds(seconds, rate, 'nearest');
  const dropFrame = clip.media.declared?.dropFrame ?? (clip.sourceOrigin === 'label' && cut.dropFrame);
  return {
    frame: frame(clip.sourceIn),
    timecode: formatTimecode(frame(onClock), { rate, dropFrame }),
    rate: formatRational(rate),
    seconds: formatRational(clip.sourceIn),
    countsFrom: clip.sourceOrigin,
  };
}

function asText(cut: Described & { readonly file: string; readonly format: string }): string {
  const rows = cut.tracks.flatMap(({ label, items }) =>
    items.map((item) => [
      label,
      item.recordIn.timecode,
      String(item.frames),
      item.name.replace(/\s+/g, ' '),
      item.sourceIn.timecode,
      item.speed,
      transitionText(item),
    ]),
  );
  const count = (number: number, thing: string) => `${number} ${thing}${number === 1 ? '' : 's'}`;
  const counted = [count(cut.tracks.length, 'track'), count(rows.length, 'item'), count(cut.markers.length, 'marker')];
  return [
    `${cut.name}: ${cut.format}, ${cut.rate} fps, from ${cut.start.timecode}, ${cut.frames} frames, ${counted.join(', ')}`,
    ...(rows.length === 0
      ? []
      : [table(['track', 'record in', 'frames', 'name', 'source in', 'speed', 'transitions'], rows)]),
    ...cut.markers.map(({ timecode, name, colour }) => `marker ${timecode} ${colour} ${name}`),
    ...cut.losses.map(({ what, where, message }) =>
      `not read: ${[what, where.track, where.timecode].filter(Boolean).join(' ')}: ${message}`.replace(/ {2,}/g, ' '),
    ),
  ].join('\n');
}

function transitionText({ head, tail }: Described['tracks'][number]['items'][number]): string {
  const text = (transition: typeof head, end: string) =>
    transition === null ? '' : `${transition.kind} ${transition.inOffset}+${transition.outOffset} at its ${end} point`;
  return [text(head, 'in'), text(tail, 'out')].filter((part) => part !== '').join(', ');
}
