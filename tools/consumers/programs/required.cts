import reprise = require('rxjs-reprise');

/* A CommonJS file that requires the library. Compilers know from 5.8 on that Node can require ES modules. */

export = reprise.exponentialBackoff() satisfies reprise.Policy;
