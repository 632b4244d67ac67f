import { configure } from 'rxjs-marbles';
import { marblesWith } from 'rxjs-reprise/testing';

export const { marbles } = marblesWith(configure);
