import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ExportInput } from '../../core/interchange/handoff.ts';
import { exportTimeline } from '../../core/interchange/interchange.ts';
import { GENERIC_PROFILE, PROFILES, type FcpxmlVersion, type Profile } from '../../core/interchange/profiles.ts';
import { readBackExport } from '../../core/interchange/read-back.ts';
import { scaled } from '../scale.ts';
import { exportInput } from './cut-builder.ts';
import { richCut } from './rich-cut.ts';

const VERSIONS: readonly FcpxmlVersion[] = ['1.9', '1.10', '1.11', '1.12', '1.13', '1.14'];
const repository = fileURLToPath(new URL('../..', import.meta.url));
const dtds = resolve(repository, process.env['MONTAGE_INTERCHANGE_DTD'] ?? '../shared/interchange-dtd');
const dtdOf = (version: FcpxmlVersion) => join(dtds, `FCPXMLv${version.replace('.', '_')}.dtd`);
const canValidate = existsSync(dtdOf('1.10')) && spawnSync('xmllint', ['--version']).error === undefined;

const input = (g: fc.GeneratorValue, profile: Profile): ExportInput => {
  const { timeline, media } = richCut(g);
  return { ...exportInput(timeline, media), profile };
};

/** Whatever was written, an honest list says what did not survive: reading back finds nothing else. */
function expectExplained(g: fc.GeneratorValue, profile: Profile, strip: (text: string) => string): void {
  const given = input(g, profile);
  const result = exportTimeline('fcpxml', given);
  const files = result.files.map((file) => ({ ...file, text: strip(file.text) }));
  const { unexplained } = readBackExport('fcpxml', given, { ...result, files });
  const isStripped = strip('<note>x</note>') === '';
  const wrong = unexplained.filter(
    ({ kind, message }) => !(isStripped && (kind === 'note' || message.includes('note'))),
  );
  expect(wrong.map(({ kind, track, timecode, message }) => `${kind} ${track} ${timecode}: ${message}`)).toEqual([]);
}

const withoutNotes = (text: string) =>
  text
    .replace(/<note>.*?<\/note>/gs, '')
    .replace(/ note="[^"]*"/g, '')
    .replace(/<metadata>.*?<\/metadata>/gs, '');

describe('random timelines with everything in them', () => {
  test.each(VERSIONS)('come back from FCPXML %s up to the declared losses', (fcpxmlVersion) => {
    fc.assert(
      fc.property(fc.gen(), (g) => expectExplained(g, { ...GENERIC_PROFILE, fcpxmlVersion }, (text) => text)),
      { numRuns: scaled(20) },
    );
  });

  test('come back with every note and metadata of ours stripped', () => {
    fc.assert(
      fc.property(fc.gen(), (g) => expectExplained(g, GENERIC_PROFILE, withoutNotes)),
      { numRuns: scaled(30) },
    );
  });

  test('come back through whole-media compounds for Resolve, and from every profile', () => {
    fc.assert(
      fc.property(fc.gen(), fc.constantFrom(...PROFILES), (g, profile) => expectExplained(g, profile, (text) => text)),
      { numRuns: scaled(30) },
    );
  });
});

describe.skipIf(!canValidate)("Apple's DTD", () => {
  test.each(VERSIONS)('random timelines are valid FCPXML %s', (fcpxmlVersion) => {
    const folder = mkdtempSync(join(tmpdir(), 'montage-dtd-'));
    try {
      const files: string[] = [];
      fc.assert(
        fc.property(fc.gen(), fc.constantFrom<Profile['fcpxmlSpeed']>('clip', 'compound'), (g, fcpxmlSpeed) => {
          const given = input(g, { ...GENERIC_PROFILE, fcpxmlVersion, fcpxmlSpeed });
          const text = exportTimeline('fcpxml', given).files[0]?.text ?? '';
          expect(text).toContain(`<fcpxml version="${fcpxmlVersion}">`);
          const path = join(folder, `${files.length}.fcpxml`);
          writeFileSync(path, text);
          files.push(path);
        }),
        { numRuns: scaled(20) },
      );
      for (let at = 0; at < files.length; at += 200) {
        const some = files.slice(at, at + 200);
        execFileSync('xmllint', ['--noout', '--dtdvalid', dtdOf(fcpxmlVersion), ...some], { stdio: 'pipe' });
      }
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

if (!canValidate) test.skip("Apple's DTDs or xmllint are missing: set MONTAGE_INTERCHANGE_DTD", () => {});
