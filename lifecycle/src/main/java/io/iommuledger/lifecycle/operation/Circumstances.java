package io.iommuledger.lifecycle.operation;

/**
 * What the agent knows of a kernel's refusal beside the errno. Each is part of a sentence, or empty.
 *
 * @param refused which part of the request the kernel refused
 * @param cause   why, if the agent knows it for certain
 * @param cure    what to do about that cause, or about what is likely
 * @param left    what was done all the same and stands now, or that nothing does
 * @param likely  what is left of the causes that the errno can have, where the agent does not know which it was, but knows of
 *                some that they were not
 */
public record Circumstances(String refused, String cause, String cure, String left, String likely) {
    public static final Circumstances UNKNOWN = new Circumstances("", "", "", "", "");

    public static Circumstances ofRefused(String what) {
        return new Circumstances(what, "", "", "", "");
    }

    public Circumstances because(String why, String whatToDo) {
        return new Circumstances(refused, why, whatToDo, left, "");
    }

    public Circumstances perhaps(String why, String whatToDo) {
        return new Circumstances(refused, "", whatToDo, left, why);
    }

    public Circumstances leaving(String what) {
        return new Circumstances(refused, cause, cure, what, likely);
    }
}
