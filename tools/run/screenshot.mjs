#!/usr/bin/env node
// `npm run screenshot`: draws docs/screenshot.png, the picture of the README, from the real window. Never part of a test run.
import { spawnSync } from 'node:child_process'
import { root } from './build.mjs'

const args = ['playwright', 'test', 'readme', '--config', 'tests/e2e/playwright.config.ts', '--project', 'electron']
const env = { ...process.env, ORT_DISABLE_TELEMETRY: '1', README_PICTURE: '1' }
process.exitCode = spawnSync('npx', args, { cwd: root, stdio: 'inherit', env, shell: process.platform === 'win32' }).status ?? 1
