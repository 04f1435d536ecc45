import { styleText } from 'node:util';
import { worst, type CheckStatus } from '../../src/readiness/check.ts';
import type { Access } from './access.ts';
import type { Finding } from './finding.ts';

const LOOKS = {
  pass: { symbol: '✔', colour: 'green' },
  warn: { symbol: '▲', colour: 'yellow' },
  fail: { symbol: '✖', colour: 'red' },
} as const satisfies Record<CheckStatus, { symbol: string; colour: 'green' | 'yellow' | 'red' }>;

const HOP_WIDTH = 'key-vault'.length;

const ACCESS = {
  yours: { line: 'with your access', summary: 'Azure was asked with your access.' },
  "the app's": { line: "with the app's access", summary: "Azure was asked with the app's access." },
  'to a stand-in': { line: 'a stand-in', summary: 'The stand-ins were asked, not Azure.' },
} as const satisfies Record<Access, { line: string; summary: string }>;

/**
 * The findings as text: one line each, with what to do below it, and a summary. Findings in a row with one cause have the same
 * hint, which is printed once. The summary says whose access was used, or each line does if it differs. Only a terminal gets colour
 * and symbols.
 */
export function formatFindings(findings: readonly Finding[], isTerminal: boolean): string {
  const used = new Set(findings.map(({ access }) => access).filter((access) => access !== undefined));
  const [common] = used.size === 1 ? used : [];
  const lines = findings
    .map((finding) => (common === undefined ? finding : { ...finding, access: undefined }))
    .map(omitRepeatedHint)
    .flatMap((finding) => formatFinding(finding, isTerminal));
  const how = common === undefined ? '' : ` ${ACCESS[common].summary}`;
  return [...lines, '', `${summarize(findings)}${how}`, ''].join('\n');
}

function omitRepeatedHint(finding: Finding, index: number, findings: readonly Finding[]): Finding {
  const { hint, status } = finding;
  if (status === 'pass' || hint === undefined) return { ...finding, hint: undefined };
  const above = findings[index - 1];
  return above?.status !== 'pass' && above?.hint === hint ? { ...finding, hint: 'As above.' } : finding;
}

function formatFinding({ hop, status, output, access, profile, hint }: Finding, isTerminal: boolean): string[] {
  const { symbol, colour } = LOOKS[status];
  const label = isTerminal ? styleText(colour, `${symbol} ${status}`, { validateStream: false }) : status;
  const about = [
    profile === undefined ? '' : `[${profile}] `,
    output,
    access === undefined ? '' : ` (${ACCESS[access].line})`,
  ];
  const line = `${label}  ${hop.padEnd(HOP_WIDTH)}  ${about.join('')}`;
  return hint === undefined ? [line] : [line, `${' '.repeat(isTerminal ? 8 : 6)}${' '.repeat(HOP_WIDTH)}  -> ${hint}`];
}

function summarize(findings: readonly Finding[]): string {
  const count = (status: CheckStatus): number => findings.filter((finding) => finding.status === status).length;
  const verdict = {
    pass: 'All checks passed.',
    warn: 'No check failed, but some have warnings.',
    fail: 'Some checks failed.',
  }[worst(findings)];
  return `${verdict} ${count('pass')} pass, ${count('warn')} warn, ${count('fail')} fail.`;
}
