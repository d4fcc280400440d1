package io.iommuledger.agent.journal;

/** How often a fault is tried, and the line that says how often it was borne. */
public final class Faults {

    private Faults() {}

    /** {@code -Dfaults.count=N}, or as often as an ordinary build has time for. */
    public static int count(int otherwise) {
        return Integer.getInteger("faults.count", otherwise);
    }

    /** @param what begins with the number of the fault */
    public static void borne(String what, long borne, long tried) {
        System.out.println(what + ": " + borne + "/" + tried);
    }
}
