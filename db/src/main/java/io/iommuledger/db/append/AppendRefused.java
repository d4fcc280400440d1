package io.iommuledger.db.append;

import io.iommuledger.protocol.StoredRecord;

/** Events were not stored, and never will be by this attempt. */
public abstract sealed class AppendRefused extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private AppendRefused(String message) {
        super(message);
    }

    /** Another process leads: ask that one. */
    public static final class NotLeader extends AppendRefused {
        private static final long serialVersionUID = 1L;
        private final String leader;

        public NotLeader(String leader) {
            super("this command side does not lead; "
                    + (leader.isEmpty() ? "none does at this moment: ask again" : "ask " + leader));
            this.leader = leader;
        }

        /** As the leader calls itself; empty if there is none. */
        public String leader() {
            return leader;
        }
    }

    /** Something stands at the place already, or beyond it. */
    public static final class Taken extends AppendRefused {
        private static final long serialVersionUID = 1L;
        private final boolean first;

        Taken(NewEvent event) {
            super("sequence " + event.sequence() + " of stream " + event.stream() + " is taken; read the stream again");
            this.first = event.sequence() == 0;
        }

        /** Whether it was to be the stream's first event. */
        public boolean first() {
            return first;
        }
    }

    /** The event is longer than a record of the log may be. */
    public static final class TooLong extends AppendRefused {
        private static final long serialVersionUID = 1L;

        TooLong(NewEvent event) {
            super("event " + event.sequence() + " of stream " + event.stream() + " has a payload of "
                    + event.payload().length + " bytes; a record of the log has at most " + StoredRecord.MOST_BYTES
                    + " with its names: tell it in several events");
        }
    }

    /** PostgreSQL does not answer, or does not take these events. */
    public static final class StoreFailed extends AppendRefused {
        private static final long serialVersionUID = 1L;

        StoreFailed(String message, Exception cause) {
            super(message);
            initCause(cause);
        }
    }
}
