package io.iommuledger.agent.script;

/** A line that is no operation of the language: the script errs, not the kernel. */
final class ScriptFault extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ScriptFault(String message) {
        super(message);
    }
}
