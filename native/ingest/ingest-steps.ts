import { primaryVideo } from '../../core/media/media.ts';
import { artifactKey } from '../artifacts/key.ts';
import { analysersOf } from '../analysers/registry.ts';
import type { Analyser } from '../analysers/analyser.ts';
import type { IngestArtifacts, IngestAssets, IngestMedia, IngestOptions } from './ports.ts';
import type { PassWishes } from './pass-plan.ts';

/** Rises when the bytes of these steps change for the same file. */
const STEP_VERSION = 1;

/** Every artifact that ingest of a file ends in, by key. */
export type IngestKeys = {
  readonly assets: IngestAssets;
  readonly notes: string;
  /** First pictures, before the look through the file; undefined where nothing moves. */
  readonly storyboard?: { readonly strip: string; readonly index: string } | undefined;
  readonly results: readonly { readonly analyser: Analyser; readonly key: string }[];
};

/** The keys: they depend on the file's content, the step and its version, parameters and the ffmpeg build. */
export function ingestKeys(media: IngestMedia, options: IngestOptions, build: string): IngestKeys {
  const { facts } = media;
  const key = (
    step: string,
    extension: string,
    parameters?: Readonly<Record<string, unknown>>,
    stepVersion = STEP_VERSION,
  ) => artifactKey({ media: facts.fingerprint, step: `ingest.${step}`, stepVersion, build, extension, parameters });
  const hasSound = facts.kind !== 'still' && facts.audio.length > 0;
  const hasPicture = primaryVideo(facts) !== undefined;
  const moves = facts.kind === 'video' && hasPicture;
  const proxyExtension = facts.kind === 'still' ? 'jpg' : facts.kind === 'video' ? 'mp4' : 'm4a';
  const lines = moves ? { lines: options.proxyLines } : {};
  const applies = ({ needs }: Analyser) => (needs.frames && moves) || (needs.sound && hasSound);
  return {
    assets: {
      proxy: key('proxy', proxyExtension, lines),
      ...(hasPicture && { thumbnails: key('thumbnails', 'jpgs'), thumbnailIndex: key('thumbnail-index', 'json') }),
      ...(hasSound && { peaks: key('peaks', 'peaks'), speech: key('speech-16k', 's16le') }),
      ...(moves && { frameTable: key('frame-table', 'f64') }),
    },
    notes: key('notes', 'json'),
    ...(moves && { storyboard: { strip: key('storyboard', 'jpgs'), index: key('storyboard-index', 'json') } }),
    results: analysersOf(options.analysers)
      .filter(applies)
      .map((analyser) => ({ analyser, key: key(`analysis.${analyser.id}`, 'json', {}, analyser.version) })),
  };
}

/** What is still to be made. */
export type Missing = {
  readonly proxy: boolean;
  readonly thumbnails: boolean;
  readonly peaks: boolean;
  readonly speech: boolean;
  readonly analysers: readonly string[];
  readonly nothing: boolean;
  readonly wishes: PassWishes;
};

/** Compares the keys with what the store has. */
export function missingOf(keys: IngestKeys, artifacts: IngestArtifacts, options: IngestOptions): Missing {
  const lacks = (key: string | undefined) => key !== undefined && !artifacts.has(key);
  const { assets } = keys;
  const pending = keys.results.filter(({ key }) => !artifacts.has(key)).map(({ analyser }) => analyser);
  const proxy = lacks(assets.proxy);
  const thumbnails = lacks(assets.thumbnails) || lacks(assets.thumbnailIndex);
  const peaks = lacks(assets.peaks);
  const speech = lacks(assets.speech);
  const nothing =
    !proxy &&
    !thumbnails &&
    !peaks &&
    !speech &&
    !lacks(assets.frameTable) &&
    !lacks(keys.notes) &&
    pending.length === 0;
  return {
    ...{ proxy, thumbnails, peaks, speech, nothing },
    analysers: pending.map(({ id }) => id),
    wishes: {
      proxyLines: proxy ? options.proxyLines : undefined,
      thumbnails,
      // Frame times come with the frames: the proxy is checked against them, thumbnails are numbered by them.
      analysisFrames:
        assets.frameTable !== undefined &&
        (proxy ||
          thumbnails ||
          lacks(assets.frameTable) ||
          lacks(keys.notes) ||
          pending.some(({ needs }) => needs.frames)),
      sound: peaks || pending.some(({ needs }) => needs.sound),
      speech,
    },
  };
}
