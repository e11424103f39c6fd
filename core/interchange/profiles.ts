/** Programs and versions that exports are shaped for, in the order they are offered. */
export const TARGET_IDS = [
  'generic',
  'resolve18.5',
  'resolve19',
  'resolve21',
  'premiere25',
  'premiere25.6',
  'fcp10.6',
  'fcp11',
  'fcp12',
] as const;
export type TargetId = (typeof TARGET_IDS)[number];

export type FcpxmlVersion = '1.9' | '1.10' | '1.11' | '1.12' | '1.13' | '1.14';

/** What a program is known to read (docs/interchange.md names the sources). */
export type Profile = {
  readonly id: TargetId;
  readonly program: string;
  /** What it is handed unless a format is named. */
  readonly format: 'otio' | 'fcpxml' | 'fcp7';
  /** 'resolve': source ranges in the media's timecode, names = file names; 'premiere': motion and opacity as its metadata. */
  readonly otio: 'generic' | 'resolve' | 'premiere';
  /** How OTIO addresses media: percent-encoded `file:///…`, or the bare path. */
  readonly otioUrl: 'file-url' | 'bare-path';
  readonly fcpxmlVersion: FcpxmlVersion;
  /** Retimed clips as compound clips with a whole-media time map: Resolve shows black tails otherwise. */
  readonly fcpxmlSpeed: 'clip' | 'compound';
  readonly xmemlVersion: 4 | 5;
  /** In and out points of retimed clips: true source frames, or frames of the retimed clip as Premiere writes them. */
  readonly xmemlRetime: 'source' | 'retimed';
  /** Turned media: by the file's own flag, or by a rotation of the clip. */
  readonly rotation: 'flag' | 'transform';
  /** Characters of an EDL reel. */
  readonly reelLength: 8 | 32;
};

const GENERIC: Profile = {
  id: 'generic',
  program: 'any program',
  format: 'otio',
  otio: 'generic',
  otioUrl: 'file-url',
  fcpxmlVersion: '1.10',
  fcpxmlSpeed: 'clip',
  xmemlVersion: 5,
  xmemlRetime: 'source',
  rotation: 'flag',
  reelLength: 8,
};

const RESOLVE: Profile = {
  ...GENERIC,
  id: 'resolve19',
  program: 'DaVinci Resolve 19',
  format: 'fcpxml',
  otio: 'resolve',
  otioUrl: 'bare-path',
  fcpxmlSpeed: 'compound',
  reelLength: 32,
};

const PREMIERE: Profile = {
  ...GENERIC,
  id: 'premiere25',
  program: 'Premiere Pro 25',
  format: 'fcp7',
  otio: 'premiere',
  xmemlVersion: 4,
  xmemlRetime: 'retimed',
  rotation: 'transform',
};

const FINAL_CUT: Profile = { ...GENERIC, id: 'fcp10.6', program: 'Final Cut Pro 10.6', format: 'fcpxml' };

/** Every target, in the order they are offered. */
export const PROFILES: readonly Profile[] = [
  GENERIC,
  { ...RESOLVE, id: 'resolve18.5', program: 'DaVinci Resolve 18.5' },
  RESOLVE,
  { ...RESOLVE, id: 'resolve21', program: 'DaVinci Resolve 21', fcpxmlVersion: '1.12' },
  PREMIERE,
  { ...PREMIERE, id: 'premiere25.6', program: 'Premiere Pro 25.6' },
  FINAL_CUT,
  { ...FINAL_CUT, id: 'fcp11', program: 'Final Cut Pro 11', fcpxmlVersion: '1.13' },
  { ...FINAL_CUT, id: 'fcp12', program: 'Final Cut Pro 12', fcpxmlVersion: '1.14' },
];

/** The profile that stands where none is named. */
export const GENERIC_PROFILE: Profile = GENERIC;

/** What each target is handed, as a Markdown table. */
export function generateProfileTable(): string {
  const row = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const head = [
    'target',
    'program',
    'handed',
    'FCPXML',
    'retimes in FCPXML',
    'xmeml',
    'retimes in xmeml',
    'OTIO',
    'OTIO addresses',
    'turned media',
    'EDL reels',
  ];
  return [
    row(head),
    row(head.map(() => '---')),
    ...PROFILES.map((profile) =>
      row([
        `\`${profile.id}\``,
        profile.program,
        profile.format,
        profile.fcpxmlVersion,
        profile.fcpxmlSpeed === 'clip' ? 'on the clip' : 'compound clip',
        String(profile.xmemlVersion),
        profile.xmemlRetime === 'source' ? '`in` is the source frame' : '`in` is a retimed frame',
        profile.otio,
        profile.otioUrl === 'file-url' ? '`file:///…`' : 'bare path',
        profile.rotation === 'flag' ? 'own flag' : 'rotation of the clip',
        `${profile.reelLength} characters`,
      ]),
    ),
    '',
  ].join('\n');
}

/** The profile of a target. */
export function profileOf(id: TargetId): Profile {
  return PROFILES.find((profile) => profile.id === id) ?? GENERIC;
}
