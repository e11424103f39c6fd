import type { MediaEntry } from '../../../core/contract/model.ts';
import type { AnalyserState } from '../../../core/contract/understanding.ts';
import { chooseCaptions } from '../../footage-in.ts';
import { faultText } from '../../microcopy.ts';
import { useJobsStore } from '../../stores/jobs.ts';
import { Button } from '../../ui/button.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { Progress } from '../../ui/progress.tsx';
import { useUnderstanding } from '../../use-understanding.ts';
import { GetModel } from '../get-model.tsx';

/** Why no words of a clip are shown, and what would bring them. */
export function NoWords({ entry }: { readonly entry: MediaEntry }) {
  const { states, models } = useUnderstanding(entry.media.id);
  const state = states.find(({ analyserId }) => analyserId === 'transcript');
  if (entry.media.audio.length === 0) return <EmptyState>“{entry.media.name}” has no sound.</EmptyState>;
  if (state?.state === 'running') return <Listening jobId={state.jobId} progress={state.progress} />;
  const model = state?.state === 'needs-model' ? models.get(state.modelId) : undefined;
  return (
    <EmptyState
      action={
        <div className="flex flex-wrap justify-center gap-2">
          {model !== undefined && <GetModel model={model} />}
          <Button onClick={() => chooseCaptions(entry.media.id)}>Read captions…</Button>
        </div>
      }
    >
      {reasonText(state, model?.name)}
    </EmptyState>
  );
}

function reasonText(state: AnalyserState | undefined, model: string | undefined): string {
  switch (state?.state) {
    case 'needs-model':
      return `No words yet. Listening needs ${model ?? 'a model'}, which runs on this computer; captions (SRT, VTT, ASS, JSON) do as well.`;
    case 'failed':
      return `Listening stopped${state.fault === undefined ? '.' : `: ${faultText(state.fault)}`} Try again in the inspector.`;
    case 'done':
      return 'No speech found in this clip.';
    case 'running':
    case 'waiting':
    case undefined:
      return 'No words yet. They come once the clip has been looked at.';
  }
}

function Listening({ jobId, progress }: { readonly jobId: string; readonly progress: number }) {
  const now = useJobsStore(({ jobs }) => jobs.get(jobId)?.progress) ?? progress;
  return (
    <EmptyState
      action={
        <span className="w-40">
          <Progress value={now} label="Listening" />
        </span>
      }
    >
      Listening…
    </EmptyState>
  );
}
