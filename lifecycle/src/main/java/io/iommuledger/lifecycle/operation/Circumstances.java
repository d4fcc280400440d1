package io.iommuledger.lifecycle.operation;

/**
 * What the agent knows of a kernel's refusal beside the errno. Each is part of a sentence, or empty.
 *
 * @param refused which part of the request the kernel refused
 * @param cause   why, if the agent knows it for certain
 * @param cure    what to do about that cause
 * @param left    what was done all the same and stands now
 */
public record Circumstances(String refused, String cause, String cure, String left) {
    public static final Circumstances UNKNOWN = new Circumstances("", "", "", "");

    public static Circumstances ofRefused(String what) {
        return new Circumstances(what, "", "", "");
    }

    public Circumstances because(String why, String whatToDo) {
        return new Circumstances(refused, why, whatToDo, left);
    }

    public Circumstances leaving(String what) {
        return new Circumstances(refused, cause, cure, what);
    }
}
