#!/usr/bin/env node
import { createProgram, runProgram } from './cli/program.ts';

await runProgram(await createProgram(process.argv[2]), process.argv);
