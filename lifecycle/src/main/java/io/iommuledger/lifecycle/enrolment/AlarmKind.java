package io.iommuledger.lifecycle.enrolment;

import io.iommuledger.lifecycle.host.HostId;

/** What can be wrong with who speaks for a host. */
public enum AlarmKind {
    /** An agent with another key than the enrolled one, or of a host that has none. */
    KEY_NOT_ENROLLED,
    /** The enrolled key on another machine. */
    OTHER_MACHINE,
    /** A fact came again with another content. */
    CONTRADICTION,
    /** Two agents are the same start of one agent. */
    COPIED_AGENT,
    /** Facts that the host's key did not sign. */
    BAD_SIGNATURE;

    public String whatToDo(HostId host, String subject) {
        return switch (this) {
            case KEY_NOT_ENROLLED ->
                "compare " + subject + " with what the agent prints on the host itself (iommu-ledger agent"
                        + " --fingerprint --state DIR, its own state directory); if they are the same: iommu-ledger enrol "
                        + host + " " + subject;
            case OTHER_MACHINE ->
                subject.isEmpty()
                        ? "give that machine a machine id (systemd-machine-id-setup) and start its agent anew"
                        : "if the host has moved: POST /api/v1/hosts/" + host + "/moves {\"machineId\":\"" + subject
                                + "\"}; if not, an agent with its state directory runs where it should not: end it";
            case CONTRADICTION, COPIED_AGENT ->
                "end the copy, whose state directory or machine was copied or put back; start the agent that is to stay"
                        + " anew: its next epoch takes over. If the directory was lost, write the host's newest epoch into its"
                        + " file epoch before. Then acknowledge this";
            case BAD_SIGNATURE ->
                "the line to the agent, or the agent, is not what it should be: look who is between. Then acknowledge"
                        + " this";
        };
    }
}
