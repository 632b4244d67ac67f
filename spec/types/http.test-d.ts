import { exponential, hinted, onlyIf, type Policy } from 'rxjs-reprise';
import type * as http from 'rxjs-reprise/http';
import { isTransient, retryAfter } from 'rxjs-reprise/http';
import { exactly } from './exactly.js';

/*
 * Both functions take any value, so they can be used wherever errors are passed. The entry exports nothing else.
 */

exactly<(source: unknown) => number | undefined>()(retryAfter);
exactly<(error: unknown) => boolean>()(isTransient);
exactly<'isTransient' | 'retryAfter'>()({} as keyof typeof http);

exactly<Policy>()(hinted(exponential(100), { from: retryAfter }));
exactly<Policy>()(onlyIf(isTransient, exponential(100)));
