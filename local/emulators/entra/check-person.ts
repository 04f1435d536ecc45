import type { User } from './directory.ts';
import { EntraRefusal } from './entra-refusal.ts';
import type { EntraService } from './entra-service.ts';

/** Finds the person by user name and password, or throws Entra's error. */
export function checkPassword(
  service: EntraService,
  tenantId: string,
  { upn, password }: { readonly upn: string; readonly password: string },
): User {
  const user = service.directory.findUser(tenantId, (one) => one.upn.toLowerCase() === upn.toLowerCase());
  if (user === undefined) {
    throw new EntraRefusal(50034, `The user account ${upn} does not exist in the ${tenantId} directory.`);
  }
  checkAccount(user);
  if (user.password !== password) {
    throw new EntraRefusal(50126, 'Error validating credentials due to invalid username or password.');
  }
  if (user.state === 'expired') throw new EntraRefusal(50055, 'The password is expired.');
  return user;
}

/** Account states that prevent every sign-in. */
export function checkAccount(user: User): void {
  if (user.state === 'disabled') throw new EntraRefusal(50057, 'The user account is disabled.');
  if (user.state === 'locked') {
    throw new EntraRefusal(50053, 'The account is locked: too many sign-ins with an incorrect user ID or password.');
  }
}
