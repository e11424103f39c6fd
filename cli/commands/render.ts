import { Command, Option } from 'commander';
import { readFile } from 'node:fs/promises';
import { basename, extname, resolve } from 'node:path';
import { MontageError } from '../../core/errors.ts';
import {
  AUDIO_CODECS,
  CONTAINERS,
  VIDEO_CODECS,
  type AudioCodec,
  type ContainerId,
  type VideoCodec,
} from '../../core/output/codecs.ts';
import { qualityLines, type PreflightReport, type QualityReport } from '../../core/output/quality.ts';
import { PRESETS, type PresetId } from '../../core/output/presets.ts';
import { openInterchange } from '../../native/engine/render-interchange.ts';
import { refuseBadOutput } from '../../native/engine/render-output.ts';
import { outputPath, settingsFor, type RenderWish } from '../../native/engine/render-settings.ts';
import { findFfmpeg } from '../../native/ffmpeg/find.ts';
import { executePlan } from '../../native/render/execute-plan.ts';
import { containerOf, isMadeFromPictures } from '../../native/render/containers.ts';
import { preflight, refuseFindings } from '../../native/render/preflight.ts';
import { renderTimeline } from '../../native/render/render-timeline.ts';
import type { Cli } from '../cli.ts';
import { withEngine } from '../connection.ts';
import { ensureBackgroundEngine } from '../detach.ts';
import { EXIT } from '../exit-codes.ts';
import { resultOfJob } from '../job-results.ts';
import { waitForJobs } from '../jobs-watch.ts';
import { sizeValue, wholeNumber } from '../option-values.ts';
import { timelineNamed } from '../timeline-name.ts';

type RenderFlags = {
  readonly output: string;
  readonly timeline?: string;
  readonly preset?: PresetId;
  readonly codec?: VideoCodec;
  readonly audioCodec?: AudioCodec;
  readonly container?: ContainerId;
  readonly crf?: number;
  readonly bitrate?: number;
  readonly size?: { readonly width: number; readonly height: number };
  readonly smart?: true;
  readonly onDamage?: 'conceal' | 'abort';
  readonly hardware?: true;
  readonly detach?: true;
};

/** `montage render`: a plan, a cut of another editor or a project's timeline as a film. */
export function renderCommand(cli: Cli): Command {
  return new Command('render')
    .description('render a plan.json, .otio, .fcpxml, .xml or .edl, or a timeline of a .montage project')
    .argument('<input>', 'plan.json, cut of another editor, or project')
    .requiredOption('-o, --output <file>', 'film or sound file; its extension picks the container')
    .option('--timeline <name>', 'name or id of the timeline, for projects')
    .addOption(new Option('--preset <name>', 'named target').choices(PRESETS))
    .addOption(new Option('--codec <name>', 'of the pictures; by the container').choices(VIDEO_CODECS))
    .addOption(new Option('--audio-codec <name>', 'of the sound; by the container').choices(AUDIO_CODECS))
    .addOption(new Option('--container <name>', 'where the output has no extension').choices(CONTAINERS))
    .option('--crf <n>', "constant quality on the codec's scale; 18 for H.264 by default", wholeNumber)
    .option('--bitrate <kbps>', 'video bit rate instead of constant quality', wholeNumber)
    .option('--size <w>x<h>', 'size of the film; by the timeline', sizeValue)
    .option('--smart', 'copy pictures that already are what the film asks for instead of encoding them again')
    .addOption(
      new Option('--on-damage <what>', 'pictures that cannot be decoded')
        .choices(['conceal', 'abort'])
        .default('conceal'),
    )
    .option('--hardware', 'let the graphics device encode H.264 and H.265 where a trial shows that it does so rightly')
    .option('--detach', 'print the job id and leave the work to an engine in the background; for projects')
    .action(async (input: string, given: RenderFlags) => {
      const flags = { ...given, output: outputPath(given.output, given.container, given.preset) };
      const path = resolve(input);
      const kind = await kindOf(path);
      if (kind !== 'project' && flags.detach === true) {
        const hint = 'render a timeline of a project';
        throw new MontageError({ code: 'E_USAGE', message: '--detach needs a project for the job to live in', hint });
      }
      if (kind === 'project') await renderProject(cli, path, flags);
      else if (kind === 'plan') await renderPlan(cli, path, flags);
      else await renderCut(cli, path, flags);
    });
}

const SQLITE = 'SQLite format 3\0';

