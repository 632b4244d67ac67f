import { text } from 'node:stream/consumers';
import { firstValueFrom, type Observable } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { serve, type Answer } from '../support/loopback.js';
import { importRecipe } from '../support/recipes.js';
import { failure } from '../support/settled.js';
import { virtualWaits } from '../support/virtualWaits.js';

const { whilePassing } = virtualWaits();

describe('LLM providers', async () => {
  interface Provider {
    readonly name: string;
    readonly url: string;
    readonly model: string;
    readonly headers: Readonly<Record<string, string>>;
  }
  const { models } = await importRecipe<{
    models: (...providers: readonly Provider[]) => (prompt: string) => Observable<unknown>;
  }>('LLM providers');

  const good: Answer = (response) => response.end('{"text":"an answer"}');
  const rejecting =
    (status: number, headers: Readonly<Record<string, string>>, body = ''): Answer =>
    (response) =>
      response.writeHead(status, headers).end(body);

  /** Two providers that answer so, the bodies that they have received, and when. */
  const plan = async (first: Answer, second: Answer = good) => {
    const received: { readonly name: string; readonly at: number; readonly body: string; readonly key: unknown }[] = [];
    const provider = async (name: string, answer: Answer): Promise<Provider> => {
      const { url } = await serve((response, request, number) => {
        void text(request).then((body) => {
          received.push({ name, at: Date.now(), body, key: request.headers.authorization });
          answer(response, request, number);
        });
      });
      return { name, url, model: `${name}-1`, headers: { authorization: `key of ${name}` } };
    };
    const ask = models(await provider('first', first), await provider('second', second));
    return { ask, received, names: () => received.map(({ name }) => name) };
  };

  it('asks the first provider, with its key and its model', async () => {
    const { ask, received } = await plan(good);
    expect(await firstValueFrom(ask('hello'))).toEqual({ text: 'an answer' });
    const body = '{"model":"first-1","messages":[{"role":"user","content":"hello"}]}';
    expect(received).toMatchObject([{ name: 'first', body, key: 'key of first' }]);
  });

  it.each([
    ['Retry-After', { 'retry-after': '2' }],
    ['rate-limit headers', { 'x-ratelimit-remaining-tokens': '0', 'x-ratelimit-reset-tokens': '2s' }],
  ])('waits for a short %s and asks the same provider again', async (_, headers) => {
    const { ask, received, names } = await plan((response, request, number) => {
      (number === 1 ? rejecting(429, headers) : good)(response, request, number);
    });
    expect(await whilePassing(firstValueFrom(ask('hello')))).toEqual({ text: 'an answer' });
    expect(names()).toEqual(['first', 'first']);
    const [sent, again] = received;
    expect((again?.at ?? 0) - (sent?.at ?? 0)).toBeGreaterThanOrEqual(2000);
    expect(again?.body).toBe(sent?.body);
  });

  // In these tests no time passes, so a wait would never end.
  it.each([
    ['a long Retry-After', rejecting(429, { 'retry-after': '30' })],
    [
      'a long wait in rate-limit headers',
      rejecting(429, { 'x-ratelimit-remaining-tokens': '0', 'x-ratelimit-reset-tokens': '30s' }),
    ],
    ['money', rejecting(429, {}, '{"error":{"code":"insufficient_quota"}}')],
    ['a key that has been revoked', rejecting(401, {})],
  ])('asks the other provider at once after %s', async (_, answer) => {
    const { ask, names } = await plan(answer);
    expect(await firstValueFrom(ask('hello'))).toEqual({ text: 'an answer' });
    expect(names()).toEqual(['first', 'second']);
  });

  it('asks the other provider after two retries', async () => {
    const { ask, names } = await plan(rejecting(503, {}));
    expect(await whilePassing(firstValueFrom(ask('hello')))).toEqual({ text: 'an answer' });
    expect(names()).toEqual(['first', 'first', 'first', 'second']);
  });

  it('skips a provider after five failures', async () => {
    const { ask, names } = await plan(rejecting(429, {}, '{"error":{"code":"insufficient_quota"}}'));
    for (let call = 0; call < 7; call += 1) await firstValueFrom(ask('hello'));
    expect(names().filter((name) => name === 'first')).toHaveLength(5);
    expect(names().slice(-2)).toEqual(['second', 'second']);
  });

  it('ends with the errors of both if none answers', async () => {
    const { ask } = await plan(rejecting(401, {}), rejecting(400, {}));
    expect(await failure(ask('hello'))).toMatchObject({
      name: 'FallbackError',
      failures: [
        { route: 'first', error: { status: 401 } },
        { route: 'second', error: { status: 400 } },
      ],
    });
  });
});
