import { Command, Option } from 'commander';
import { basename, resolve } from 'node:path';
import { exportTimeline } from '../../core/interchange/interchange.ts';
import { frameIndex, rateOf } from '../../core/media/frames.ts';
import { mediaId, type Media } from '../../core/media/media.ts';
import { secondsOf } from '../../core/time/flicks.ts';
import { isListedRate, nearestListedRate, timeOfFrame } from '../../core/time/rate.ts';
import { formatRational, rational } from '../../core/time/rational.ts';
import { emptyTimeline } from '../../core/timeline/new-timeline.ts';
import { clipId, timelineId, type Timeline, type VideoClip } from '../../core/timeline/timeline.ts';
import { shotsOfFile, type ShotsOfFile } from '../../native/engine/shots-of-file.ts';
import type { Cli } from '../cli.ts';
import { table } from '../terminal.ts';

type ShotsFlags = { readonly format: 'table' | 'json' | 'csv' | 'edl' | 'otio' };

/** `montage shots`: where a film's shots are. */
export function shotsCommand(cli: Cli): Command {
  return new Command('shots')
    .description('find the shots of a film: cuts, dissolves and fades by frame number')
    .argument('<file>', 'film')
    .addOption(
      new Option('--format <format>', 'how to print').choices(['table', 'json', 'csv', 'edl', 'otio']).default('table'),
    )
    .action(async (file: string, { format }: ShotsFlags) => {
      const onProgress = (fraction: number) => cli.terminal.progress(`Shots of ${basename(file)}`, fraction);
      const found = await shotsOfFile(resolve(file), { signal: cli.signal, onProgress });
      cli.terminal.progressDone();
      cli.terminal.document(asJson(found), () => PRINTED[format](found));
    });
}

const PRINTED: Readonly<Record<ShotsFlags['format'], (found: ShotsOfFile) => string>> = {
  table: (found) => table(['shot', 'first', 'last', 'start s', 'end s', 'begins with'], rows(found)),
  json: (found) => JSON.stringify(asJson(found), null, 2),
  csv: (found) =>
    [['shot', 'firstFrame', 'lastFrame', 'startSeconds', 'endSeconds', 'transition'], ...rows(found)]
      .map((cells) => cells.join(','))
      .join('\n'),
  edl: (found) => asCut(found, 'edl'),
  otio: (found) => asCut(found, 'otio'),
};

function asJson({ path, frames, frameCount, shots }: ShotsOfFile) {
  const rate = rateOf(frames);
  return {
    file: path,
    rate: rate === undefined ? null : formatRational(rate),
    vfr: frames.kind === 'variable',
    frames: frameCount,
    shots: shots.map(({ firstFrame, lastFrame, start, end, transitionIn }) => ({
      firstFrame,
      lastFrame,
      startSeconds: secondsOf(start),
      endSeconds: secondsOf(end),
      transitionIn,
    })),
  };
}

function rows({ shots }: ShotsOfFile): readonly (readonly string[])[] {
  return shots.map(({ firstFrame, lastFrame, start, end, transitionIn }, index) => [
    String(index + 1),
    String(firstFrame),
    String(lastFrame),
    secondsOf(start).toFixed(3),
    secondsOf(end).toFixed(3),
    transitionIn.kind,
  ]);
}

/** The film as a cut of its own shots, which is what a list of edits can say about it. */
function asCut(found: ShotsOfFile, format: 'edl' | 'otio'): string {
  const { path, facts, frames } = found;
  const media: Media = { ...facts, id: mediaId(path), name: basename(path), path, online: true };
  const source = { frames, audio: undefined };
  const input = { timeline: timelineOf(found, media), media: () => media, sources: { source: () => source } };
  return exportTimeline(format, input).files[0]?.text ?? '';
}

function timelineOf({ frames, shots }: ShotsOfFile, media: Media): Timeline {
  const own = rateOf(frames) ?? rational(25);
  const rate = isListedRate(own) && own.den !== 2 ? own : nearestListedRate(own);
  const empty = emptyTimeline({ id: timelineId('shots'), name: media.name, rate, width: 1920, height: 1080 });
  const clips = shots.map(
    (shot, index): VideoClip => ({
      kind: 'video',
      id: clipId(`shot ${index + 1}`),
      mediaId: media.id,
      name: media.name,
      recordIn: timeOfFrame(shot.firstFrame, rate),
      duration: timeOfFrame(shot.lastFrame + 1 - shot.firstFrame, rate),
      sourceIn: frameIndex(shot.firstFrame),
      speed: rational(1),
      enabled: true,
      linkId: null,
      note: shot.transitionIn.kind,
      opacity: 1,
    }),
  );
  const tracks = empty.tracks.map((track) => (track.kind === 'video' ? { ...track, clips } : track));
  return { ...empty, tracks };
}
