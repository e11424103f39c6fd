import type { ChangeId } from '../core/director/suggestion.ts';
import { nowMs } from './clock.ts';
import { showDockPanel } from './dock-controller.ts';
import type { Engine } from './engine.ts';
import { type BriefDraft, briefOf, useBriefStore } from './stores/brief.ts';
import { usePlayerStore } from './stores/player.ts';
import { useSuggestionsStore } from './stores/suggestions.ts';
import { showTimeline } from './stores/timeline.ts';
import { toastFailure } from './stores/toasts.ts';

/** Asks for a cut; ghosts appear when it is there. Nothing of the user's is touched. */
export async function propose(engine: Engine, draft: BriefDraft, fallbackStyle: string): Promise<void> {
  const { setProposal, show } = useSuggestionsStore.getState();
  setProposal({ kind: 'proposing', startedAtMs: nowMs() });
  useBriefStore.getState().remember(draft.text.trim());
  try {
    const brief = briefOf(draft, fallbackStyle);
    const input = { ...brief, mustUse: [...brief.mustUse], neverUse: [...brief.neverUse] };
    const outcome = await engine.client.director.propose({ brief: input });
    if (outcome.kind === 'nothing') {
      setProposal({ kind: 'nothing', reason: outcome.reason, brief: outcome.brief });
      return;
    }
    show(await engine.client.director.get({ suggestionId: outcome.suggestionId }));
    setProposal({ kind: 'idle' });
    usePlayerStore.getState().showProgram();
    showDockPanel('why');
  } catch (error) {
    setProposal({ kind: 'failed', message: 'The proposal stopped. Your sequence is unchanged.' });
    toastFailure('The proposal stopped. Your sequence is unchanged.', error);
  }
}

/** Makes a sequence of these changes as one undo step and opens it; the rest counts as refused. */
export async function applyChanges(engine: Engine, ids: readonly ChangeId[]): Promise<void> {
  const { current, setApplying, clear } = useSuggestionsStore.getState();
  if (current === null || ids.length === 0) return;
  setApplying(true);
  try {
    const state = await engine.client.director.accept({ suggestionId: current.id, changeIds: [...ids] });
    clear();
    showTimeline(state);
    usePlayerStore.getState().showProgram();
  } catch (error) {
    toastFailure('The suggestion could not be applied. Your sequence is unchanged.', error);
  } finally {
    setApplying(false);
  }
}

/** Throws the open suggestion away. */
export async function discardSuggestion(engine: Engine): Promise<void> {
  const { current, clear } = useSuggestionsStore.getState();
  if (current === null) return;
  try {
    await engine.client.director.discard({ suggestionId: current.id });
    clear();
  } catch (error) {
    toastFailure('The suggestion could not be discarded.', error);
  }
}
