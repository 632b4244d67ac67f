/*
 * Which errors are never retried: rejections of this library, and aborts by the consumer.
 */

/**
 * The mark of an error of this library that is final: the name of a rejection, or `''` for a mistake in the program. It is
 * the same in all copies of this library and in all realms.
 */
export const rejectionMark: unique symbol = Symbol.for('rxjs-reprise.rejection');

/** What an abort is called: the name of its error, its code, or the type of its event. */
const abortTerm = /^((Abort|Cancel(ed)?)Error|ABORT_ERR|(UND_)?ERR_ABORT(ED)?|ERR_CANCELED|abort)$/;

/** What XMLHttpRequests, and the SDKs of OpenAI and Anthropic, say about an abort, and the name of the error that says it. */
const abortMessages: ReadonlyMap<unknown, unknown> = /* @__PURE__ */ new Map([
  ['aborted', 'AjaxError'],
  ['Request aborted', 'AxiosError'],
  ['Request was aborted.', 'Error'],
]);

/**
 * Whether an error must not be retried, because a retry cannot be wanted: a rejection of this library, also of another copy
 * of it, a mistake in the program that this library has found, or an abort by the consumer. It is the default of
 * `isFatal`. It knows the aborts of the platform, Node, axios, got, ky, undici, RxJS's ajax and the
 * SDKs of OpenAI and Anthropic. It never throws.
 *
 * @example
 * isFinal(new DOMException('left', 'AbortError')) // => true
 * isFinal(Object.assign(new Error('canceled'), { code: 'ERR_CANCELED' })) // => true
 * isFinal(new Error('down')) // => false
 *
 * const isFatal = (error: { status?: number }) => isFinal(error) || error.status === 401;
 */
export function isFinal(error: unknown): boolean {
  try {
    const fields = Object(error) as Readonly<Record<PropertyKey, unknown>>;
    const { name, code, type, message } = fields;
    if (fields[rejectionMark] !== undefined || isTerm(name) || isTerm(code) || isTerm(type)) return true;
    const speaker = abortMessages.get(message);
    return speaker !== undefined && speaker === name;
  } catch {
    // A getter throws: the error is not readable.
    return false;
  }
}

const isTerm = (text: unknown): boolean => typeof text === 'string' && abortTerm.test(text);

/**
 * Whether an error is a `RejectedError`, of this copy of the library or of another one. `instanceof` only knows the
 * class of its own copy. It never throws.
 *
 * @example
 * isRejection(new CircuitOpenError('payments', 'open', 1000)) // => true
 * isRejection(new Error('down')) // => false
 */
export function isRejection(error: unknown): boolean {
  try {
    return Boolean((error as Readonly<Record<PropertyKey, unknown>> | null | undefined)?.[rejectionMark]);
  } catch {
    return false;
  }
}
