import { describe, expect, test } from 'vitest';
import type { InterchangeFormat } from '../../core/interchange/handoff.ts';
import { CASES, withDissolve, type ConformanceCase } from './conformance-cases.ts';
import { R } from './cut-builder.ts';
import { DIALECTS, written } from './every-pair.ts';
import { expectValid, text, type Edit } from './same-cut.ts';

function editOf(name: string): Edit {
  const found = CASES.find((one: ConformanceCase) => one.name === name);
  if (found === undefined) throw new Error(`no case ${name}`);
  return found.edit;
}

const flat = (format: InterchangeFormat, edit: Edit) => text(format, edit).replace(/>\s+</g, '><');
/** The value of an OTIO time inside an object's key, whatever stands between. */
const otioValue = (key: string, value: number) => new RegExp(`"${key}": \\{[^}]*"value": ${value}\\b`);

test('case 1, p25: golden values', () => {
  const edit = editOf('p25');
  const otio = text('otio', edit);
  expect(otio).toMatch(otioValue('global_start_time', 90_000));
  expect(otio).toMatch(otioValue('start_time', 900_024));
  const children: unknown = JSON.parse(otio);
  const lengths = [...JSON.stringify(children).matchAll(/"source_range":\{[^}]*"duration":\{[^}]*"value":(\d+)/g)];
  expect(lengths.reduce((sum, [, value]) => sum + Number(value), 0)).toBe(182);
  expect(text('edl', edit)).toMatch(/^001 {2}A {8}V {5}C {8}10:00:00:24 10:00:02:16 01:00:00:00 01:00:01:17$/m);
});

test('case 2, p25 dissolve: golden values', () => {
  const edit = editOf('p25 dissolve');
  expect(text('edl', edit)).toMatch(
    /^002 {2}A .* C +10:00:02:16 10:00:02:16 01:00:01:17 01:00:01:17\n002 {2}B .* D +012 00:00:00:18 00:00:03:09 01:00:01:17 01:00:04:08$/m,
  );
  const xmeml = flat('fcp7', edit);
  expect(xmeml).toMatch(/<name>A\.mov<.*?<start>0<\/start><end>-1<\/end><in>24<\/in><out>78<\/out>/);
  expect(xmeml).toContain('<transitionitem><start>42</start><end>54</end><alignment>center</alignment>');
  expect(xmeml).toMatch(/<name>B\.mov<.*?<start>-1<\/start><end>108<\/end><in>18<\/in><out>84<\/out>/);
  const fcpxml = text('fcpxml', edit);
  expect(fcpxml).toContain('<transition name="Cross Dissolve" offset="90042/25s" duration="12/25s">');
  expect(fcpxml).toMatch(/offset="90048\/25s" name="B.mov" start="24\/25s"/);
});

test('case 10, start-aligned and end-aligned dissolve: golden values', () => {
  const [atStart, atEnd] = [editOf('start-aligned dissolve'), editOf('end-aligned dissolve')];
  expect(flat('fcp7', atStart)).toContain('<alignment>start</alignment>');
  expect(flat('fcp7', atEnd)).toContain('<alignment>end</alignment>');
  expect(text('otio', atStart)).toMatch(otioValue('in_offset', 0));
  expect(text('otio', atEnd)).toMatch(otioValue('out_offset', 0));
  expect(text('edl', atStart)).toMatch(/D +012 \S+ \S+ 01:00:01:23 /);
  expect(text('edl', atEnd)).toMatch(/D +012 \S+ \S+ 01:00:01:11 /);
});

test('case 11, fade in from black, fade out: golden values', () => {
  const edit = editOf('fade in from black, fade out');
  expect(flat('fcp7', edit)).toContain('<alignment>start-black</alignment>');
  expect(flat('fcp7', edit)).toContain('<alignment>end-black</alignment>');
  const edl = text('edl', edit);
  expect(edl).toMatch(/^001 {2}BL .* C +\S+ \S+ 01:00:00:00 01:00:00:00\n001 {2}A .* D +012 /m);
  expect(edl).toMatch(/^(\d{3}) {2}C .* C +\S+ \S+ (01:00:06:22) \2\n\1 {2}BL .* D +010 /m);
  expect(flat('fcpxml', edit)).toMatch(/<spine><transition .*<\/transition><\/spine>/);
  expect(text('otio', edit).match(/"Transition\.1"/g)).toHaveLength(2);
});

test.each(DIALECTS)('case 12, dissolve without handles: $name says what it dropped and shortened', (dialect) => {
  const { losses } = written(dialect, editOf('dissolve without handles'));
  expect(losses.filter(({ kind }) => kind === 'transition').map(({ what, message }) => [what, message])).toEqual([
    ['ünï#?%.mov', expect.stringContaining('dissolve of 12 frames is left out')],
    ['B.mov', expect.stringContaining('dissolve of 12 frames is shortened to 6')],
  ]);
});

test('case 14, two video tracks + 2 audio: connected clips lie at parent.start + (rec − parent.rec)', () => {
  const fcpxml = text('fcpxml', editOf('two video tracks + 2 audio'));
  // The parent starts at 10:00:04:00 of its source; the clip above lies 10 frames after its start.
  expect(fcpxml).toMatch(/lane="1" offset="180022\/5s"/);
  expect(fcpxml).toMatch(/lane="-1"/);
  const names = [...text('otio', editOf('two video tracks + 2 audio')).matchAll(/"name": "([VA]\d)"/g)];
  expect([...new Set(names.map(([, name]) => name))]).toEqual(['V1', 'V2', 'A1', 'A2']);
});

test('case 19, speed 50 %, reverse −100 %, freeze: golden values', () => {
  const edit = editOf('speed 50 %, reverse −100 %, freeze');
  const otio = text('otio', edit);
  for (const scalar of ['0.5', '-1', '0']) expect(otio).toMatch(new RegExp(`"time_scalar": ${scalar}\\b`));
  const speeds = [...text('edl', edit).matchAll(/^M2 +B +(\S+)/gm)].map(([, speed]) => speed);
  expect(speeds).toEqual(['012.5', '-025.0', '000.0']);
});

test('case 22, paths: golden addresses', () => {
  const edit = editOf('paths');
  for (const format of ['otio', 'fcpxml'] as const) expect(text(format, edit)).toContain('file:///media/A%20001.mov');
  expect(text('fcp7', edit)).toContain('<pathurl>file://localhost/media/A%20001.mov</pathurl>');
});

test.each(DIALECTS)('case 30, proxies in use: every address in $name is that of the original', (dialect) => {
  const edit = editOf('proxies in use');
  const all = written(dialect, edit)
    .files.map((file) => file.text)
    .join('\n');
  const found = [...all.matchAll(/(?:file:\/\/(?:localhost)?|SOURCE FILE: |"target_url": ")(\/[^"<\n]*)/g)];
  const paths = new Set(found.map(([, path]) => path));
  expect(paths).toEqual(new Set(edit.media.map(({ media }) => media.path)));
});

describe('case 31, every FCPXML', () => {
  test.each(CASES.filter(({ isLong }) => isLong !== true))('DTD 1.10 holds for case $number', ({ edit }) => {
    expectValid(text('fcpxml', edit));
  });

  test('DTD 1.10 holds for a drop-frame cut at 59.94', () => {
    expectValid(text('fcpxml', withDissolve(R.r5994, true)));
  });
});