/** By what the file holds: names may lie. Plans are the JSON that is no OTIO. */
async function kindOf(path: string): Promise<'project' | 'plan' | 'cut'> {
  if (extname(path).toLowerCase() === '.montage') return 'project';
  const text = await readFile(path, 'latin1').catch(() => '');
  if (text.startsWith(SQLITE)) return 'project';
  const isJson = extname(path).toLowerCase() === '.json' || text.trimStart().startsWith('{');
  return isJson && !text.includes('"OTIO_SCHEMA"') ? 'plan' : 'cut';
}

function wishOf({ preset, codec, audioCodec, crf, bitrate, size, smart, hardware }: RenderFlags): RenderWish {
  return {
    ...(preset !== undefined && { preset }),
    ...(codec !== undefined && { codec }),
    ...(audioCodec !== undefined && { audioCodec }),
    ...(crf !== undefined && { crf }),
    ...(bitrate !== undefined && { bitrateKbps: bitrate }),
    ...(smart === true && { smart }),
    ...(hardware === true && { hardware }),
    ...size,
  };
}

async function renderPlan(cli: Cli, path: string, flags: RenderFlags): Promise<void> {
  const { output } = flags;
  if (Object.keys(wishOf(flags)).length > 0) {
    const hint = 'write codec, quality and size into the plan';
    throw new MontageError({ code: 'E_USAGE', message: 'a plan says itself how it is encoded', where: path, hint });
  }
  const onProgress = (fraction: number) => cli.terminal.progress(`Render ${basename(output)}`, fraction);
  const report = await executePlan(path, resolve(output), { signal: cli.signal, onProgress, onDamage: flags.onDamage });
  cli.terminal.progressDone();
  cli.terminal.say(report.log);
  sayFindings(cli, report.preflight);
  sayQuality(cli, report.quality);
  for (const { path: file, message } of report.warnings) cli.terminal.say(`warning: ${file}: ${message}`);
  if (report.lost.length > 0) {
    cli.terminal.say(`lost: ${report.lost.length} of ${report.clips.length} clips had no or not all of their source`);
    cli.endWith(EXIT.lost);
  }
  cli.terminal.document(report, () => report.output);
}

async function renderCut(cli: Cli, path: string, flags: RenderFlags): Promise<void> {
  const output = resolve(flags.output);
  await refuseBadOutput(output);
  const { timeline, sources, losses } = await openInterchange(path, cli.signal);
  const onProgress = (fraction: number) => cli.terminal.progress(`Render ${basename(output)}`, fraction);
  const settings = settingsFor(output, wishOf(flags));
  const before = await preflight({ timeline, sources, output, settings }, await findFfmpeg());
  refuseFindings(before);
  sayFindings(cli, before);
  const check = !isMadeFromPictures(containerOf(output));
  const report = await renderTimeline(timeline, sources, output, settings, {
    ...{ signal: cli.signal, onProgress, check, onDamage: flags.onDamage },
  });
  cli.terminal.progressDone();
  for (const { path: file, message } of report.warnings) cli.terminal.say(`warning: ${file}: ${message}`);
  for (const { severity, what, where, message } of losses) {
    cli.terminal.say(`lost: ${what} ${where.track ?? ''} ${where.timecode ?? ''}: ${message}`);
    if (severity === 'cut') cli.endWith(EXIT.lost);
  }
  sayQuality(cli, report.quality);
  cli.terminal.document({ ...report, losses, preflight: before }, () => report.path);
}

function sayFindings(cli: Cli, { findings }: PreflightReport): void {
  for (const { severity, message, where } of findings) cli.terminal.say(`${severity}: ${message}: ${where ?? ''}`);
}

function sayQuality(cli: Cli, quality: QualityReport | undefined): void {
  for (const line of quality === undefined ? [] : qualityLines(quality)) cli.terminal.say(`checked: ${line}`);
}

async function renderProject(cli: Cli, project: string, flags: RenderFlags): Promise<void> {
  const { timeline } = flags;
  if (timeline === undefined) {
    throw new MontageError({
      code: 'E_USAGE',
      message: 'which timeline of the project',
      hint: 'add --timeline <name>',
    });
  }
  if (flags.detach === true) await ensureBackgroundEngine(cli, project);
  await withEngine(cli, { project, create: false, runJobs: true }, async ({ client }) => {
    const timelineId = await timelineNamed(client, timeline);
    const path = resolve(flags.output);
    const { jobId } = await client.export.render({
      timelineId,
      path,
      settings: { ...wishOf(flags), onDamage: flags.onDamage },
    });
    if (flags.detach === true) {
      cli.terminal.document({ job: jobId }, () => jobId);
      return;
    }
    const [job] = await waitForJobs(cli, client, [jobId]);
    for (const { message } of await client.jobs.log({ jobId })) cli.terminal.say(message);
    cli.terminal.document(resultOfJob(job), () => path);
  });
}
