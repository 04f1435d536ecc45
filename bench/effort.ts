/** How many repetitions and requests each measurement makes. */
export interface Effort {
  /** The number of turns of each candidate. The result is the median of the turns. */
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

/** The effort for RESULTS.md. */
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

/** Only shows that everything runs: its figures are not valid. */
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
