package io.iommuledger.agent.script;

import picocli.CommandLine;

/** Scripts as a program of its own, without anything of the server on its class path. */
public final class ScriptMain {

    private ScriptMain() {}

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new ScriptCommand())
                .setExecutionExceptionHandler((failure, command, parsed) -> {
                    command.getErr().println("script: " + failure.getMessage());
                    return 1;
                })
                .execute(arguments));
    }
}
