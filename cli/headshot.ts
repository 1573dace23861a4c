#!/usr/bin/env node
import { runHeadshot } from './program.ts';

await runHeadshot(process.argv.slice(2));
