import { pageAnew, writePage } from './transcripts.ts';

/** `npm run cli-docs`: makes the transcripts of docs/cli.md anew, for a person to check and commit. */
writePage(await pageAnew());
console.log('written: docs/cli.md; look at it with git diff');
