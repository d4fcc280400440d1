package io.iommuledger.verify;

/**
 * Where the jar by itself begins. Compiled for Java 8, so that an older Java says what is missing: it would otherwise end
 * with the exit code that says that something was tampered with.
 */
public final class VerifyLauncher {
    private static final int UNCHECKED = 2;
    private static final int NEEDED = 25;

    private VerifyLauncher() {}

    public static void main(String[] arguments) {
        String version = System.getProperty("java.specification.version", "0");
        if (Double.parseDouble(version) < NEEDED) {
            System.err.println("iommu-ledger: not checked: this is Java " + version + ", and Java " + NEEDED
                    + " or later is needed; name it by its path, /path/to/jdk-" + NEEDED + "/bin/java -jar …");
            System.exit(UNCHECKED);
        }
        VerifyMain.main(arguments);
    }
}
