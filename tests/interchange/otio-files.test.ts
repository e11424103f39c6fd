import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { assumedMedia } from '../../core/interchange/assumed-media.ts';
import type { MediaReference, ResolvedMedia } from '../../core/interchange/handoff.ts';
import { exportTimeline, importTimeline } from '../../core/interchange/interchange.ts';
import { resolveImported } from '../../core/interchange/resolve.ts';
import { mediaRoot } from '../media-root.ts';
import { foreignMetadataIn, otioCut } from './independent/otio-cut.ts';

const folder = mediaRoot === undefined ? undefined : join(mediaRoot, 'interchange');
const names = folder === undefined ? [] : readdirSync(folder).filter((name) => name.endsWith('.otio'));

function converted(text: string) {
  const imported = importTimeline('otio', text);
  const assume = assumedMedia(imported);
  const used = new Map<string, ResolvedMedia>();
  let id = 0;
  const find = (reference: MediaReference) => {
    const media = assume(reference);
    if (media !== undefined) used.set(media.media.id, media);
    return media;
  };
  const { timeline, losses } = resolveImported(imported, find, () => `id-${(id += 1)}`);
  const result = exportTimeline('otio', {
    timeline,
    media: (media) => used.get(media)?.media,
    sources: { source: (media) => used.get(media)?.source },
  });
  const listed = [...losses, ...result.losses].filter(({ kind }) =>
    ['transition', 'media', 'nested'].includes(kind),
  ).length;
  return { listed, text: result.files[0]?.text ?? '' };
}

/** What cannot be played as the file asks, each listed as a loss: lines of the file, and what they become. */
const DECLARED: Readonly<Record<string, readonly (readonly [string, string | undefined])[]>> = {
  // A fade goes on after its clip, where nothing is.
  'otio_clip_example.otio': [['V1 transition 9 11 12', 'V1 transition 9 11 11']],
  // 29 frames at 0.85 take 24.8 of the 24 that are there.
  'otio_nested_example.otio': [
    [
      'V1 nested 302-331 Nested Stack 2 (with effects) from 0 x0.854545455 on',
      'V1 nested 302-330 Nested Stack 2 (with effects) from 0 x0.854545455 on',
    ],
  ],
  // Nested sequences that hold nothing.
  'otio_premiere_example.otio': [
    ['V2 nested 636-956 sc01_sh010_anim from 0 x1.000000000 on', undefined],
    ['A2 nested 636-930 sc01_sh010_anim from 0 x1.000000000 on', undefined],
  ],
  // The media end a frame after the cut.
  'otio_transition.otio': [['V1 transition 7 9 12', 'V1 transition 7 9 10']],
};

/** A generator and two empty nested sequences are left out, which is listed, and with them what stood beside them. */
const LEFT_OUT = /"@id":"clipitem-(?:5|10|18)"/;

describe.skipIf(folder === undefined)('OTIO that other programs wrote', () => {
  test.each(names)('%s comes out as the same cut, as a reader of its own sees it', (name) => {
    const text = readFileSync(join(folder ?? '', name), 'utf8');
    const { text: back, listed } = converted(text);
    const declared = new Map(DECLARED[name] ?? []);
    const meant = otioCut(text).flatMap((line) => (declared.has(line) ? (declared.get(line) ?? []) : line));
    expect(otioCut(back)).toEqual(meant);
    expect(listed).toBeGreaterThanOrEqual(declared.size);
  });

  test.each(names)('%s keeps the metadata of other programs on its timeline, tracks, clips and references', (name) => {
    const text = readFileSync(join(folder ?? '', name), 'utf8');
    const kept = (source: string) =>
      foreignMetadataIn(source).filter(
        (line) => /^(?:Timeline|Stack|Track|Clip|External)/.test(line) && !LEFT_OUT.test(line),
      );
    expect(kept(converted(text).text)).toEqual(kept(text));
  });
});

if (folder === undefined) test.skip('files of other programs: set MONTAGE_TEST_MEDIA', () => {});
