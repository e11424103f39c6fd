import { canDropFrame } from '../time/rate.ts';
import {
  allClips,
  clipsWhere,
  markersWhere,
  no,
  none,
  tracksWhere,
  whole,
  yes,
  type Feature,
} from './survival-uses.ts';

function isPlainLine(text: string): boolean {
  return text === text.replace(/\s+/g, ' ').trim();
}

/** What survives of timelines, tracks and markers. */
export const TIMELINE_FEATURES: readonly Feature[] = [
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
    label: 'reel names',
    kind: 'name',
    severity: 'detail',
    support: {
      otio: yes('in metadata'),
      fcpxml: yes('reel of the metadata'),
      fcp7: yes('reel in the timecode'),
      edl: yes('reel column, shortened to what the target takes'),
    },
    uses: none,
  },
  {
    label: 'media paths with spaces, # % & + and accents; Windows, macOS and Linux',
    kind: 'path',
    severity: 'cut',
    support: {
      otio: yes('percent-encoded, or bare for Resolve'),
      fcpxml: yes('percent-encoded'),
      fcp7: yes('file://localhost, percent-encoded'),
      edl: yes('SOURCE FILE comment'),
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
    kind: 'drop-frame',
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
    label: 'colour space of the timeline',
    kind: 'colour-space',
    severity: 'detail',
    support: {
      otio: no('OTIO has no word for it'),
      fcpxml: yes('colorSpace'),
      fcp7: no('xmeml has no colour tags; set it in the project'),
      edl: no('an EDL has no colour tags; set it in the project'),
    },
    uses: whole((cut) => (cut.timeline.colourSpace ?? 'rec709') !== 'rec709'),
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
      resolve: yes('Locked'),
      fcpxml: no('lanes cannot be locked'),
      fcp7: yes('locked'),
      edl: no('an EDL knows no locked tracks'),
    },
    uses: tracksWhere((track) => track.locked),
  },
  {
    label: 'solo tracks',
    kind: 'track-state',
    severity: 'detail',
    support: {
      otio: no('OTIO knows no solo; every track is heard'),
      fcpxml: no('lanes have no solo; every lane is heard'),
      fcp7: no('xmeml knows no solo; every track is heard'),
      edl: no('an EDL knows no solo'),
    },
    uses: tracksWhere((track) => track.solo === true),
  },
  {
    label: 'track names',
    kind: 'name',
    severity: 'detail',
    support: {
      otio: yes('name'),
      fcpxml: no('lanes have no names'),
      fcp7: yes('MZ.TrackName, as Premiere'),
      edl: no('EDL tracks have no names'),
    },
    uses: tracksWhere((track, label) => track.name !== label),
  },
  {
    label: 'caption tracks',
    kind: 'captions',
    severity: 'cut',
    support: {
      otio: no('OTIO has no captions; write an SRT beside it'),
      fcpxml: yes('captions by language; place and look are listed'),
      fcp7: no('xmeml has no captions; write an SRT beside it'),
      edl: no('an EDL has no captions; write an SRT beside it'),
    },
    uses: tracksWhere((track) => track.kind === 'video' && track.captions !== undefined),
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
    label: 'markers on clips',
    kind: 'marker',
    severity: 'detail',
    support: {
      otio: yes('Marker'),
      fcpxml: yes('marker; on the main storyline as those of the timeline'),
      fcp7: yes('marker in the clipitem'),
      edl: no('an EDL has markers of the timeline only'),
    },
    uses: clipsWhere(({ clip }) => (clip.markers?.length ?? 0) > 0),
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
      fcpxml: yes('to-do, done and chapter markers; other colours are listed'),
      fcp7: yes('pproColor and color'),
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
    label: 'metadata of other programs',
    kind: 'metadata',
    severity: 'detail',
    support: {
      otio: yes('metadata, effects and references as they were'),
      fcpxml: no('FCPXML has no place for what other programs noted of it'),
      fcp7: no('of what other programs noted of it, only labels and logs that came from FCP7 XML are written again'),
      edl: no('of what other programs noted of it, only comments that came from an EDL are written again'),
    },
    uses: (cut) => [
      ...whole(({ timeline }) => timeline.metadata !== undefined)(cut),
      ...tracksWhere((track) => track.metadata !== undefined)(cut),
      ...clipsWhere(({ clip }) => clip.metadata !== undefined)(cut),
    ],
  },
];
