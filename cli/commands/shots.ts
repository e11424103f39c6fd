import { Command, Option } from 'commander';
import { basename, resolve } from 'node:path';
import type { Box } from '../../core/analysis/boxes.ts';
import { shotCsv, shotTable } from '../../core/analysis/shot-list.ts';
import { MontageError } from '../../core/errors.ts';
import { exportTimeline } from '../../core/interchange/interchange.ts';
import { frameIndex, rateOf } from '../../core/media/frames.ts';
import { mediaId, type Media } from '../../core/media/media.ts';
import { isListedRate, nearestListedRate, timeOfFrame } from '../../core/time/rate.ts';
import { rational } from '../../core/time/rational.ts';
import { emptyTimeline } from '../../core/timeline/new-timeline.ts';
import { clipId, timelineId, type Timeline, type VideoClip } from '../../core/timeline/timeline.ts';
import { detectShots, type DetectedShots } from '../../native/ingest/detect-shots.ts';
import { createModelHost } from '../../native/models/model-host.ts';
import type { Cli } from '../cli.ts';
import { regionValue, thresholdFactor } from '../option-values.ts';

type ShotsFlags = {
  readonly format: 'table' | 'json' | 'csv' | 'edl' | 'otio';
  readonly region?: Box;
  readonly threshold?: number;
};

/** `montage shots`: where a film's shots are. */
export function shotsCommand(cli: Cli): Command {
  return new Command('shots')
    .description('find the shots of a film: cuts, dissolves and fades by frame number')
    .argument('<file>', 'film')
    .addOption(
      new Option('--format <format>', 'how to print').choices(['table', 'json', 'csv', 'edl', 'otio']).default('table'),
    )
    .option('--region <x,y,w,h>', 'look at this part of the picture only, in parts of 1: 0,0,1,0.8', regionValue)
    .option(
      '--threshold <factor>',
      'how much change makes a boundary: 1 as measured, less finds more, more finds fewer',
      thresholdFactor,
    )
    .action(async (file: string, { format, region, threshold }: ShotsFlags) => {
      const onProgress = (fraction: number) => cli.terminal.progress(`Shots of ${basename(file)}`, fraction);
      const options = { region, threshold, keyFrames: true, signal: cli.signal, onProgress };
      // Starts nothing before it is asked.
      const modelHost = createModelHost();
      try {
        const found = await detectShots(resolve(file), { ...options, modelHost });
        cli.terminal.progressDone();
        cli.terminal.document(found.list, () => PRINTED[format](found));
      } finally {
        modelHost.close();
      }
    });
}

const PRINTED: Readonly<Record<ShotsFlags['format'], (found: DetectedShots) => string>> = {
  table: ({ list }) => shotTable(list),
  json: ({ list }) => JSON.stringify(list, null, 2),
  csv: ({ list }) => shotCsv(list),
  edl: (found) => asCut(found, 'edl'),
  otio: (found) => asCut(found, 'otio'),
};

/** The film as a cut of its own shots, which is what a list of edits can say about it. */
function asCut(found: DetectedShots, format: 'edl' | 'otio'): string {
  const { list, facts, frames } = found;
  const path = list.file;
  const media: Media = { ...facts, id: mediaId(path), name: basename(path), path, online: true };
  const source = { frames, audio: undefined };
  const input = { timeline: timelineOf(found, media), media: () => media, sources: { source: () => source } };
  const [file, ...more] = exportTimeline(format, input).files;
  if (more.length === 0) return file?.text ?? '';
  const hint = 'use --format otio, csv or json';
  const message = `an EDL holds 999 events, the film has ${list.shots.length} shots`;
  throw new MontageError({ code: 'E_EDL_EVENTS', message, where: path, hint, stage: 'shots' });
}

function timelineOf({ list, frames }: DetectedShots, media: Media): Timeline {
  const own = rateOf(frames) ?? rational(25);
  const rate = isListedRate(own) && own.den !== 2 ? own : nearestListedRate(own);
  const empty = emptyTimeline({ id: timelineId('shots'), name: media.name, rate, width: 1920, height: 1080 });
  const clips = list.shots.map(
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
