import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { failOnStatus, httpOutcome, isTransient, retryAfter } from 'rxjs-reprise/http';

/*
 * Errors that HTTP clients and SDKs make, with a server on the loopback interface. Nothing is made by hand, so a new version
 * of a client that changes its errors is noticed. The clients are not dependencies: their project installs them.
 */

/** How the server answers. */
interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly code?: string;
}

const exhausted = {
  ...{ 'x-ratelimit-remaining-requests': '59', 'x-ratelimit-reset-requests': '1s' },
  ...{ 'x-ratelimit-remaining-tokens': '0', 'x-ratelimit-reset-tokens': '6m0s' },
};

const answers: Readonly<Record<string, Answer>> = {
  busy: { status: 503, headers: { 'retry-after': '7' } },
  overloaded: { status: 529 },
  limited: { status: 429, headers: exhausted },
  money: { status: 429, code: 'insufficient_quota' },
  lock: { status: 409, headers: { 'x-should-retry': 'true' } },
  conflict: { status: 409 },
  'asked not to': { status: 503, headers: { 'x-should-retry': 'false' } },
  missing: { status: 404 },
};

type Judgement = readonly [transient: boolean, outcome: ReturnType<typeof httpOutcome>, ms: number | undefined];

const expected: Readonly<Record<string, Judgement>> = {
  busy: [true, 'failure', 7000],
  overloaded: [true, 'failure', undefined],
  limited: [true, 'failure', 360_000],
  money: [false, 'failure', undefined],
  lock: [true, 'failure', undefined],
  conflict: [false, 'success', undefined],
  'asked not to': [false, 'failure', undefined],
  missing: [false, 'success', undefined],
  reset: [true, 'failure', undefined],
  timeout: [true, 'failure', undefined],
  abort: [false, 'ignore', undefined],
};

/** A `Response` whose body has not been read says nothing about money. */
const unread: Readonly<Record<string, Judgement>> = { money: [true, 'failure', undefined] };

const server = createServer(({ url = '', socket }, response) => {
  const name = decodeURIComponent(url.split('/')[1] ?? '');
  if (name === 'reset') socket.resetAndDestroy();
  const answer = answers[name];
  // No answer to the others: they are reset, time out, or are aborted.
  if (answer === undefined) return;
  const { status, headers, code = 'x' } = answer;
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify({ error: { message: 'it failed', type: code, code } }));
});
await once(server.listen(0, '127.0.0.1'), 'listening');
const base = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;

interface Call {
  readonly url: string;
  readonly signal: AbortSignal;
  /** Milliseconds. */
  readonly timeout: number;
}

type Request = (url: string, options: object) => Promise<unknown>;

/** The parts of the modules that are used here. TypeScript does not know them. */
interface Modules {
  readonly undici: {
    readonly Agent: new () => { readonly compose: (interceptor: unknown) => unknown };
    readonly interceptors: { readonly responseError: () => unknown };
    readonly request: Request;
  };
  readonly axios: { readonly default: { readonly get: Request } };
  readonly got: { readonly default: Request };
  readonly ky: { readonly default: Request };
  readonly '@octokit/request': { readonly request: (options: object) => Promise<unknown> };
  readonly 'groq-sdk': {
    readonly default: new (options: object) => {
      readonly models: { readonly list: (options: object) => Promise<unknown> };
    };
  };
}

const load = async <Name extends keyof Modules>(name: Name): Promise<Modules[Name]> =>
  (await import(name)) as Modules[Name];

/** How each client makes a call that fails. */
const clients: Readonly<Record<string, () => Promise<(call: Call) => Promise<unknown>>>> = {
  fetch: () =>
    Promise.resolve(async ({ url, signal, timeout }: Call) => {
      const response = await fetch(url, { signal: AbortSignal.any([signal, AbortSignal.timeout(timeout)]) });
      throw failOnStatus(response) ?? new Error('the call did not fail');
    }),
  undici: async () => {
    const { Agent, interceptors, request } = await load('undici');
    return ({ url, signal, timeout }) => {
      const dispatcher = new Agent().compose(interceptors.responseError());
      return request(url, { signal, headersTimeout: timeout, dispatcher });
    };
  },
  axios: async () => {
    const { default: axios } = await load('axios');
    return ({ url, ...options }) => axios.get(url, options);
  },
  got: async () => {
    const { default: got } = await load('got');
    return ({ url, signal, timeout }) => got(url, { signal, retry: { limit: 0 }, timeout: { request: timeout } });
  },
  ky: async () => {
    const { default: ky } = await load('ky');
    return ({ url, ...options }) => ky(url, { ...options, retry: 0 });
  },
  octokit: async () => {
    const { request } = await load('@octokit/request');
    return ({ url, signal, timeout }) =>
      request({ method: 'GET', url, request: { signal: AbortSignal.any([signal, AbortSignal.timeout(timeout)]) } });
  },
  groq: async () => {
    const { default: Groq } = await load('groq-sdk');
    return ({ url, signal, timeout }) =>
      new Groq({ apiKey: 'none', baseURL: url, maxRetries: 0, timeout }).models.list({ signal });
  },
};

/** Clients that read no body of a failed response. */
const unreading = ['fetch'];

const wrong: string[] = [];
for (const [client, make] of Object.entries(clients)) {
  const call = await make();
  for (const [name, right] of Object.entries({ ...expected, ...(unreading.includes(client) ? unread : {}) })) {
    const controller = new AbortController();
    if (name === 'abort')
      setTimeout(() => {
        controller.abort();
      }, 100);
    const url = `${base}/${encodeURIComponent(name)}`;
    const timeout = name === 'timeout' ? 200 : 10_000;
    const error: unknown = await call({ url, signal: controller.signal, timeout }).then(
      () => new Error('the call did not fail'),
      (reason: unknown) => reason,
    );
    const judgement: Judgement = [isTransient(error), httpOutcome(error), retryAfter(error)];
    if (JSON.stringify(judgement) !== JSON.stringify(right)) {
      wrong.push(`${client}, ${name}: expected ${String(right)}, got ${String(judgement)} for ${String(error)}`);
    }
  }
}
if (wrong.length > 0) throw new Error(wrong.join('\n'));
process.exit();
