import { isTextAction, type ShellBridge } from '../../core/contract/shell.ts';
import { type Command, registerCommands, runCommand } from '../commands.ts';

/**
 * Connects the window to the desktop shell's menu: what is chosen there runs here as a command, or edits the text field that
 * has the focus. Returns what ends it.
 */
export function followShell(bridge: ShellBridge<File>, page: Document): () => void {
  const leave = registerCommands(shellCommands(bridge));
  const stop = bridge.onCommand((id) => {
    const action = id.replace(/^edit\./, '').replace('lift', 'delete');
    if (isTextAction(action) && isTyping(page.activeElement)) bridge.editText(action);
    else runCommand(id);
  });
  return () => {
    stop();
    leave();
  };
}

function shellCommands(bridge: ShellBridge<File>): readonly Command[] {
  return [
    { id: 'project.open', label: 'Open project…', group: 'App', run: () => bridge.openProject('pick') },
    { id: 'project.new', label: 'New project', group: 'App', run: () => bridge.openProject('new') },
  ];
}

function isTyping(element: Element | null): boolean {
  return element instanceof HTMLElement && (element.isContentEditable || element.matches('input, textarea'));
}
