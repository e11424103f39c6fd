import { clipsWhere, no, picturesWhere, yes, type Feature } from './survival-uses.ts';

const TRANSFORM = ['positionX', 'positionY', 'scaleX', 'scaleY', 'rotationDegrees', 'anchorX', 'anchorY'] as const;
const CROP = ['cropLeft', 'cropTop', 'cropRight', 'cropBottom'] as const;

/** What survives of what pictures are given. */
export const PICTURE_FEATURES: readonly Feature[] = [
  {
    label: 'opacity',
    kind: 'opacity',
    severity: 'cut',
    support: {
      otio: no('OTIO has no opacity'),
      premiere: yes('Opacity'),
      resolve: yes('Composite'),
      fcpxml: yes('adjust-blend'),
      fcp7: yes('Opacity'),
      edl: no('an EDL has no opacity'),
    },
    uses: picturesWhere((clip) => clip.opacity !== 1),
  },
  {
    label: 'picture fades',
    kind: 'fade',
    severity: 'cut',
    support: {
      otio: no('OTIO has no word for it'),
      premiere: yes('keyframes of opacity'),
      resolve: yes('keyframes of opacity'),
      fcpxml: yes('fadeIn, fadeOut of adjust-blend'),
      fcp7: yes('key frames of Opacity'),
      edl: no('an EDL has no word for it'),
    },
    uses: picturesWhere((clip) => (clip.fadeIn ?? 0) !== 0 || (clip.fadeOut ?? 0) !== 0),
  },
  {
    label: 'position, scale and rotation',
    kind: 'transform',
    severity: 'cut',
    support: {
      otio: no('OTIO has no word for it'),
      premiere: yes('Motion'),
      resolve: yes('Transform'),
      fcpxml: yes('adjust-transform'),
      fcp7: yes('Basic Motion in pixels of the media; sides scaled apart and mirrored ones are listed'),
      edl: no('an EDL has no word for it'),
    },
    uses: picturesWhere(({ transform }) => transform !== undefined),
  },
  {
    label: 'crop',
    kind: 'crop',
    severity: 'cut',
    support: {
      otio: no('OTIO has no word for it'),
      premiere: yes('Motion'),
      resolve: yes('Cropping'),
      fcpxml: yes('adjust-crop, trim'),
      fcp7: yes('Crop'),
      edl: no('an EDL has no word for it'),
    },
    uses: picturesWhere(({ crop }) => crop !== undefined),
  },
  {
    label: 'keyframes of position, scale and rotation (smart crop)',
    kind: 'keyframes',
    severity: 'cut',
    support: {
      otio: no('OTIO has no word for it'),
      premiere: yes('Keyframes'),
      resolve: yes('Key Frames'),
      fcpxml: yes('adjust-transform'),
      fcp7: yes('Basic Motion'),
      edl: no('an EDL has no word for it'),
    },
    uses: picturesWhere(({ keyframes }) => TRANSFORM.some((parameter) => keyframes?.[parameter] !== undefined)),
  },
  {
    label: 'keyframes of crop',
    kind: 'keyframes',
    severity: 'cut',
    support: {
      otio: no('OTIO has no word for it'),
      premiere: yes('Keyframes'),
      resolve: yes('Key Frames'),
      fcpxml: yes('adjust-crop, trim'),
      fcp7: yes('Crop'),
      edl: no('an EDL has no word for it'),
    },
    uses: picturesWhere(({ keyframes }) => CROP.some((parameter) => keyframes?.[parameter] !== undefined)),
  },
  {
    label: 'keyframes of opacity',
    kind: 'keyframes',
    severity: 'cut',
    support: {
      otio: no('OTIO has no word for it'),
      premiere: yes('Keyframes'),
      resolve: yes('Key Frames'),
      fcpxml: yes('adjust-blend'),
      fcp7: yes('Opacity'),
      edl: no('an EDL has no word for it'),
    },
    uses: picturesWhere(({ keyframes }) => keyframes?.opacity !== undefined),
  },
  {
    label: 'eased and held keyframes',
    kind: 'curve',
    severity: 'detail',
    support: {
      otio: no('OTIO has no word for it'),
      premiere: no('drawn by straight lines, a key on every frame'),
      resolve: no('drawn by straight lines, a key on every frame'),
      fcpxml: yes('curve; eased positions and steps are listed'),
      fcp7: yes('interpolation'),
      edl: no('an EDL has no word for it'),
    },
    uses: clipsWhere(({ clip }) =>
      Object.values(clip.keyframes ?? {}).some((curve) =>
        (curve ?? []).some(({ interpolation }) => interpolation !== 'linear'),
      ),
    ),
  },
  {
    label: 'how pictures of other shapes meet the frame',
    kind: 'fit',
    severity: 'cut',
    support: {
      otio: no('set the scaling in the project'),
      premiere: yes('scale'),
      resolve: yes('zoom'),
      fcpxml: yes('adjust-conform; stretched by scale, blurred fill is listed'),
      fcp7: yes('as the scale of Basic Motion; stretched and blurred ones are listed'),
      edl: no('set the scaling in the project'),
    },
    uses: picturesWhere(({ fit }) => (fit ?? 'fit') !== 'fit'),
  },
  {
    label: 'blend modes',
    kind: 'blend',
    severity: 'cut',
    support: {
      otio: no('OTIO has no word for it'),
      fcpxml: yes('adjust-blend mode'),
      fcp7: yes('compositemode'),
      edl: no('an EDL has no word for it'),
    },
    uses: picturesWhere(({ blend }) => (blend ?? 'normal') !== 'normal'),
  },
  {
    label: 'look-up tables',
    kind: 'lut',
    severity: 'cut',
    support: {
      otio: no('apply the .cube file there'),
      fcpxml: no('apply the .cube file there'),
      fcp7: no('apply the .cube file there'),
      edl: no('apply the .cube file there'),
    },
    uses: picturesWhere(({ lut }) => lut !== undefined),
  },
  {
    label: 'stabilisation',
    kind: 'stabilise',
    severity: 'cut',
    support: {
      otio: no('stabilise the clip there'),
      fcpxml: yes('adjust-stabilization'),
      fcp7: no('stabilise the clip there'),
      edl: no('stabilise the clip there'),
    },
    uses: picturesWhere(({ stabilise }) => stabilise === true),
  },
];
