import { RPCLink } from '@orpc/client/message-port';
import { APP_ORIGIN, ENGINE_PORT_MESSAGE, type ShellBridge } from '../core/contract/shell.ts';
import type { Transport } from './engine.ts';

/** Reaches the engine through a MessagePort that the preload hands over; a new one replaces it when the engine restarts. */
export function electronTransport(bridge: ShellBridge<File>): Transport {
  return {
    host: 'electron',
    connect: async () => {
      const port = await nextPort(bridge);
      const closed = new Promise<void>((resolve) => port.addEventListener('close', () => resolve()));
      port.start();
      return { link: new RPCLink({ port }), closed, close: () => port.close() };
    },
    bytesUrl: (kind, handle) => `${APP_ORIGIN}/${kind}/${handle}`,
    uploadUrl: undefined,
  };
}

function nextPort(bridge: ShellBridge<File>): Promise<MessagePort> {
  return new Promise((resolve) => {
    const onMessage = (event: MessageEvent<unknown>) => {
      const [port] = event.ports;
      if (event.source !== window || event.data !== ENGINE_PORT_MESSAGE || port === undefined) return;
      window.removeEventListener('message', onMessage);
      resolve(port);
    };
    window.addEventListener('message', onMessage);
    bridge.requestEnginePort();
  });
}
