"""Who may do what with the data, and the proof that it was so.

`decide` asks the rules of the signed policy; `authorise` writes the decision to the audit log and only then gives
a grant; `log` keeps the log, and anybody can `verify_log` it from its files alone; `approvals` are the board's
signatures for a release.

`assess` is the gate before rules are signed: `lint`, `mutation` and `surface` say what rules mean.

Modules are imported one by one: these and `decide` load Cedar, the rest does not.
"""
