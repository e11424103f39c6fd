import { primaryVideo } from '../media/media.ts';
import {
  clipsWhere,
  no,
  none,
  picturesWhere,
  soundsWhere,
  transitionsWhere,
  yes,
  type Feature,
} from './survival-uses.ts';

/** What survives of when and how clips play, and of their sound. */
export const CLIP_FEATURES: readonly Feature[] = [
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
    label: 'constant speed',
    kind: 'speed',
    severity: 'cut',
    support: {
      otio: yes('LinearTimeWarp'),
      fcpxml: yes('timeMap over the whole media'),
      fcp7: yes('Time Remap; `in` is the true source frame, for Premiere the frame of the retimed clip'),
      edl: yes('M2, tenths of a frame per second'),
    },
    uses: none,
  },
  {
    label: 'clips played backwards',
    kind: 'reverse',
    severity: 'cut',
    support: {
      otio: yes('LinearTimeWarp below 0; the range starts at the frame shown first'),
      fcpxml: yes('timeMap that falls'),
      fcp7: yes('Time Remap with reverse'),
      edl: yes('M2 with a negative speed'),
    },
    uses: clipsWhere(({ clip }) => clip.speed.num < 0),
  },
  {
    label: 'held frames',
    kind: 'freeze',
    severity: 'cut',
    support: {
      otio: yes('FreezeFrame'),
      fcpxml: yes('timeMap that stands'),
      fcp7: yes('stillframe; for Premiere a level Time Remap graph'),
      edl: yes('M2 000.0'),
    },
    uses: clipsWhere(({ clip }) => clip.speed.num === 0),
  },
  {
    label: 'frame blending and optical flow',
    kind: 'retiming',
    severity: 'detail',
    support: {
      otio: no('OTIO has no word for it'),
      fcpxml: yes('frameSampling'),
      fcp7: yes('frameblending; optical flow becomes blending, which is listed'),
      edl: no('an EDL has no word for it'),
    },
    uses: picturesWhere(
      (clip) =>
        clip.speed.num !== 0 &&
        Math.abs(clip.speed.num) !== clip.speed.den &&
        (clip.retiming ?? 'nearest') !== 'nearest',
    ),
  },
  {
    label: 'dissolves, with their alignment and handles',
    kind: 'transition',
    severity: 'cut',
    support: {
      otio: yes('SMPTE_Dissolve'),
      fcpxml: yes('Cross Dissolve over the cut'),
      fcp7: yes('Cross Dissolve with cutPointTicks'),
      edl: yes('D; the cut lies at its start, and where it was in our comment CUT AFTER'),
    },
    uses: transitionsWhere(
      ({ transition, from, to }) =>
        transition.kind === 'dissolve' && from?.clip.kind !== 'audio' && to?.clip.kind !== 'audio',
    ),
  },
  {
    label: 'fades through black',
    kind: 'transition',
    severity: 'cut',
    support: {
      otio: no('a custom transition named Dip to Black; other programs may show a dissolve or a straight cut'),
      fcpxml: yes('Fade To Color'),
      fcp7: yes('Dip to Color Dissolve'),
      edl: no('it is written as a dissolve'),
    },
    uses: transitionsWhere(({ transition }) => transition.kind === 'fade-through-black'),
  },
  {
    label: 'wipes',
    kind: 'transition',
    severity: 'cut',
    support: {
      otio: no('a custom transition named Wipe; other programs may show a dissolve or a straight cut'),
      fcpxml: yes('Wipe with its direction'),
      fcp7: yes('Edge Wipe by SMPTE code'),
      edl: yes('W001, W101, W002, W102'),
    },
    uses: transitionsWhere(({ transition }) => transition.kind === 'wipe'),
  },
  {
    label: 'slides',
    kind: 'transition',
    severity: 'cut',
    support: {
      otio: no('a custom transition named Push; other programs may show a dissolve or a straight cut'),
      fcpxml: yes('Slide with its direction'),
      fcp7: yes('Push Slide'),
      edl: no('it is written as a dissolve'),
    },
    uses: transitionsWhere(({ transition }) => transition.kind === 'slide'),
  },
  {
    label: 'crossfades of sound',
    kind: 'transition',
    severity: 'cut',
    support: {
      otio: yes('SMPTE_Dissolve'),
      fcpxml: yes('Audio Crossfade'),
      fcp7: yes('Cross Fade (+3dB)'),
      edl: yes('D in the list of its own track'),
    },
    uses: transitionsWhere(({ from, to }) => (to ?? from)?.clip.kind === 'audio'),
  },
  {
    label: 'links between picture and sound',
    kind: 'link',
    severity: 'detail',
    support: {
      otio: no('only Resolve reads the link group in the metadata'),
      premiere: yes('LinkID'),
      resolve: yes('Link Group ID'),
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
      resolve: yes('Clip Volume'),
      fcpxml: yes('adjust-volume'),
      fcp7: yes('Audio Levels'),
      edl: no('an EDL has no gain'),
    },
    uses: clipsWhere(({ clip }) => clip.kind === 'audio' && clip.gainDb !== 0),
  },
  {
    label: 'gain keyframes',
    kind: 'keyframes',
    severity: 'cut',
    support: {
      otio: no('OTIO has no word for it'),
      resolve: yes('Key Frames'),
      fcpxml: yes('adjust-volume'),
      fcp7: yes('Audio Levels'),
      edl: no('an EDL has no word for it'),
    },
    uses: soundsWhere((clip) => clip.keyframes?.gainDb !== undefined),
  },
  {
    label: 'pan',
    kind: 'pan',
    severity: 'cut',
    support: {
      otio: no('OTIO has no word for it'),
      premiere: yes('Panner'),
      resolve: yes('Clip Pan'),
      fcpxml: yes('adjust-panner'),
      fcp7: yes('Audio Pan'),
      edl: no('an EDL has no word for it'),
    },
    uses: soundsWhere((clip) => (clip.pan ?? 0) !== 0 || clip.keyframes?.pan !== undefined),
  },
  {
    label: 'sound fades',
    kind: 'fade',
    severity: 'cut',
    support: {
      otio: no('OTIO has no fades'),
      fcpxml: yes('fadeIn, fadeOut'),
      fcp7: yes('Cross Fade (0dB) to or from silence, on whole frames'),
      edl: no('an EDL has no sound fades'),
    },
    uses: clipsWhere(({ clip }) => clip.kind === 'audio' && (clip.fadeIn !== 0 || clip.fadeOut !== 0)),
  },
  {
    label: 'single channels of a stream',
    kind: 'channels',
    severity: 'cut',
    support: {
      otio: no('OTIO names no channels; other programs play all of them'),
      fcpxml: yes('audio-channel-source'),
      fcp7: yes('sourcetrack'),
      edl: no('an EDL names no channels of a file'),
    },
    uses: soundsWhere((clip) => clip.channels !== undefined),
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
    label: 'nested timelines',
    kind: 'nested',
    severity: 'cut',
    support: {
      otio: yes('stacks inside tracks'),
      fcpxml: yes('compound clips'),
      fcp7: yes('sequence in a clipitem'),
      edl: no('an EDL holds no timelines in timelines'),
    },
    uses: clipsWhere(({ content }) => content?.kind === 'nested'),
  },
  {
    label: 'titles',
    kind: 'title',
    severity: 'cut',
    support: {
      otio: no('a generator that holds text and style; other programs may show nothing'),
      fcpxml: yes('Basic Title'),
      fcp7: yes('Text generator; box and outline are listed'),
      edl: no('an EDL holds no titles'),
    },
    uses: clipsWhere(({ content }) => content?.kind === 'title'),
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
