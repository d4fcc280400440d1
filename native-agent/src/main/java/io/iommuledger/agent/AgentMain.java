package io.iommuledger.agent;

import picocli.CommandLine;

/** The agent as a program of its own, without anything of the server on its class path. */
public final class AgentMain {

    private AgentMain() {}

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new AgentCommand())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .execute(arguments));
    }
}
