/*
 * Network failures that a code tells.
 */

/**
 * Not included: `ENOTFOUND` (the name does not exist), faults of a protocol or a certificate, and problems of the client
 * itself (`EMFILE`, `EADDRINUSE`, a closed client).
 */
export const networkCodes: ReadonlySet<unknown> = new Set([
  // Connection refused or lost
  ...['ECONNREFUSED', 'ECONNRESET', 'ECONNABORTED', 'EPIPE', 'UND_ERR_SOCKET', 'ERR_STREAM_PREMATURE_CLOSE'],
  // The same in older versions of Bun. Up to 1.2, it reports an unknown host as the first.
  ...['ConnectionRefused', 'ConnectionClosed'],
  // The server drains this HTTP/2 connection; the next call opens another one
  'ERR_HTTP2_GOAWAY_SESSION',
  // There is no route at the moment
  ...['EHOSTUNREACH', 'EHOSTDOWN', 'ENETUNREACH', 'ENETDOWN', 'ENETRESET', 'EAI_AGAIN', 'ERR_NETWORK'],
  // Timeouts
  ...['ETIMEDOUT', 'ESOCKETTIMEDOUT', 'ERR_SOCKET_CONNECTION_TIMEOUT'],
  ...['UND_ERR_CONNECT_TIMEOUT', 'UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT'],
]);
