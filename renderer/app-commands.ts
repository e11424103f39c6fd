import { chooseKeymap, useCommandsStore, type Command } from './commands.ts';
import { applyChanges } from './director-actions.ts';
import { resetDock, showDockPanel, toggleMaximised, useDockStore } from './dock-controller.ts';
import type { Engine } from './engine.ts';
import { focusPanel, walkPanels } from './focus-panels.ts';
import { chooseFootage } from './footage-in.ts';
import { acceptedIds, canDecide, decideAndGo, stepSelected } from './panels/suggestions/decide.ts';
import { useExportStore } from './stores/export.ts';
import { usePaletteStore } from './stores/palette.ts';
import { useSuggestionsStore } from './stores/suggestions.ts';
import { toggleTheme } from './theme.ts';

/** Commands of the window itself, its panels and suggestions; transport and edits register theirs. */
export function appCommands(engine: Engine): readonly Command[] {
  return [...windowCommands(engine), ...panelCommands(), ...suggestionCommands(engine)];
}

function windowCommands(engine: Engine): readonly Command[] {
  return [
    { id: 'app.palette', label: 'Search or do', group: 'App', run: () => usePaletteStore.getState().setOpen(true) },
    { id: 'app.export', label: 'Export…', group: 'App', run: () => useExportStore.getState().setOpen(true) },
    { id: 'media.import', label: 'Add footage…', group: 'Media', run: () => void chooseFootage(engine) },
    { id: 'app.theme', label: 'Switch between dark and light', group: 'View', run: () => toggleTheme(window) },
    ...useCommandsStore.getState().keymaps.map(
      ({ id, name }): Command => ({
        id: `keys.${id}`,
        label: `Use the keys of ${name}`,
        group: 'App',
        run: () => chooseKeymap(window, id),
      }),
    ),
    { id: 'view.resetWorkspace', label: 'Reset workspace', group: 'View', run: () => resetDock(window) },
  ];
}

function panelCommands(): readonly Command[] {
  const show = (id: string, label: string, run: () => void): Command => ({
    id: `view.${id}`,
    label,
    group: 'View',
    run,
  });
  return [
    show('nextPanel', 'Next panel', () => walkPanels(1)),
    show('previousPanel', 'Previous panel', () => walkPanels(-1)),
    show('maximise', 'Maximise panel', toggleMaximised),
    show('media', 'Show media', () => focusPanel('bin')),
    show('viewer', 'Show viewer', () => focusPanel('viewer')),
    show('timeline', 'Show timeline', () => focusPanel('timeline')),
    show('inspector', 'Show inspector', () => {
      const { small, drawerOpen } = useDockStore.getState();
      if (small) useDockStore.setState({ drawerOpen: !drawerOpen });
      else showDockPanel('inspector');
    }),
    show('why', 'Show why', () => showDockPanel('why')),
    show('changes', 'Show changes', () => showDockPanel('changes')),
    show('search', 'Show search', () => showDockPanel('search')),
    show('words', 'Show words', () => showDockPanel('words')),
    show('people', 'Show people', () => showDockPanel('people')),
    show('history', 'Show history', () => showDockPanel('history')),
  ];
}

function suggestionCommands(engine: Engine): readonly Command[] {
  // Beside the list they count over the ghosts themselves, while those are shown.
  const panels = ['inspector', 'timeline'] as const;
  const group = 'Suggestion';
  const open = () => useSuggestionsStore.getState().current !== null;
  const shown = () => open() && useSuggestionsStore.getState().ghostsShown;
  const decidable = () => shown() && canDecide();
  const decide = (decision: 'accepted' | 'refused' | 'open') => () => {
    const { selected, decide: set } = useSuggestionsStore.getState();
    if (decision !== 'open') decideAndGo(decision);
    else if (selected !== null) set([selected], 'open');
  };
  return [
    {
      id: 'suggestion.toggleGhosts',
      label: 'Show or hide suggestions on the timeline',
      group,
      when: open,
      run: () => useSuggestionsStore.getState().toggleGhosts(),
    },
    { id: 'suggestion.next', label: 'Next change', group, panels, when: shown, run: () => stepSelected(1) },
    { id: 'suggestion.previous', label: 'Previous change', group, panels, when: shown, run: () => stepSelected(-1) },
    { id: 'suggestion.accept', label: 'Accept change', group, panels, when: decidable, run: decide('accepted') },
    { id: 'suggestion.refuse', label: 'Refuse change', group, panels, when: decidable, run: decide('refused') },
    { id: 'suggestion.undecide', label: 'Undecided again', group, panels, when: decidable, run: decide('open') },
    {
      id: 'suggestion.apply',
      label: 'Apply accepted changes',
      group,
      when: () => acceptedIds().length > 0,
      run: () => void applyChanges(engine, acceptedIds()),
    },
  ];
}
