/**
 * Reads what may be typed into a number field: a number, a sum (`12*2`, `3-0.5/2`), or a change of the present value when it
 * starts with an operator (`+6`, `*2`); `-6` is a number, `--6` takes six away. Undefined when it is none of these.
 */
export function evaluateNumber(text: string, present: number): number | undefined {
  const input = text.replaceAll(',', '.').replaceAll(/\s/g, '');
  if (input === '') return undefined;
  const relative = /^[+*/]/.test(input) || input.startsWith('--');
  const source = relative ? `${present}${input.startsWith('--') ? input.slice(1) : input}` : input;
  const tokens = source.match(/\d*\.?\d+|[-+*/()]/g);
  if (tokens?.join('') !== source) return undefined;
  const reader = { tokens, at: 0 };
  const value = sum(reader);
  return reader.at === tokens.length && value !== undefined && Number.isFinite(value) ? value : undefined;
}

type Reader = { readonly tokens: readonly string[]; at: number };

function sum(reader: Reader): number | undefined {
  let value = product(reader);
  while (value !== undefined && (peek(reader) === '+' || peek(reader) === '-')) {
    const sign = take(reader) === '+' ? 1 : -1;
    const next = product(reader);
    value = next === undefined ? undefined : value + sign * next;
  }
  return value;
}

function product(reader: Reader): number | undefined {
  let value = factor(reader);
  while (value !== undefined && (peek(reader) === '*' || peek(reader) === '/')) {
    const times = take(reader) === '*';
    const next = factor(reader);
    value = next === undefined ? undefined : times ? value * next : value / next;
  }
  return value;
}

function factor(reader: Reader): number | undefined {
  const token = take(reader);
  if (token === '-') {
    const value = factor(reader);
    return value === undefined ? undefined : -value;
  }
  if (token === '(') {
    const value = sum(reader);
    return take(reader) === ')' ? value : undefined;
  }
  return token !== undefined && /\d/.test(token) ? Number(token) : undefined;
}

function peek(reader: Reader): string | undefined {
  return reader.tokens[reader.at];
}

function take(reader: Reader): string | undefined {
  const token = reader.tokens[reader.at];
  reader.at += 1;
  return token;
}
