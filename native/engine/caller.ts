import { implement } from '@orpc/server';
import { contract } from '../../core/contract/contract.ts';
import { asCallError } from './refusals.ts';

/** The contract's implementer; whatever a procedure throws leaves it as a coded fault. */
export function makeCaller(debug: boolean) {
  return implement(contract).use(async ({ next }) => {
    try {
      return await next();
    } catch (error) {
      throw asCallError(error, debug);
    }
  });
}

export type Caller = ReturnType<typeof makeCaller>;
