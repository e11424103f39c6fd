import { ORPCError } from '@orpc/server';
import { z } from 'zod';
import { MontageError, type Fault } from '../../core/errors.ts';

/** The fault behind anything thrown; what is not ours is a bug of ours. */
export function faultOf(error: unknown): Fault {
  if (error instanceof MontageError) return error.fault;
  if (error instanceof ORPCError) return faultOfCall(error);
  const message = error instanceof Error ? error.message : String(error);
  return { code: 'E_BUG', message, hint: 'please report it with the log' };
}

/** A call that oRPC refused itself: mostly an input that does not fit the contract. */
function faultOfCall(error: { readonly code: unknown; readonly message: string; readonly data: unknown }): Fault {
  const sent = faultSchema.safeParse(error.data);
  if (sent.success) return sent.data;
  if (error.code === 'NOT_FOUND') return { code: 'E_UNKNOWN_PROCEDURE', message: 'there is no such call' };
  if (error.code === 'BAD_REQUEST') {
    return { code: 'E_BAD_REQUEST', message: 'the call does not fit the contract', where: firstIssue(error.data) };
  }
  return { code: 'E_BUG', message: error.message };
}

const faultSchema = z.object({
  code: z.templateLiteral(['E_', z.string()]),
  message: z.string(),
  where: z.string().optional(),
  hint: z.string().optional(),
  stage: z.string().optional(),
});
const issuesSchema = z.object({
  issues: z.array(z.object({ message: z.string(), path: z.array(z.union([z.string(), z.number()])).optional() })),
});

function firstIssue(data: unknown): string | undefined {
  const issue = issuesSchema.safeParse(data).data?.issues[0];
  if (issue === undefined) return undefined;
  const path = issue.path?.join('.') ?? '';
  return `${path === '' ? 'input' : path}: ${issue.message}`;
}

/** HTTP's nearest word for a fault. */
export function statusOf(fault: Fault): number {
  if (fault.code === 'E_BUG') return 500;
  if (fault.code === 'E_BAD_REQUEST') return 400;
  if (fault.code === 'E_UNAUTHORISED') return 401;
  if (fault.code === 'E_FORBIDDEN') return 403;
  if (fault.code === 'E_NOT_AVAILABLE') return 501;
  if (fault.code === 'E_DISK_FULL' || fault.code === 'E_NO_SPACE') return 507;
  return fault.code.startsWith('E_UNKNOWN_') || fault.code.endsWith('_UNKNOWN') ? 404 : 422;
}

/** What crosses the wire for anything thrown: code, stage, message, hint; a stack only where asked for. */
export function asCallError(error: unknown, debug: boolean): ORPCError<string, Fault & { readonly stack?: string }> {
  const fault = faultOf(error);
  const stack = debug && error instanceof Error ? error.stack : undefined;
  return new ORPCError(fault.code, {
    status: statusOf(fault),
    message: fault.message,
    data: { ...fault, ...(stack !== undefined && { stack }) },
    cause: error,
  });
}
