#!/usr/bin/env node
import { runHeadshot } from './program.ts';

// `head` and its like close the pipe when they have enough.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));
await runHeadshot(process.argv.slice(2));
