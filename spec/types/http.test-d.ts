import { action, circuit, exponential, hinted, onlyIf, type Circuit, type Outcome, type Policy } from 'rxjs-reprise';
import type * as http from 'rxjs-reprise/http';
import { failOnStatus, HttpError, httpOutcome, isTransient, retryAfter } from 'rxjs-reprise/http';
import type { Observable } from 'rxjs';
import { exactly } from './exactly.js';

/*
 * The functions that judge errors take any value, so they can be used wherever errors are passed. The entry exports nothing else.
 */

exactly<(source: unknown) => number | undefined>()(retryAfter);
exactly<(error: unknown) => boolean>()(isTransient);
exactly<(error: unknown) => Outcome>()(httpOutcome);
exactly<Circuit>()(circuit({ classify: httpOutcome }));
exactly<'isTransient' | 'retryAfter' | 'httpOutcome' | 'failOnStatus' | 'HttpError' | 'httpRetry'>()(
  {} as keyof typeof http,
);

exactly<Policy>()(hinted(exponential(100), { from: retryAfter }));
exactly<Policy>()(onlyIf(isTransient, exponential(100)));

const load = action((url: string) => fetch(url), { failOn: failOnStatus });
exactly<(url: string) => Observable<Response>>()(load);

exactly<HttpError<Response> | undefined>()(failOnStatus(new Response()));
exactly<Headers>()(new HttpError(new Response()).headers);
exactly<HttpError<{ statusCode: number }> | undefined>()(failOnStatus({ statusCode: 503 }));
// @ts-expect-error a number is not a response
failOnStatus(503);
