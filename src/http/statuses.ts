import { isObject, type Shape } from './wrapped.js';

/*
 * The status of a response, and what it says by itself.
 */

/** The status of the response. Without one NaN, for which every comparison is false. */
export function statusOf({ status, statusCode, response, $metadata }: Shape): number {
  const ofResponse = isObject(response) ? [response.status, response.statusCode] : [];
  const ofAws = isObject($metadata) ? [$metadata.httpStatusCode] : [];
  return [status, statusCode, ...ofResponse, ...ofAws].find((value) => typeof value === 'number') ?? NaN;
}

/** Timeout, too early, too many requests, and each status from 500 on but {@link permanent}. */
export const isTransientStatus = (status: number): boolean =>
  [408, 425, 429].includes(status) || (status >= 500 && status <= 599 && !permanent.has(status));

/**
 * Faults of a server that a repetition cannot change: what it does not implement (501), its version of HTTP (505), its
 * own configuration (506, 508), an extension that the request lacks (510), a login in a captive portal (511), and TLS between
 * a proxy and its server (525, 526). After 507 a request must not be repeated by itself (RFC 4918 §11.5).
 */
const permanent: ReadonlySet<number> = new Set([501, 505, 506, 507, 508, 510, 511, 525, 526]);

/** A successful response whose status scripts may not read. */
export const isOpaque = ({ type }: Shape): boolean => type === 'opaque' || type === 'opaqueredirect';
