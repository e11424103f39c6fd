import { z } from 'zod';
import type { SerializedDockview } from 'dockview-react';

const KEY = 'montage.layout/1';

/** Layouts are kept per workspace and screen size, so that a laptop and its desk monitor each keep theirs. */
export function layoutKey(workspace: string, width: number, height: number): string {
  return `${KEY}/${workspace}/${width}x${height}`;
}

const shape = z.looseObject({ grid: z.looseObject({ root: z.unknown() }), panels: z.record(z.string(), z.unknown()) });

/** A saved layout, or undefined where none is or it cannot be read. */
export function readLayout(storage: Storage, key: string, panelIds: readonly string[]): SerializedDockview | undefined {
  const text = storage.getItem(key);
  if (text === null) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return isLayout(value, panelIds) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** dockview checks the rest when it loads; panels of another version of the app must not get that far. */
function isLayout(value: unknown, panelIds: readonly string[]): value is SerializedDockview {
  const parsed = shape.safeParse(value);
  return parsed.success && Object.keys(parsed.data.panels).every((id) => panelIds.includes(id));
}

export function writeLayout(storage: Storage, key: string, layout: SerializedDockview): void {
  storage.setItem(key, JSON.stringify(layout));
}

/** Forgets every saved layout of a workspace at this size. */
export function forgetLayout(storage: Storage, key: string): void {
  storage.removeItem(key);
}
