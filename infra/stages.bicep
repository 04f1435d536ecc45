// The stages differ only in these values. docs/operations.md has the same table, and a test compares the two.
//
// instanceMemoryMB           memory of one instance in megabytes: 512, 2048 or 4096
// alwaysReadyInstances       instances that run even without requests, each with a cached token
// maximumInstanceCount       limits the cost of a caller that loops
// isolateNetwork             vault and storage behind private endpoints
// lockVault                  a delete lock on the vault
// storageSku                 redundancy of the account with the package and the host keys, which can be created again
// softDeleteRetentionInDays  how long a deleted vault keeps its name; it cannot be changed afterwards
// logRetentionInDays         how long logs are kept, the audit trail included
// dailyLogCapInGb            gigabytes of logs per day before the rest is dropped; -1 means no limit
// callerAuth                 who may call: the setting CALLER_AUTH

@export()
type stageName = 'dev' | 'test' | 'prod'

@export()
var stagePresets = {
  dev: {
    instanceMemoryMB: 512
    alwaysReadyInstances: 0
    maximumInstanceCount: 5
    isolateNetwork: false
    lockVault: false
    storageSku: 'Standard_LRS'
    softDeleteRetentionInDays: 7
    logRetentionInDays: 30
    dailyLogCapInGb: 1
    callerAuth: 'key'
  }
  test: {
    instanceMemoryMB: 512
    alwaysReadyInstances: 0
    maximumInstanceCount: 10
    isolateNetwork: false
    lockVault: false
    storageSku: 'Standard_LRS'
    softDeleteRetentionInDays: 7
    logRetentionInDays: 30
    dailyLogCapInGb: -1
    callerAuth: 'entra'
  }
  prod: {
    instanceMemoryMB: 512
    alwaysReadyInstances: 1
    maximumInstanceCount: 40
    isolateNetwork: true
    lockVault: true
    storageSku: 'Standard_ZRS'
    softDeleteRetentionInDays: 90
    logRetentionInDays: 90
    dailyLogCapInGb: -1
    callerAuth: 'entra'
  }
}
