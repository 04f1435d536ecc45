import { styleText } from 'node:util';
import { worst, type CheckStatus } from '../../src/readiness/check.ts';
import type { Finding } from './finding.ts';

const LOOKS = {
  pass: { symbol: '✔', colour: 'green' },
  warn: { symbol: '▲', colour: 'yellow' },
  fail: { symbol: '✖', colour: 'red' },
} as const satisfies Record<CheckStatus, { symbol: string; colour: 'green' | 'yellow' | 'red' }>;

const HOP_WIDTH = 'key-vault'.length;

/** The findings as text: one line each, with what to do below it, and a summary. Only a terminal gets colour and symbols. */
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
    pass: 'All checks passed.',
    warn: 'All checks passed, some with warnings.',
    fail: 'Some checks failed.',
  }[worst(findings)];
  return `${verdict} ${count('pass')} pass, ${count('warn')} warn, ${count('fail')} fail.`;
}
