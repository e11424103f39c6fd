import { commandForChord, useCommandsStore } from './commands.ts';
import { chordOf, type KeyTarget, targetKeeps } from './keys.ts';
import { useFocusStore } from './stores/focus.ts';

/**
 * Listens for keys in one place. An event that a component handled (default prevented) is left alone; text fields and
 * focused controls keep theirs; otherwise at most one command claims it.
 */
export function handleKeys(view: Window, mac: boolean): () => void {
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.defaultPrevented || event.isComposing) return;
    const chord = chordOf(event, mac);
    if (chord === undefined || targetKeeps(targetOf(event.target), chord)) return;
    const command = commandForChord(useCommandsStore.getState(), chord, useFocusStore.getState().panel);
    if (command === undefined) return;
    event.preventDefault();
    command.run();
  };
  view.addEventListener('keydown', onKeyDown);
  return () => view.removeEventListener('keydown', onKeyDown);
}

/** A button that was clicked does not keep Space; one reached by Tab does. */
function targetOf(target: EventTarget | null): KeyTarget {
  if (!(target instanceof HTMLElement)) return 'page';
  if (target.isContentEditable || target.closest('input, textarea, [role="textbox"]') !== null) return 'text';
  const control = target.closest('button, select, a[href], [role="slider"], [role="menuitem"], [role="option"]');
  if (control === null) return 'page';
  return control.matches(':focus-visible') || control.getAttribute('role') !== null ? 'control' : 'page';
}
