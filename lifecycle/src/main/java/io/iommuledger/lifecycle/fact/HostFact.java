package io.iommuledger.lifecycle.fact;

/** A fact about the host, its inventory or an instruction, not about a single system call. */
public sealed interface HostFact extends Fact
        permits EpochBegan,
                DeviceDiscovered,
                PoliciesChanged,
                GroupFree,
                GroupBusy,
                WithdrawalBegan,
                WithdrawalAbandoned,
                DmaFaulted,
                FaultsMissed,
                FramesRead,
                FactsLost,
                JournalDamaged,
                IntentResolved,
                InstructionEnded,
                ListPart,
                EpochEnded {}
