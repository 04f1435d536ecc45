/** How many repetitions and requests each measurement makes. */
export interface Effort {
  /** How many turns each candidate gets; the median of the turns counts. */
  readonly rounds: number;
  readonly warmUpMs: number;
  readonly loadMs: number;
  readonly callsPerRound: { readonly tokenCache: number; readonly azureCredential: number };
  readonly starts: number;
  readonly coldCallers: number;
  readonly refreshes: number;
  readonly requestsBeforeMemory: { readonly few: number; readonly many: number };
  readonly simulatedHours: number;
  readonly simulatedInstances: number;
}

/** What RESULTS.md is made with. */
export const FULL_EFFORT: Effort = {
  rounds: 15,
  warmUpMs: 3_000,
  loadMs: 1_000,
  callsPerRound: { tokenCache: 50_000, azureCredential: 1_000 },
  starts: 9,
  coldCallers: 1_000,
  refreshes: 20,
  requestsBeforeMemory: { few: 1_000, many: 100_000 },
  simulatedHours: 24,
  simulatedInstances: 1_000,
};

/** Shows that everything runs; its figures mean nothing. */
export const QUICK_EFFORT: Effort = {
  rounds: 1,
  warmUpMs: 50,
  loadMs: 100,
  callsPerRound: { tokenCache: 100, azureCredential: 20 },
  starts: 1,
  coldCallers: 5,
  refreshes: 1,
  requestsBeforeMemory: { few: 20, many: 40 },
  simulatedHours: 3,
  simulatedInstances: 5,
};
