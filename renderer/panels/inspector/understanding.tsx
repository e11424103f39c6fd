import type { AnalyserState, ModelEntry } from '../../../core/contract/understanding.ts';
import type { MediaId } from '../../../core/media/media.ts';
import { useEngine } from '../../engine-context.ts';
import { faultText } from '../../microcopy.ts';
import { useJobsStore } from '../../stores/jobs.ts';
import { toastFailure } from '../../stores/toasts.ts';
import { Button } from '../../ui/button.tsx';
import { Field } from '../../ui/field.tsx';
import { Progress } from '../../ui/progress.tsx';
import { useUnderstanding } from '../../use-understanding.ts';
import { GetModel } from '../get-model.tsx';

/** What has been found in a file, what is being looked for, and which model would find more. */
export function Understanding({ mediaId }: { readonly mediaId: MediaId }) {
  const { states, models } = useUnderstanding(mediaId);
  const found = states.filter(({ state }) => state === 'done').map(({ title }) => title.toLowerCase());
  const open = states.filter(({ state }) => state !== 'done');
  return (
    <section aria-label="Understood" className="mt-2 border-t border-g3 pt-2">
      {found.length > 0 && <p className="py-0.5 text-g9">Found: {found.join(', ')}.</p>}
      {open.map((state) => (
        <Row key={state.analyserId} state={state} model={models.get(modelOf(state))} />
      ))}
    </section>
  );
}

function modelOf(state: AnalyserState): string {
  return state.state === 'needs-model' ? state.modelId : '';
}

function Row({ state, model }: { readonly state: AnalyserState; readonly model: ModelEntry | undefined }) {
  return (
    <Field label={state.title}>
      {state.state === 'waiting' && <span className="text-g8">Waiting</span>}
      {state.state === 'running' && <Running jobId={state.jobId} progress={state.progress} />}
      {state.state === 'failed' && <Failed state={state} />}
      {state.state === 'needs-model' && (model === undefined ? state.sentence : <GetModel model={model} />)}
    </Field>
  );
}

function Running({ jobId, progress }: { readonly jobId: string; readonly progress: number }) {
  const now = useJobsStore(({ jobs }) => jobs.get(jobId)?.progress) ?? progress;
  return (
    <span className="w-20">
      <Progress value={now} label="Looking" />
    </span>
  );
}

function Failed({ state }: { readonly state: Extract<AnalyserState, { readonly state: 'failed' }> }) {
  const engine = useEngine();
  const again = () => {
    engine.client.jobs
      .resume({ jobId: state.jobId })
      .then((job) => useJobsStore.getState().put(job))
      .catch((error: unknown) => toastFailure(`${state.title} could not be looked for again.`, error));
  };
  return (
    <>
      <span className="truncate text-error" title={state.fault === undefined ? undefined : faultText(state.fault)}>
        Stopped
      </span>
      <Button onClick={again}>Try again</Button>
    </>
  );
}
