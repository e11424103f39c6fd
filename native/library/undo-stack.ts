/** One thing that can be undone or redone: the log row whose inverse does it, and the gesture it goes back to. */
export type StackEntry = { readonly revision: number; readonly gesture: number; readonly label: string };

/** A list that shares its tail: pushing and popping cost the same however long the history. */
export type Stack = { readonly top: StackEntry; readonly below: Stack | null };

/** What undo and redo would do next. Follows from the log alone. */
export type UndoStacks = { readonly undo: Stack | null; readonly redo: Stack | null };

export type LogKind = 'do' | 'undo' | 'redo';

export const EMPTY_STACKS: UndoStacks = { undo: null, redo: null };

/**
 * The stacks after one more log row. A new gesture forgets what could be redone; undo and redo move the entry across,
 * now pointing at the row just written, because it is that row's inverse which takes it back.
 */
export function pushed({ undo, redo }: UndoStacks, kind: LogKind, revision: number, label: string): UndoStacks {
  switch (kind) {
    case 'do':
      return { undo: { top: { revision, gesture: revision, label }, below: undo }, redo: null };
    case 'undo':
      return undo === null
        ? { undo, redo }
        : { undo: undo.below, redo: { top: { ...undo.top, revision }, below: redo } };
    case 'redo':
      return redo === null
        ? { undo, redo }
        : { undo: { top: { ...redo.top, revision }, below: undo }, redo: redo.below };
  }
}

/** The gestures that are in force and can be undone, by revision. */
export function gesturesIn(stack: Stack | null): ReadonlySet<number> {
  const gestures = new Set<number>();
  for (let cell = stack; cell !== null; cell = cell.below) gestures.add(cell.top.gesture);
  return gestures;
}
