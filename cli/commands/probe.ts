import { Command } from 'commander';
import { resolve } from 'node:path';
import type { AudioStream, MediaFacts, VideoStream } from '../../core/media/media.ts';
import { displaySize } from '../../core/media/media.ts';
import { secondsOf } from '../../core/time/flicks.ts';
import { formatRational } from '../../core/time/rational.ts';
import { probe } from '../../native/media/probe.ts';
import type { Cli } from '../cli.ts';

/** `montage probe`: what a file is, without a project. */
export function probeCommand(cli: Cli): Command {
  return new Command('probe')
    .description('tell what a media file is: streams, exact rates, rotation, colour, timecode')
    .argument('<file>', 'media file')
    .action(async (file: string) => {
      const path = resolve(file);
      const facts = await probe(path, { signal: cli.signal });
      cli.terminal.document({ file: path, ...facts }, () => asText(path, facts));
    });
}

function asText(path: string, facts: MediaFacts): string {
  return [
    path,
    `  ${facts.kind}, ${facts.container}, ${secondsOf(facts.duration).toFixed(3)} s`,
    ...facts.video.map(videoLine),
    ...facts.audio.map(audioLine),
    ...(facts.timecode === undefined
      ? []
      : [`  timecode ${facts.timecode.text} at ${formatRational(facts.timecode.rate)}`]),
    ...facts.remarks.map(({ message }) => `  note: ${message}`),
  ].join('\n');
}

function videoLine(stream: VideoStream): string {
  const { width, height } = displaySize(stream);
  const { timing } = stream;
  const rate =
    timing.kind === 'still'
      ? 'still'
      : timing.kind === 'constant'
        ? `${formatRational(timing.rate)} fps, ${timing.frameCount} frames`
        : `variable, ${formatRational(timing.averageRate)} fps on average, ${timing.frameCount} frames`;
  return `  picture ${stream.index}: ${stream.codec} ${width}×${height} ${stream.pixelFormat}, ${rate}`;
}

function audioLine(stream: AudioStream): string {
  return `  sound ${stream.index}: ${stream.codec} ${stream.sampleRateHz} Hz ${stream.channelLayout}`;
}
