#!/usr/bin/env node
import { createProgram, runProgram } from './cli/program.ts';

await runProgram(createProgram(), process.argv);
