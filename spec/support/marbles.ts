import { configure } from 'rxjs-marbles';
import { bindMarbles } from 'rxjs-reprise/testing';

export const { marbles } = bindMarbles(configure);
