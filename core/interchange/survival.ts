import { primaryVideo } from '../media/media.ts';
import { loss, recordTimecode, type Cut, type CutClip } from './export-cut.ts';
import { INTERCHANGE_FORMATS, type InterchangeFormat, type Loss, type LossKind, type LossPlace } from './handoff.ts';
import { canDropFrame, frameOfTime } from '../time/rate.ts';

/** Whether a format carries something, and how or why not; `message` completes "<thing>: …". */
type Support = { readonly survives: boolean; readonly how: string };

type Use = { readonly what: string; readonly where: LossPlace };

/** One property of a cut, what each format makes of it, and where a cut uses it. */
type Feature = {
  readonly label: string;
  readonly kind: LossKind;
  readonly severity: Loss['severity'];
  readonly support: Readonly<Record<InterchangeFormat, Support>>;
  readonly uses: (cut: Cut) => readonly Use[];
};

const yes = (how: string): Support => ({ survives: true, how });
const no = (how: string): Support => ({ survives: false, how });
const none = () => [];

function allClips(cut: Cut): readonly CutClip[] {
  return [...cut.video, ...cut.audio].flatMap((track): readonly CutClip[] => track.clips);
}

function clipsWhere(test: (item: CutClip) => boolean): (cut: Cut) => readonly Use[] {
  return (cut) =>
    allClips(cut)
      .filter(test)
      .map((item) => ({ what: item.clip.name, where: item.place }));
}

function tracksWhere(test: (track: Cut['timeline']['tracks'][number], label: string) => boolean) {
  return (cut: Cut): readonly Use[] =>
    [...cut.video, ...cut.audio].flatMap(({ track, label }) =>
      test(track, label) ? [{ what: track.name, where: { track: label } }] : [],
    );
}

function markersWhere(test: (marker: Cut['timeline']['markers'][number]) => boolean) {
  return (cut: Cut): readonly Use[] =>
    cut.timeline.markers.filter(test).map((marker) => ({
      what: marker.name,
      where: { timecode: recordTimecode(cut.timeline, frameOfTime(marker.at, cut.timeline.rate, 'nearest')) },
    }));
}

const whole =
  (test: (cut: Cut) => boolean) =>
  (cut: Cut): readonly Use[] =>
    test(cut) ? [{ what: cut.timeline.name, where: {} }] : [];

function isPlainLine(text: string): boolean {
  return text === text.replace(/\s+/g, ' ').trim();
}

