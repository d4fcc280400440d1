package io.iommuledger.cli.client;

/** Why there is no answer, in words for whoever asked. */
public final class Failure extends Exception {
    private static final long serialVersionUID = 1L;

    /** What may be done about it. */
    public enum Kind {
        /** Nobody answers there: asking again later may help. */
        UNREACHABLE,
        /** What is waited for has not happened yet: asking again helps. */
        NOT_YET,
        /** The answer is no, and asking again changes nothing. */
        REFUSED
    }

    private final Kind kind;
    private final String what;

    /**
     * @param what     went wrong, in a line that is fit to be shown
     * @param whatToDo or where to read on, in another; may be empty
     */
    Failure(Kind kind, String what, String whatToDo) {
        super(whatToDo.isEmpty() ? what : what + "\n" + whatToDo);
        this.kind = kind;
        this.what = what;
    }

    Failure(Kind kind, String what, String whatToDo, Throwable cause) {
        this(kind, what, whatToDo);
        initCause(cause);
    }

    public static Failure refused(String what) {
        return new Failure(Kind.REFUSED, what, "");
    }

    public Kind kind() {
        return kind;
    }

    public String what() {
        return what;
    }
}
