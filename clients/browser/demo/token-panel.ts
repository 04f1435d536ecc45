import type { TokenTimes } from '../src/index.ts';
import { byId } from './dom.ts';

export interface TokenPanel {
  readonly hold: (times: TokenTimes, isRenewal: boolean) => void;
  readonly clear: () => void;
}

/** The countdown to the next renewal, and the data of the current token. */
export function createTokenPanel(): TokenPanel {
  let renewsAtMs = 0;
  let wholeMs = 1;
  let renewals = 0;
  const ring = byId('ring');

  const draw = (): void => {
    const leftMs = Math.max(0, renewsAtMs - Date.now());
    byId('renews-in').textContent = renewsAtMs === 0 ? '…' : formatSpan(leftMs);
    ring.setAttribute('stroke-dashoffset', `${100 - (100 * leftMs) / wholeMs}`);
  };
  setInterval(draw, 250);
  const show = (endsAt: string, tokenId: string): void => {
    byId('renewals').textContent = renewals === 1 ? 'once' : `${renewals} times`;
    byId('ends-at').textContent = endsAt;
    byId('token-id').textContent = tokenId;
    draw();
  };
  return {
    hold: ({ renews_in, expires_at, token_id }, isRenewal) => {
      renewals = isRenewal ? renewals + 1 : renewals;
      wholeMs = renews_in * 1000;
      renewsAtMs = Date.now() + wholeMs;
      show(new Date(expires_at).toLocaleTimeString('en-GB'), token_id);
    },
    clear: () => {
      renewsAtMs = renewals = 0;
      show('…', '…');
    },
  };
}

function formatSpan(milliseconds: number): string {
  const seconds = Math.ceil(milliseconds / 1000);
  const rest = String(seconds % 60).padStart(2, '0');
  return `${Math.floor(seconds / 60)}:${rest} min`;
}
