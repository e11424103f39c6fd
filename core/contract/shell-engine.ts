import { z } from 'zod';

/** What the desktop shell tells its engine process. A `client` message carries one MessagePort that speaks the contract. */
export const shellOrderSchema = z.discriminatedUnion('kind', [
  /** First message. `projectPath` null = a temporary project. */
  z.object({ kind: z.literal('open'), projectPath: z.string().nullable() }),
  z.object({ kind: z.literal('client') }),
  z.object({ kind: z.literal('close') }),
]);
export type ShellOrder = z.infer<typeof shellOrderSchema>;

/** What the engine process tells the shell. */
export const engineReportSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('ready'),
    /** Loopback port and bearer secret of the byte protocol. */
    port: z.int().positive(),
    token: z.string().min(1),
    /** The project's file, also of a temporary one: an engine started again goes on with it. */
    projectPath: z.string(),
  }),
  /** The project cannot be opened; trying again would not help. */
  z.object({
    kind: z.literal('refused'),
    fault: z.object({
      code: z.templateLiteral(['E_', z.string()]),
      message: z.string(),
      where: z.string().optional(),
      hint: z.string().optional(),
    }),
  }),
]);
export type EngineReport = z.infer<typeof engineReportSchema>;
