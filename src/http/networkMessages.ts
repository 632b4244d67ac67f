import type { Shape } from './wrapped.js';

/*
 * Network failures that only their message tells.
 */

/** The name and the message of an error, as "name: message". */
export const messageOf = ({ name, message }: Shape): string =>
  [name, message].filter((part) => typeof part === 'string').join(': ');

/** Whether a message, as "name: message", is that of a network failure. */
export const isNetworkMessage = (message: string): boolean =>
  [ofFetch, ofDeno, ofWorkers, ofSdks, ofHttp2].some((pattern) => pattern.test(message));

/** Whether it is that of an abort, in the words of the SDKs that have no other sign of it. */
export const isAbortMessage = (message: string): boolean =>
  /^(?:Error|APIUserAbortError): Request was aborted\.$/.test(message);

/** Fetch in browsers, where some tools append the host, fetch in other runtimes, and axios in Node. */
const ofFetch = new RegExp(
  `^TypeError: (?:${[
    'Failed to fetch|network error', // Chrome: no response; a part of a response
    String.raw`NetworkError when attempting to fetch resource\.|Error in (?:input|body) stream`, // Firefox: the same
    String.raw`Content-Length header of network response exceeds response Body\.`, // Firefox: a part of a response
    String.raw`Load failed|The network connection was lost\.|The Internet connection appears to be offline\.`, // Safari
    String.raw`Could not connect to the server\.|The request timed out\.|A network error occurred\.`, // Safari
    'Network request failed', // React Native
    'fetch failed|terminated', // Node, if the cause was removed
    'error reading a body from connection', // Deno: a part of a response
  ].join('|')})(?: \\(.*\\))?$|^AxiosError: stream has been aborted$`,
);

/**
 * Deno, where the message of the error or of its cause ends with the number of the failure: 32 is EPIPE, 100 to 113 are
 * those of Linux, 50 to 65 of macOS, 10050 to 10065 of Windows.
 */
const ofDeno =
  /^(?:Type)?Error: .*(?:\(os error (?:32|10[0-4]|11[0-3]|(?:100)?(?:5[0-4]|6[0145]))\)|: connection closed before message completed|: Temporary failure in name resolution)$/;

/** Cloudflare Workers. */
const ofWorkers = /^(?:Type)?Error: Network connection lost\.$/;

/** SDKs such as those of OpenAI and Anthropic. */
const ofSdks = /^(?:Error|APIConnectionTimeoutError): Request timed out\.$/;

/** Node: the server has not processed the request of this stream (RFC 9113 §8.7). */
const ofHttp2 = /^Error: Stream closed with error code NGHTTP2_REFUSED_STREAM$/;
