import type { ModelEntry } from '../../core/contract/understanding.ts';
import { useEngine } from '../engine-context.ts';
import { formatBytes } from '../format.ts';
import { useJobsStore } from '../stores/jobs.ts';
import { toastFailure } from '../stores/toasts.ts';
import { Button } from '../ui/button.tsx';

/** Gets a model. The press is the consent to this one download: what, how big, from whom and under which licence. */
export function GetModel({ model }: { readonly model: ModelEntry }) {
  const engine = useEngine();
  const title = `Get ${model.name}`;
  const coming = useJobsStore(({ jobs }) =>
    [...jobs.values()].some((job) => job.title === title && (job.state === 'running' || job.state === 'queued')),
  );
  if (!model.canDownload) {
    const where = `No official address of its files is known. Put them in the model folder by hand: ${model.source}`;
    return (
      <span className="truncate text-g8" title={where}>
        Needs {model.name}, by hand
      </span>
    );
  }
  const get = () => {
    engine.client.models
      .get({ modelId: model.id })
      .catch((error: unknown) => toastFailure(`${model.name} could not be got.`, error));
  };
  return (
    <Button
      onClick={get}
      disabled={coming}
      title={`Downloads ${model.name} (${model.licence}) from ${model.source}. Nothing is sent.`}
    >
      {title}, {formatBytes(model.bytes)}
    </Button>
  );
}
