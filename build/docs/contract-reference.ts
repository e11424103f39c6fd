import { isContractProcedure } from '@orpc/contract';
import { z } from 'zod';
import { contract } from '../../core/contract/contract.ts';
import type { GeneratedDocument } from './document.ts';

/** Every procedure of the one API and what it takes. */
export const contractReference: GeneratedDocument = {
  path: 'docs/contract.md',
  generate: () =>
    [
      '# The contract',
      '',
      'Generated from `core/contract/contract.ts` by `npm run docs`. The window, the command line and HTTP call these',
      'procedures; what they answer is typed in `core/contract/model.ts`.',
      '',
      '| procedure | takes |',
      '|---|---|',
      ...procedures(contract, []).map(({ path, takes }) => `| \`${path.join('.')}\` | ${takes} |`),
      '',
    ].join('\n'),
};

type Procedure = { readonly path: readonly string[]; readonly takes: string };

function procedures(part: unknown, path: readonly string[]): readonly Procedure[] {
  if (isContractProcedure(part)) return [{ path, takes: takes(part['~orpc'].inputSchema) }];
  if (typeof part !== 'object' || part === null) return [];
  return Object.entries(part).flatMap(([name, inner]) => procedures(inner, [...path, name]));
}

const shape = z.object({
  properties: z.record(z.string(), z.unknown()).default({}),
  required: z.array(z.string()).default([]),
});

function takes(schema: unknown): string {
  if (!(schema instanceof z.ZodType)) return '–';
  const { properties, required } = shape.parse(z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }));
  const names = Object.keys(properties).map((name) => `\`${name}${required.includes(name) ? '' : '?'}\``);
  return names.length === 0 ? '–' : names.join(', ');
}
