import { z } from 'zod';
import type { VisionProvider } from '../../core/contract/providers.ts';
import { MontageError } from '../../core/errors.ts';
import { postJson } from '../network.ts';

const ANSWER_MS = 120_000;
const LONGEST_CAPTION = 500;
const QUESTION =
  'Describe this frame of film footage in one plain sentence: who and what is seen, where, what happens, the kind of shot.';

/** The part of a chat completion that is read. */
const answerSchema = z.object({ choices: z.array(z.object({ message: z.object({ content: z.string() }) })).min(1) });

/**
 * What a provider says a picture shows, in one line.
 * Form of the request: OpenAI's chat completions with an image as a data address.
 *
 * @throws MontageError E_PROVIDER_KEY, E_PROVIDER_REFUSED, E_PROVIDER_ANSWER, E_TOO_MANY_REQUESTS, E_NETWORK, E_STALLED, E_CANCELLED
 */
export async function captionOf(provider: VisionProvider, jpeg: Uint8Array, signal: AbortSignal): Promise<string> {
  const url = `${provider.address.replace(/\/+$/, '')}/chat/completions`;
  const image = { url: `data:image/jpeg;base64,${Buffer.from(jpeg).toString('base64')}` };
  const content = [
    { type: 'text', text: QUESTION },
    { type: 'image_url', image_url: image },
  ];
  const body = { model: provider.model, max_tokens: 150, messages: [{ role: 'user', content }] };
  const key = keyOf(provider);
  const headers = key === undefined ? {} : { authorization: `Bearer ${key}` };
  const { status, text } = await postJson(url, body, { headers, signal, answerMs: ANSWER_MS });
  if (status !== 200) throw refusal(status, text, url);
  const caption = readCaption(text)?.replaceAll(/\s+/g, ' ').trim() ?? '';
  if (caption !== '') return caption.slice(0, LONGEST_CAPTION);
  const message = 'the vision provider answered something that is no caption';
  const hint = `check that ${provider.model} looks at pictures`;
  throw new MontageError({ code: 'E_PROVIDER_ANSWER', message, where: url, hint });
}

function keyOf({ keyVariable, address }: VisionProvider): string | undefined {
  if (keyVariable === null) return undefined;
  const key = process.env[keyVariable] ?? '';
  if (key !== '') return key;
  const message = `the key of the vision provider is not there: ${keyVariable} is not set`;
  const hint = 'set it where Montage is started';
  throw new MontageError({ code: 'E_PROVIDER_KEY', message, where: address, hint });
}

function readCaption(text: string): string | undefined {
  try {
    return answerSchema.parse(JSON.parse(text)).choices[0]?.message.content;
  } catch {
    return undefined;
  }
}

function refusal(status: number, text: string, where: string): MontageError {
  const said = text.replaceAll(/\s+/g, ' ').trim().slice(0, 200);
  const message = `the vision provider answered ${status}${said === '' ? '' : `: ${said}`}`;
  if (status === 429 || status === 503) {
    return new MontageError({ code: 'E_TOO_MANY_REQUESTS', message, where, hint: 'try again later' });
  }
  const hint = status === 401 || status === 403 ? 'check the key' : 'check the address and the model';
  return new MontageError({ code: 'E_PROVIDER_REFUSED', message, where, hint });
}
