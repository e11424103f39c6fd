import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';
import type { InterchangeFormat } from '../../core/interchange/handoff.ts';
import { exportTimeline } from '../../core/interchange/interchange.ts';
import type { Rate } from '../../core/time/rate.ts';
import { formatTimecode } from '../../core/time/timecode.ts';
import type { Timeline } from '../../core/timeline/timeline.ts';
import { exportInput, type TestMedia } from './cut-builder.ts';
import { cutListText, fraction, type CutLine, type Fraction } from './independent/cut-list.ts';
import { edlLines } from './independent/edl-lines.ts';
import { fcp7Lines } from './independent/fcp7-lines.ts';
import { fcpxmlLines } from './independent/fcpxml-lines.ts';
import { otioLines } from './independent/otio-lines.ts';

const repository = fileURLToPath(new URL('../..', import.meta.url));
const DTD_FILE = resolve(
  repository,
  process.env['MONTAGE_INTERCHANGE_DTD'] ?? '../shared/interchange-dtd',
  'FCPXMLv1_10.dtd',
);
const canValidate = existsSync(DTD_FILE) && spawnSync('xmllint', ['--version']).error === undefined;
if (!canValidate) process.stdout.write('FCPXML is not checked against its DTD: xmllint or the DTD is missing.\n');

export type Edit = { readonly timeline: Timeline; readonly media: readonly TestMedia[] };

/** The main file of an export. */
export function text(format: InterchangeFormat, edit: Edit): string {
  return exportTimeline(format, exportInput(edit.timeline, edit.media)).files[0]?.text ?? '';
}

function asFraction(rate: Rate): Fraction {
  return fraction(BigInt(rate.num), BigInt(rate.den));
}

/** The cut as each format's independent reader sees it. */
export function readings(edit: Edit): Readonly<Record<InterchangeFormat, readonly string[]>> {
  const rate = asFraction(edit.timeline.rate);
  const start = formatTimecode(edit.timeline.startFrame, edit.timeline);
  const of = (file: string) => edit.media.find((item) => item.media.path.endsWith(`/${file}`));
  const sourceRate = (file: string) => {
    const frames = of(file)?.source.frames;
    return frames?.kind === 'constant' ? asFraction(frames.rate) : undefined;
  };
  const edl = exportTimeline('edl', exportInput(edit.timeline, edit.media)).files.flatMap((file) =>
    edlLines(file.text, rate, start, (name) => of(name)?.media.timecode?.text).map((line): CutLine => {
      const track = /^-([VA]\d+)/.exec(file.suffix)?.[1];
      return track === undefined ? line : { ...line, track };
    }),
  );
  const list = (lines: readonly CutLine[]) => cutListText(lines, sourceRate);
  return {
    otio: list(otioLines(text('otio', edit))),
    fcpxml: list(fcpxmlLines(text('fcpxml', edit))),
    fcp7: list(fcp7Lines(text('fcp7', edit))),
    edl: list(edl),
  };
}

/** All four formats describe the cut given; FCPXML is valid; reading back finds no difference to itself. */
export function expectSameCut(edit: Edit, expected: readonly string[], skip: readonly InterchangeFormat[] = []): void {
  const read = readings(edit);
  for (const format of ['otio', 'fcpxml', 'fcp7', 'edl'] as const) {
    if (!skip.includes(format)) expect(read[format], format).toEqual(expected.toSorted());
  }
  expectValid(text('fcpxml', edit));
}

/** Checks FCPXML against Apple's DTD, where this machine has it. */
export function expectValid(fcpxml: string): void {
  if (canValidate)
    execFileSync('xmllint', ['--noout', '--dtdvalid', DTD_FILE, '-'], {
      input: fcpxml,
      stdio: ['pipe', 'ignore', 'pipe'],
    });
}
