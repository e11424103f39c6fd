/** What went wrong in one place a person can act on. Codes are stable and start with `E_`. */
export type Fault = {
  readonly code: `E_${string}`;
  /** What happened, in one plain sentence without a full stop at its end. */
  readonly message: string;
  /** The file, clip, job or address it happened to. */
  readonly where?: string | undefined;
  /** What to do about it. */
  readonly hint?: string | undefined;
  /** The step that failed, e.g. 'probe', 'ingest', 'render'. */
  readonly stage?: string | undefined;
};

/** A failure that crosses a process or reaches the user. Expected refusals are data instead. */
export class MontageError extends Error {
  readonly fault: Fault;

  constructor(fault: Fault, options?: { readonly cause?: unknown }) {
    super(formatFault(fault), options);
    this.name = 'MontageError';
    this.fault = fault;
  }
}

/** One line `E_CODE: what, where, what to do`. */
export function formatFault(fault: Fault): string {
  return `${fault.code}: ${[fault.message, fault.where, fault.hint].filter((part) => part !== undefined && part !== '').join(', ')}`;
}

/**
 * States a rule of ours that can only break through a bug.
 *
 * @throws MontageError E_BUG naming the rule
 */
export function assert(condition: boolean, rule: string): asserts condition {
  if (!condition) throw new MontageError({ code: 'E_BUG', message: `broken rule: ${rule}` });
}

/** Closes a union: reaching it is a compile error, and E_BUG at run time. */
export function assertNever(value: never): never {
  throw new MontageError({ code: 'E_BUG', message: `unexpected value: ${JSON.stringify(value)}` });
}
