import { styleText } from 'node:util';
import { worst, type CheckStatus } from '../../src/readiness/check.ts';
import type { Finding } from './finding.ts';

const LOOKS = {
  pass: { symbol: '✔', colour: 'green' },
  warn: { symbol: '▲', colour: 'yellow' },
  fail: { symbol: '✖', colour: 'red' },
} as const satisfies Record<CheckStatus, { symbol: string; colour: 'green' | 'yellow' | 'red' }>;

const HOP_WIDTH = 'key-vault'.length;

/** The findings for people: one line each, what to do below it, and a summary. Colour and symbols only on a terminal. */
export function formatFindings(findings: readonly Finding[], isTerminal: boolean): string {
  const lines = findings.flatMap((finding) => formatFinding(finding, isTerminal));
  return [...lines, '', summarize(findings), ''].join('\n');
}

function formatFinding({ hop, status, output, access, profile, hint }: Finding, isTerminal: boolean): string[] {
  const { symbol, colour } = LOOKS[status];
  const label = isTerminal ? styleText(colour, `${symbol} ${status}`, { validateStream: false }) : status;
  const about = [
    profile === undefined ? '' : `[${profile}] `,
    output,
    access === undefined ? '' : ` (${access} access)`,
  ];
  const line = `${label}  ${hop.padEnd(HOP_WIDTH)}  ${about.join('')}`;
  const isWanting = status !== 'pass' && hint !== undefined;
  return isWanting ? [line, `${' '.repeat(isTerminal ? 8 : 6)}${' '.repeat(HOP_WIDTH)}  -> ${hint}`] : [line];
}

function summarize(findings: readonly Finding[]): string {
  const count = (status: CheckStatus): number => findings.filter((finding) => finding.status === status).length;
  const verdict = {
    pass: 'Everything that was examined works.',
    warn: 'It works, with warnings.',
    fail: 'Something does not work.',
  }[worst(findings)];
  return `${verdict} ${count('pass')} pass, ${count('warn')} warn, ${count('fail')} fail.`;
}
