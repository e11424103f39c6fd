/** Where a host answers, for both sides of the wire. Electron serves the byte kinds under its own scheme. */

/** WebSocket of the contract (`@orpc/server/ws`). */
export const RPC_PATH = '/rpc';
/** The contract as OpenAPI: `POST /api/<room>/<procedure>` with a JSON body. */
export const API_PATH = '/api';
/** `POST` with `{ "token": … }` from the address's `#token=` sets the session cookie; once per token. */
export const SESSION_PATH = '/session';
/** `PUT /upload/<file name>` with the file as body, for browsers that cannot give paths; answers an `ImportOutcome`. */
export const UPLOAD_PATH = '/upload';

/** What is served as bytes at `/<kind>/<handle>` with Range requests. */
export const BYTE_KINDS = ['proxy', 'thumbnails', 'thumbnail-index', 'peaks', 'frames'] as const;
export type ByteKind = (typeof BYTE_KINDS)[number];

/** Whether a path segment names a kind of bytes. */
export function isByteKind(segment: string): segment is ByteKind {
  return BYTE_KINDS.some((kind) => kind === segment);
}
