import { generateInterchangeTable } from '../../core/interchange/survival.ts';
import type { GeneratedDocument } from './document.ts';

/** What survives on the way to other editors, from the table that the exporters list losses from. */
export const interchange: GeneratedDocument = {
  path: 'docs/interchange.md',
  generate: () =>
    [
      '# What survives on the way to other editors',
      '',
      'Generated from `core/interchange/survival*.ts` by `npm run docs`. Every export lists what it could not keep of the',
      'cut at hand, with track and timecode. Nothing here was tried in Resolve, Premiere or Final Cut by us: the formats',
      "are held to their specifications, to Apple's DTD, to independent readers in the tests and to files that those",
      'programs wrote.',
      '',
      generateInterchangeTable(),
      '## Reading',
      '',
      'OTIO (Clip.1 and Clip.2), FCPXML 1.5 to 1.14, FCP7 XML 4 and 5, CMX 3600. Straight cuts, tracks, gaps, constant',
      'forward speeds, markers, links, gain, opacity and fades are read; transitions become cuts, reverse plays forwards,',
      'freeze frames play on, and nested, compound, multicam and synchronised clips, titles, generators and effects are',
      'left out. Each such case is listed with its place. Files that declare XML entities, point to other files, nest',
      'deeper than 128 levels or exceed 64 MiB are refused.',
      '',
      '## Choices where programs disagree',
      '',
      '- FCP7 XML: `in` and `out` count on the sequence grid from the first frame of the file and span the record length;',
      '  `in` is the true source frame also where a clip is retimed, as Resolve reads it. `pproTicksIn` and `pproTicksOut`',
      '  hold the exact source time, as Premiere reads it.',
      '- FCPXML: media of another rate are conformed with `scaleEnabled="0"`, so that they keep their own clock. The map of',
      '  a retimed clip covers the whole media from its start timecode.',
      "- OTIO: source ranges start in the media's own timecode and rate; their length is the record length.",
      "- EDL: source columns keep the label of the media's timecode; where one column of a list has `;`, a `:` in another",
      '  means non-drop. An EDL carries neither rate nor start: give both when reading one of another program.',
      '',
    ].join('\n'),
};
