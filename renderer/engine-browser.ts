import { RPCLink } from '@orpc/client/websocket';
import { RPC_PATH, SESSION_PATH, UPLOAD_PATH } from '../core/contract/addresses.ts';
import { MontageError } from '../core/errors.ts';
import { type Connection, exchangeToken, isAdmitted, type Transport } from './engine.ts';

/** Reaches the engine that served this page: a WebSocket, with the session cookie that the address's token buys. */
export function browserTransport(page: Location, history: History): Transport {
  const base = new URL('/', page.href);
  let admitted = false;

  const refused = () =>
    new MontageError({
      code: 'E_SESSION_REFUSED',
      message: 'this address was used before or belongs to another run',
      hint: 'open the address that `montage serve` printed last',
    });
  const admit = async (): Promise<void> => {
    const token = new URLSearchParams(page.hash.slice(1)).get('token');
    if (token !== null) {
      const accepted = await exchangeToken(new URL(SESSION_PATH, base).href, token);
      // The token leaves the address bar and the history at once.
      history.replaceState(null, '', `${page.pathname}${page.search}`);
      // A spent token is no harm where its cookie is still held (a reloaded tab).
      if (!accepted && !(await isAdmitted(new URL(RPC_PATH, base).href))) throw refused();
    }
    admitted = true;
  };

  return {
    host: 'browser',
    connect: async () => {
      if (!admitted) await admit();
      const url = new URL(RPC_PATH, base);
      url.protocol = base.protocol === 'https:' ? 'wss:' : 'ws:';
      try {
        return await openSocket(url);
      } catch (error) {
        // A WebSocket does not tell why it failed.
        if (!(await isAdmitted(new URL(RPC_PATH, base).href))) throw refused();
        throw error;
      }
    },
    bytesUrl: (kind, handle) => new URL(`/${kind}/${handle}`, base).href,
    uploadUrl: (name) => new URL(`${UPLOAD_PATH}/${encodeURIComponent(name)}`, base).href,
  };
}

function openSocket(url: URL): Promise<Connection> {
  const socket = new WebSocket(url);
  const closed = new Promise<void>((resolve) => socket.addEventListener('close', () => resolve()));
  return new Promise((resolve, reject) => {
    socket.addEventListener('error', () =>
      reject(new MontageError({ code: 'E_ENGINE_AWAY', message: 'the engine is not answering', where: url.host })),
    );
    socket.addEventListener('open', () =>
      resolve({ link: new RPCLink({ websocket: socket }), closed, close: () => socket.close() }),
    );
  });
}
