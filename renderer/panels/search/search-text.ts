import type { SearchHit, SearchPath, SearchReason } from '../../../core/search/query.ts';

/** Why a moment was found, in words. */
export function reasonText(reason: SearchReason): string {
  switch (reason.kind) {
    case 'said':
      return `“${reason.term}” is said`;
    case 'described':
      return `“${reason.term}” in the caption`;
    case 'person':
      return reason.name;
    case 'speaker':
      return `${reason.name} says`;
    case 'object':
      return reason.label;
    case 'trait':
      return reason.term;
    case 'file-name':
      return `“${reason.term}” in the name`;
    case 'picture':
      return 'looks like it';
    case 'meaning':
      return 'means it';
    case 'look':
      return 'looks alike';
  }
}

/** Each reason once, the strongest first as the engine gave them. */
export function reasonsText({ reasons }: SearchHit): string {
  return [...new Set(reasons.map(reasonText))].join(' · ');
}

const WAYS: Readonly<Record<SearchPath['path'], string>> = {
  evidence: 'what is said, seen and heard',
  'image-text': 'pictures',
  sentence: 'meaning',
  descriptor: 'looks',
};

/** By which ways was searched. */
export function waysText(paths: readonly SearchPath[]): string {
  const used = paths.filter(({ used: isUsed }) => isUsed).map(({ path }) => WAYS[path]);
  return used.length === 0 ? '' : `By ${used.join(', ')}`;
}

/** Why other ways were not gone, a sentence each; empty where none was left out. */
export function leftOutText(paths: readonly SearchPath[]): string {
  return paths.flatMap(({ used, because }) => (used || because === null ? [] : [because])).join('\n');
}
