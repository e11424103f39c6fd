import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Fault } from '../../core/errors.ts';
import type { IdSource } from '../ids.ts';

/** Who may talk to this host. */
export interface Gate {
  /** The secret of project.lock, for the CLI and scripts. */
  readonly bearer: string;
  /** The secret of the address's fragment; spent by the first browser. */
  readonly token: string;
  /** Why a request may not pass, before anything is read from it; undefined when it may. */
  refuse(request: IncomingMessage, needs: 'nothing' | 'session'): Fault | undefined;
  /** Trades the token for the value of a Set-Cookie header; undefined when it is wrong or spent. */
  exchange(token: string): string | undefined;
}

const LOOPBACK = /^(?:127\.0\.0\.1|localhost|\[::1\])(?::\d+)?$/i;

/**
 * A gate for a loopback host. `Host` must name this machine (DNS rebinding), `Origin` must be this host itself (other pages,
 * also on other ports of this machine, whose cookies SameSite does not keep apart), and the caller must hold a secret.
 */
export function createGate(ids: IdSource, bearer: string, port: () => number): Gate {
  const token = ids.secret();
  const session = ids.secret();
  let spent = false;
  // Cookies are shared between the ports of a machine: two projects need two names.
  const cookieName = () => `montage-${port()}`;
  return {
    bearer,
    token,
    refuse(request, needs) {
      const host = request.headers.host ?? '';
      if (!LOOPBACK.test(host)) return { code: 'E_FORBIDDEN', message: 'this address is not served here', where: host };
      const foreign = foreignOrigin(request, host);
      if (foreign !== undefined) {
        return { code: 'E_FORBIDDEN', message: 'requests from other pages are refused', where: foreign };
      }
      if (needs === 'nothing' || hasBearer(request, bearer)) return undefined;
      if (same(cookieOf(request, cookieName()), session)) return undefined;
      return {
        code: 'E_UNAUTHORISED',
        message: 'this needs the address that `montage serve` printed',
        hint: 'open that address, with its #token=',
      };
    },
    exchange(given) {
      if (spent || !same(given, token)) return undefined;
      spent = true;
      return `${cookieName()}=${session}; Path=/; HttpOnly; SameSite=Strict`;
    },
  };
}

function foreignOrigin(request: IncomingMessage, host: string): string | undefined {
  const { origin } = request.headers;
  if (origin !== undefined) return origin === `http://${host}` ? undefined : origin;
  // Pictures and films are fetched without Origin; browsers say where they come from all the same.
  const site = request.headers['sec-fetch-site'];
  if (site === undefined || site === 'same-origin' || site === 'none') return undefined;
  // A link on another page may open the app: it gets the bare page, whose cookie stays behind (SameSite=Strict).
  return request.headers['sec-fetch-mode'] === 'navigate' ? undefined : site;
}

function hasBearer(request: IncomingMessage, bearer: string): boolean {
  const match = /^Bearer (\S+)$/i.exec(request.headers.authorization ?? '');
  return same(match?.[1] ?? '', bearer);
}

function cookieOf(request: IncomingMessage, name: string): string {
  const parts = (request.headers.cookie ?? '').split(';').map((part) => part.trim());
  return parts.find((part) => part.startsWith(`${name}=`))?.slice(name.length + 1) ?? '';
}

function same(given: string, secret: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(secret));
}
