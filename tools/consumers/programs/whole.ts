export * from 'rxjs-reprise';
