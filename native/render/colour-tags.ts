import type { ColourSpace } from '../../core/timeline/timeline.ts';

/** ffmpeg's names of a film's primaries, transfer and matrix (ITU-T H.273). */
export type ColourTags = { readonly primaries: string; readonly transfer: string; readonly matrix: string };

const TAGS: Readonly<Record<ColourSpace, ColourTags>> = {
  'rec601-525': { primaries: 'smpte170m', transfer: 'smpte170m', matrix: 'smpte170m' },
  'rec601-625': { primaries: 'bt470bg', transfer: 'smpte170m', matrix: 'bt470bg' },
  rec709: { primaries: 'bt709', transfer: 'bt709', matrix: 'bt709' },
  'p3-d65': { primaries: 'smpte432', transfer: 'bt709', matrix: 'bt709' },
  rec2020: { primaries: 'bt2020', transfer: 'bt2020-10', matrix: 'bt2020nc' },
  'rec2020-pq': { primaries: 'bt2020', transfer: 'smpte2084', matrix: 'bt2020nc' },
  'rec2020-hlg': { primaries: 'bt2020', transfer: 'arib-std-b67', matrix: 'bt2020nc' },
};

/** What a film in a colour space says of itself. Films are always in limited range. */
export function colourTags(space: ColourSpace): ColourTags {
  return TAGS[space];
}

/** The tags as options of an encoder or of a raw input. */
export function colourOptions(space: ColourSpace): readonly string[] {
  const { primaries, transfer, matrix } = TAGS[space];
  const tags = ['-colorspace', matrix, '-color_primaries', primaries, '-color_trc', transfer];
  return [...tags, '-color_range', 'tv'];
}

/** Names the pictures' colour to encoders that read it from each picture (ProRes), not from their options. */
export function colourFilter(space: ColourSpace): string {
  const { primaries, transfer, matrix } = TAGS[space];
  return `setparams=range=tv:color_primaries=${primaries}:color_trc=${transfer}:colorspace=${matrix}`;
}
