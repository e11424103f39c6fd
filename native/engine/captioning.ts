import { MontageError } from '../../core/errors.ts';
import type { Media } from '../../core/media/media.ts';
import { pictureCaptionsAnalyser, switchedOn } from '../analysers/picture-captions.ts';
import { artifactKey } from '../artifacts/key.ts';
import type { EngineParts } from './parts.ts';

/**
 * Queues captions of a file's key frames; asking for them is the user's consent to send those pictures to the provider
 * that is switched on. Asked again with nothing changed, nothing is sent again.
 *
 * @throws MontageError E_PROVIDER_OFF, E_NO_PICTURE, E_NOT_READY
 */
export function captionPictures({ project, queue, kinds, ingest }: EngineParts, media: Media) {
  const { address, model } = switchedOn();
  const { id, version, title } = pictureCaptionsAnalyser;
  if (!pictureCaptionsAnalyser.appliesTo(media)) {
    throw new MontageError({ code: 'E_NO_PICTURE', message: 'there is no picture to describe', where: media.name });
  }
  if (ingest.stateOf(media).state !== 'ready') {
    const hint = 'wait until it is, and ask again';
    const message = 'the file has not been looked through yet';
    throw new MontageError({ code: 'E_NOT_READY', message, where: media.name, hint });
  }
  const stamps = project.analysis.stamps(media.id).filter(({ kind }) => kind === 'shots' || kind === 'shot-scores');
  const key = artifactKey({
    media: media.fingerprint,
    step: `analysis.${id}`,
    stepVersion: version,
    parameters: { provider: [address, model], shots: stamps.map((one) => [one.analyserId, one.analyserVersion]) },
    extension: 'json',
  });
  const input = { mediaId: media.id, name: media.name, analyser: id, title, key };
  const before = queue.latest(kinds.analysis, input);
  if (before?.state === 'failed' || before?.state === 'cancelled') return { jobId: queue.resume(before.id).id };
  return { jobId: queue.addOnce(kinds.analysis, input) };
}
