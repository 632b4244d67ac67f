import { isObject, readOr, type Shape } from './wrapped.js';

/*
 * Google's `RetryInfo`, a detail of an error (google/rpc/error_details.proto).
 */

/** The milliseconds of the `RetryInfo` among the details of an error, or `undefined`. */
export const retryInfoIn = (body: Shape): number | undefined =>
  readOr(undefined, () => {
    const { details, errorDetails, statusDetails } = body;
    return [details, errorDetails, statusDetails]
      .flat()
      .map((detail) => (isObject(detail) ? durationOf(detail.retryDelay) : undefined))
      .find((delay) => delay !== undefined);
  });

/** A duration as JSON has it, `'3.5s'`, or as protobuf has it. */
function durationOf(delay: unknown): number | undefined {
  if (typeof delay === 'string') {
    const seconds = /^(\d+(?:\.\d+)?)s$/.exec(delay);
    return seconds === null ? undefined : Number(seconds[1]) * 1000;
  }
  if (!isObject(delay)) return undefined;
  const { seconds = 0, nanos = 0 } = delay;
  const ms = Number(seconds) * 1000 + Number(nanos) / 1e6;
  return ms >= 0 ? ms : undefined;
}
