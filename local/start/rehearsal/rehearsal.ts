import { randomBytes } from 'node:crypto';
import { styleText } from 'node:util';
import { seed, type Emulators } from '../../emulators/emulators.ts';
import { createRehearsalCaller, describeAnswer, describeTally, type CallerTally } from './caller.ts';
import {
  actions,
  faults,
  isAffected,
  services,
  toEmulatorFault,
  type ActionId,
  type FaultId,
  type RehearsalCommand,
  type ServiceId,
} from './commands.ts';

export interface RehearsalOptions {
  readonly emulators: Pick<Emulators, 'identityEndpoint' | 'keyVault' | 'entra' | 'powerBi'>;
  /** The URL for the caller's token requests. */
  readonly tokenUrl: string;
  /** Replaces the worker of the function app by a new one. */
  readonly restart: () => Promise<void>;
  /** Prints a line for the developer. */
  readonly say: (text: string) => void;
}

export interface Rehearsal {
  run(command: RehearsalCommand): Promise<void>;
  /** Restarts the function app without a call meanwhile, which would look like a refusal. */
  pauseFor(restartApp: () => Promise<void>): Promise<void>;
  state(): RehearsalState;
  close(): void;
}

export interface RehearsalState {
  readonly faults: Readonly<Record<ServiceId, FaultId | null>>;
  readonly caller: CallerTally;
}

const usualLifetimeSeconds = 3599;
const shortLifetimeSeconds = 60;

/**
 * Makes the stand-ins fail as Azure can, while a caller requests tokens. The developer sees the failures and the caller's
 * answers.
 */
export function createRehearsal({ emulators, tokenUrl, restart, say }: RehearsalOptions): Rehearsal {
  const emulatorOf = {
    'key-vault': emulators.keyVault,
    entra: emulators.entra,
    'identity-endpoint': emulators.identityEndpoint,
    'power-bi': emulators.powerBi,
  };
  const current: Record<ServiceId, FaultId | null> = {
    'key-vault': null,
    entra: null,
    'identity-endpoint': null,
    'power-bi': null,
  };
  const secret = createSecretControls(emulators);
  let lastHint: string | undefined;
  const caller = createRehearsalCaller({
    tokenUrl,
    onChange: (answer) => {
      const { hint } = answer;
      const hintLine = hint === undefined || hint === lastHint ? '' : `\n          ${styleText('cyan', '→')} ${hint}`;
      lastHint = hint;
      say(`caller    ${describeAnswer(answer)}${hintLine}`);
    },
  });

  const setFault = (service: ServiceId, fault: FaultId | undefined): void => {
    emulatorOf[service].heal();
    if (fault !== undefined) {
      emulatorOf[service].failWith(toEmulatorFault(service, fault), {
        match: (request) => isAffected(request, service),
      });
    }
    current[service] = fault ?? null;
  };
  const heal = (): void => {
    for (const { id } of services) setFault(id, undefined);
    emulators.entra.tokenLifetimeSeconds = usualLifetimeSeconds;
    secret.repair();
  };
  const pauseFor = async (restartApp: () => Promise<void>): Promise<void> => {
    const wasRunning = caller.isRunning();
    caller.stop();
    await restartApp().finally(() => {
      if (wasRunning) caller.start();
    });
  };
  const restartApp = (): Promise<void> =>
    pauseFor(restart).catch((error: unknown) => {
      say(`rehearse  The function app did not start: ${error instanceof Error ? error.message : String(error)}`);
    });
  const act = async (action: ActionId): Promise<void> => {
    switch (action) {
      case 'rotate-secret':
        secret.rotate();
        return;
      case 'expire-secret':
        secret.expire();
        return;
      case 'short-tokens':
        emulators.entra.tokenLifetimeSeconds = shortLifetimeSeconds;
        await restartApp();
        return;
      case 'restart':
        await restartApp();
        return;
      case 'heal':
        heal();
    }
  };
  const reportCalls = (): void => {
    if (caller.tally().calls > 0) say(`caller    ${describeTally(caller.tally())}`);
    caller.resetTally();
  };
  return {
    async run(command) {
      reportCalls();
      say(`rehearse  ${describeCommand(command)}`);
      if (command.kind === 'fault') setFault(command.service, command.fault);
      else await act(command.action);
      if (command.kind === 'action' && command.action === 'heal') caller.stopWhenServed();
      else caller.start();
    },
    pauseFor,
    state: () => ({ faults: { ...current }, caller: caller.tally() }),
    close: caller.stop,
  };
}

function describeCommand(command: RehearsalCommand): string {
  if (command.kind === 'action') {
    const action = actions.find(({ id }) => id === command.action);
    return `${action?.label ?? ''}: ${action?.effect ?? ''}.`;
  }
  const service = services.find(({ id }) => id === command.service)?.label ?? '';
  const fault = faults.find(({ id }) => id === command.fault);
  return fault === undefined ? `${service} works again.` : `${service} is ${fault.label}: ${fault.effect}.`;
}

interface SecretControls {
  rotate(): void;
  expire(): void;
  /** Creates a valid secret if the current one is not valid. */
  repair(): void;
}

function createSecretControls({ entra, keyVault }: RehearsalOptions['emulators']): SecretControls {
  const { tenantId, app } = seed;
  const registration = { tenantId, clientId: app.clientId };
  let value: string = app.secret;
  let isExpired = false;
  const rotate = (): void => {
    const next = randomBytes(24).toString('base64url');
    entra.addSecret(registration, next);
    keyVault.setSecret(app.secretName, next);
    entra.removeSecret(registration, value);
    value = next;
    isExpired = false;
  };
  return {
    rotate,
    expire() {
      entra.expireSecret(registration, value);
      isExpired = true;
    },
    repair() {
      if (isExpired) rotate();
    },
  };
}
