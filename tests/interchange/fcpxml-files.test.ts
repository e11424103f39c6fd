import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { assumedMedia } from '../../core/interchange/assumed-media.ts';
import type { ExportInput, MediaReference, ResolvedMedia } from '../../core/interchange/handoff.ts';
import { exportTimeline, importTimeline } from '../../core/interchange/interchange.ts';
import { readBackExport } from '../../core/interchange/read-back.ts';
import { resolveImported } from '../../core/interchange/resolve.ts';
import { mediaRoot } from '../media-root.ts';

const folder = mediaRoot === undefined ? undefined : join(mediaRoot, 'interchange');
const names = folder === undefined ? [] : readdirSync(folder).filter((name) => /^fcp.*\.fcpxml$/.test(name));
const repository = fileURLToPath(new URL('../..', import.meta.url));
const dtds = resolve(repository, process.env['MONTAGE_INTERCHANGE_DTD'] ?? '../shared/interchange-dtd');
const dtd = join(dtds, 'FCPXMLv1_10.dtd');
const canValidate = existsSync(dtd) && spawnSync('xmllint', ['--version']).error === undefined;
/** Clips without a project. */
const REFUSED = ['fcpx_1_8_clips.fcpxml'];

/** A file as a timeline: its media are not there, so what it says of them is taken. */
function opened(text: string): ExportInput {
  const imported = importTimeline('fcpxml', text);
  const assume = assumedMedia(imported);
  const used = new Map<string, ResolvedMedia>();
  const find = (reference: MediaReference) => {
    const found = assume(reference);
    if (found !== undefined) used.set(found.media.id, found);
    return found;
  };
  let last = 0;
  const { timeline } = resolveImported(imported, find, () => `id-${(last += 1)}`);
  return {
    timeline,
    media: (id) => used.get(id)?.media,
    sources: { source: (id) => used.get(id)?.source },
  };
}

describe.skipIf(folder === undefined)('files of Final Cut Pro and others', () => {
  test.each(names.filter((name) => !REFUSED.includes(name)))('%s is written again as the same cut', (name) => {
    const input = opened(readFileSync(join(folder ?? '', name), 'utf8'));
    const result = exportTimeline('fcpxml', input);
    const { unexplained, clips } = readBackExport('fcpxml', input, result);
    expect(unexplained.map(({ kind, track, timecode, message }) => `${kind} ${track} ${timecode}: ${message}`)).toEqual(
      [],
    );
    expect(clips).toBe(input.timeline.tracks.reduce((sum, track) => sum + track.clips.length, 0));
    if (canValidate) {
      const text = result.files[0]?.text ?? '';
      execFileSync('xmllint', ['--noout', '--dtdvalid', dtd, '-'], { input: text, stdio: ['pipe', 'ignore', 'pipe'] });
    }
  });
});

if (folder === undefined) test.skip('files of Final Cut Pro: set MONTAGE_TEST_MEDIA', () => {});
