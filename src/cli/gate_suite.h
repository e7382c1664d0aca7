// What `tvp gate` compares by default.
#ifndef TVP_CLI_GATE_SUITE_H
#define TVP_CLI_GATE_SUITE_H

/// Names of specs, ended by NULL: small and quiet ones, such that all are decided within minutes on a noisy two-CPU
/// machine, one of each thing this program is about.
extern const char *const gate_suite[];

#endif
