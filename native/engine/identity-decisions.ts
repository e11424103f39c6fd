import type { PersonDecision } from '../../core/analysis/identity.ts';

/** Somebody who was seen or heard: appearances by ids that name them for good. */
type Known = {
  readonly id: string;
  readonly name: string | null;
  readonly appearances: readonly { readonly id: string }[];
};

/** What it takes to give somebody a name. */
export function toName({ appearances: [first] }: Known, name: string): readonly PersonDecision[] {
  return first === undefined ? [] : [{ kind: 'name', print: first.id, name }];
}

/** What it takes to make two one; the name of the first wins. */
export function toMerge(a: Known, b: Known): readonly PersonDecision[] {
  const [one, other] = [a.appearances[0], b.appearances[0]];
  if (one === undefined || other === undefined || a.id === b.id) return [];
  const name = a.name ?? b.name;
  return [{ kind: 'same', a: one.id, b: other.id }, ...(name === null ? [] : toName(a, name))];
}

/** What it takes to make somebody else of some appearances: those that leave together stay together. */
export function toSplit({ appearances }: Known, appearanceIds: readonly string[]): readonly PersonDecision[] {
  const leaving = new Set(appearanceIds);
  const all = appearances.map(({ id }) => id);
  const [stay, leave] = [all.filter((id) => !leaving.has(id)), all.filter((id) => leaving.has(id))];
  const [first] = leave;
  if (first === undefined || stay.length === 0) return [];
  const apart = leave.flatMap((a) => stay.map((b) => ({ kind: 'apart', a, b }) as const));
  return [...apart, ...leave.slice(1).map((b) => ({ kind: 'same', a: first, b }) as const)];
}
