import { z } from 'zod';

/**
 * A service that says what pictures show. It speaks OpenAI's chat completions, as do Ollama, llama.cpp, vLLM and LM Studio
 * on one's own machine.
 */
export type VisionProvider = {
  /** Up to and with the version: `http://localhost:11434/v1`. */
  readonly address: string;
  readonly model: string;
  /** The environment variable that holds the key; null where none is needed. The key itself is never stored. */
  readonly keyVariable: string | null;
};

export const visionProviderSchema = z.strictObject({
  address: z.url({ protocol: /^https?$/ }).max(2000),
  model: z.string().trim().min(1).max(200),
  keyVariable: z
    .string()
    .regex(/^[A-Za-z_][A-Za-z0-9_]*$/)
    .max(200)
    .nullable(),
}) satisfies z.ZodType<VisionProvider>;

/** Whether pictures stay on this machine. */
export function isOwnMachine({ address }: VisionProvider): boolean {
  return /^https?:\/\/(?:localhost|\[::1\]|127(?:\.\d{1,3}){3})(?::\d+)?(?:\/|$)/i.test(address);
}
