package io.iommuledger.lifecycle.replay;

/** Lets effective time pass. */
public interface Pace {

    /** Time goes on from an instant; from the next one, if it is {@link Long#MIN_VALUE}: not known. */
    void from(long instant);

    /**
     * Waits until an instant.
     *
     * @return whether it has come; if not, somebody did something
     */
    boolean reaches(long instant) throws InterruptedException;
}
