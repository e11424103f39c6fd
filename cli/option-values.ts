import { InvalidArgumentError } from 'commander';

/** Reads a port, 1–65535. */
export function portNumber(text: string): number {
  const port = wholeNumber(text);
  if (port >= 1 && port <= 65_535) return port;
  throw new InvalidArgumentError('A port is a number from 1 to 65535.');
}

/** Reads a whole number. */
export function wholeNumber(text: string): number {
  const value = Number(text);
  if (/^-?\d+$/.test(text.trim()) && Number.isSafeInteger(value)) return value;
  throw new InvalidArgumentError('It must be a whole number.');
}

/** Reads a positive number of seconds. */
export function positiveSeconds(text: string): number {
  const value = Number(text);
  if (text.trim() !== '' && Number.isFinite(value) && value > 0) return value;
  throw new InvalidArgumentError('It must be a number of seconds above 0.');
}
