/** Joins class names, leaving out what is false. */
export function classNames(...parts: readonly (string | false | undefined | null)[]): string {
  return parts.filter((part) => typeof part === 'string' && part !== '').join(' ');
}
