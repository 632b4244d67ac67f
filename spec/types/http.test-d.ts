import { exponential, hinted, onlyIf, type Policy } from 'rxjs-reprise';
import type * as http from 'rxjs-reprise/http';
import { isTransient, retryAfter } from 'rxjs-reprise/http';
import { exactly } from './exactly.js';

/*
 * Both take anything, so they fit wherever an error is given, and the entry has nothing else.
 */

exactly<(source: unknown) => number | undefined>()(retryAfter);
exactly<(error: unknown) => boolean>()(isTransient);
exactly<'isTransient' | 'retryAfter'>()({} as keyof typeof http);

exactly<Policy>()(hinted(exponential(100), { from: retryAfter }));
exactly<Policy>()(onlyIf(isTransient, exponential(100)));