/** What survives in which format. The one table: exporters list losses from it, and the documentation prints it. */
const FEATURES: readonly Feature[] = [
  {
    label: 'cuts, gaps, source timecode, exact rates, links to the original files',
    kind: 'source-in',
    severity: 'cut',
    support: {
      otio: yes('each source at its own rate'),
      fcpxml: yes('rational seconds; each source in its own format'),
      fcp7: yes('on the sequence grid, exact in Premiere ticks'),
      edl: yes('on the record grid; sources of other rates where a record frame falls into the source frame'),
    },
    uses: none,
  },
  {
    label: 'several tracks',
    kind: 'track',
    severity: 'detail',
    support: {
      otio: yes('tracks'),
      fcpxml: yes('lanes; sound that rides on its picture has no lane of its own'),
      fcp7: yes('tracks; stereo as two linked mono tracks'),
      edl: yes('one file per track'),
    },
    uses: none,
  },
  {
    label: 'constant speed',
    kind: 'speed',
    severity: 'cut',
    support: {
      otio: yes('LinearTimeWarp'),
      fcpxml: yes('timeMap over the whole media'),
      fcp7: yes('Time Remap filter; `in` is the true source frame'),
      edl: yes('M2, tenths of a frame per second'),
    },
    uses: none,
  },
  {
    label: 'start timecode',
    kind: 'start-timecode',
    severity: 'detail',
    support: {
      otio: yes('global_start_time'),
      fcpxml: yes('tcStart'),
      fcp7: yes('timecode'),
      edl: yes('record columns; a leading gap cannot be told from a later start'),
    },
    uses: none,
  },
  {
    label: 'drop-frame counting',
    kind: 'start-timecode',
    severity: 'detail',
    support: {
      otio: no('OTIO has no drop-frame flag; the start is right as a frame count'),
      fcpxml: yes('tcFormat'),
      fcp7: yes('displayformat'),
      edl: yes('FCM and ;'),
    },
    uses: whole((cut) => canDropFrame(cut.timeline.rate)),
  },
  {
    label: 'frame size',
    kind: 'frame-size',
    severity: 'detail',
    support: {
      otio: no('OTIO has no frame size; set it in the project'),
      fcpxml: yes('format'),
      fcp7: yes('format'),
      edl: no('an EDL has no frame size; set it in the project'),
    },
    uses: whole(() => true),
  },
  {
    label: 'names with line breaks or runs of spaces',
    kind: 'name',
    severity: 'detail',
    support: {
      otio: yes('name'),
      fcpxml: yes('name'),
      fcp7: yes('name'),
      edl: no('a list keeps names on one line with single spaces'),
    },
    uses: (cut) => [
      ...whole(({ timeline }) => !isPlainLine(timeline.name))(cut),
      ...clipsWhere(({ clip }) => !isPlainLine(clip.name))(cut),
    ],
  },
  {
    label: 'disabled clips',
    kind: 'disabled',
    severity: 'detail',
    support: {
      otio: yes('enabled'),
      fcpxml: yes('enabled'),
      fcp7: yes('enabled'),
      edl: no('it is left out and leaves a hole'),
    },
    uses: clipsWhere((item) => !item.clip.enabled),
  },
  {
    label: 'disabled tracks',
    kind: 'track-state',
    severity: 'detail',
    support: {
      otio: yes('enabled'),
      fcpxml: no('lanes have no switch; its clips are written as disabled'),
      fcp7: yes('enabled'),
      edl: no('it is left out'),
    },
    uses: tracksWhere((track) => !track.enabled),
  },
  {
    label: 'locked tracks',
    kind: 'track-state',
    severity: 'detail',
    support: {
      otio: no('OTIO knows no locked tracks'),
      fcpxml: no('lanes cannot be locked'),
      fcp7: yes('locked'),
      edl: no('an EDL knows no locked tracks'),
    },
    uses: tracksWhere((track) => track.locked),
  },
  {
    label: 'track names',
    kind: 'name',
    severity: 'detail',
    support: {
      otio: yes('name'),
      fcpxml: no('lanes have no names'),
      fcp7: no('xmeml tracks have no names'),
      edl: no('EDL tracks have no names'),
    },
    uses: tracksWhere((track, label) => track.name !== label),
  },
  {
    label: 'links between picture and sound',
    kind: 'link',
    severity: 'detail',
    support: {
      otio: no('only Resolve reads the link group in the metadata'),
      fcpxml: yes('one asset-clip where picture and sound agree, else listed'),
      fcp7: yes('reciprocal links'),
      edl: no('an EDL has no links'),
    },
    uses: clipsWhere((item) => item.clip.linkId !== null),
  },
  {
    label: 'clip notes',
    kind: 'note',
    severity: 'detail',
    support: {
      otio: yes('metadata'),
      fcpxml: yes('note'),
      fcp7: yes('logginginfo'),
      edl: yes('COMMENT, on one line'),
    },
    uses: none,
  },
  {
    label: 'gain',
    kind: 'gain',
    severity: 'cut',
    support: {
      otio: no('OTIO has no gain'),
      fcpxml: yes('adjust-volume'),
      fcp7: yes('Audio Levels'),
      edl: no('an EDL has no gain'),
    },
    uses: clipsWhere(({ clip }) => clip.kind === 'audio' && clip.gainDb !== 0),
  },
  {
    label: 'sound fades',
    kind: 'fade',
    severity: 'cut',
    support: {
      otio: no('OTIO has no fades'),
      fcpxml: yes('fadeIn, fadeOut'),
      fcp7: no('fades are not written to FCP7 XML'),
      edl: no('an EDL has no sound fades'),
    },
    uses: clipsWhere(({ clip }) => clip.kind === 'audio' && (clip.fadeIn !== 0 || clip.fadeOut !== 0)),
  },
  {
    label: 'opacity',
    kind: 'opacity',
    severity: 'cut',
    support: {
      otio: no('OTIO has no opacity'),
      fcpxml: yes('adjust-blend'),
      fcp7: yes('Opacity'),
      edl: no('an EDL has no opacity'),
    },
    uses: clipsWhere(({ clip }) => clip.kind === 'video' && clip.opacity !== 1),
  },
  {
    label: 'choice among several sound streams of a file',
    kind: 'stream',
    severity: 'cut',
    support: {
      otio: no('OTIO names no stream; other programs take the first'),
      fcpxml: yes('audio-channel-source'),
      fcp7: yes('sourcetrack'),
      edl: no('an EDL names no stream; other programs take the first'),
    },
    uses: clipsWhere(({ clip }) => clip.kind === 'audio' && clip.streamOrdinal !== 0),
  },
  {
    label: 'markers',
    kind: 'marker',
    severity: 'detail',
    support: {
      otio: yes('Marker'),
      fcpxml: yes('marker, up to the last clip'),
      fcp7: yes('marker'),
      edl: yes('LOC in the first file'),
    },
    uses: none,
  },
  {
    label: 'markers of a cut that shows nothing',
    kind: 'marker',
    severity: 'detail',
    support: {
      otio: yes('Marker'),
      fcpxml: yes('marker, on a gap'),
      fcp7: yes('marker'),
      edl: no('a list without events has no place for it'),
    },
    uses: (cut) => (allClips(cut).some((item) => item.enabled) ? [] : markersWhere(() => true)(cut)),
  },
  {
    label: 'marker colours',
    kind: 'marker',
    severity: 'detail',
    support: {
      otio: yes('color'),
      fcpxml: no('its colour is lost: FCPXML markers have none'),
      fcp7: no('its colour is lost: xmeml 4 markers have none'),
      edl: yes('LOC colour'),
    },
    uses: markersWhere((marker) => marker.colour !== 'blue'),
  },
  {
    label: 'marker notes and lengths',
    kind: 'marker',
    severity: 'detail',
    support: {
      otio: yes('comment, marked_range'),
      fcpxml: yes('note, duration of at least a frame'),
      fcp7: yes('comment, out'),
      edl: no('its note and length are lost: LOC holds a point and a name'),
    },
    uses: markersWhere((marker) => marker.note !== '' || marker.duration !== 0),
  },
  {
    label: 'HDR colour tags',
    kind: 'colour',
    severity: 'detail',
    support: {
      otio: no('OTIO has no colour tags; the files keep their own'),
      fcpxml: yes('colorSpace'),
      fcp7: no('xmeml has no colour tags; the files keep their own'),
      edl: no('an EDL has no colour tags; the files keep their own'),
    },
    uses: clipsWhere(
      ({ clip, media }) => clip.kind === 'video' && (primaryVideo(media)?.colour.hdr ?? 'none') !== 'none',
    ),
  },
];

/** Lists what a format cannot hold of a cut, from the table. */
export function tableLosses(cut: Cut, format: InterchangeFormat): readonly Loss[] {
  return FEATURES.flatMap((feature) => {
    const support = feature.support[format];
    if (support.survives) return [];
    return feature.uses(cut).map((use) => loss(feature.kind, feature.severity, use.what, use.where, support.how));
  });
}

const TITLES: Readonly<Record<InterchangeFormat, string>> = {
  otio: 'OTIO',
  fcpxml: 'FCPXML 1.10',
  fcp7: 'FCP7 XML',
  edl: 'EDL',
};

/** What survives in which format, as a Markdown table. */
export function generateInterchangeTable(): string {
  const row = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const cell = ({ survives, how }: Support) => `${survives ? 'yes' : '**no**'}: ${how.replaceAll('|', '\\|')}`;
  return [
    row(['what', ...INTERCHANGE_FORMATS.map((format) => TITLES[format])]),
    row(['---', ...INTERCHANGE_FORMATS.map(() => '---')]),
    ...FEATURES.map((feature) =>
      row([feature.label, ...INTERCHANGE_FORMATS.map((format) => cell(feature.support[format]))]),
    ),
    '',
  ].join('\n');
}
