package io.iommuledger.lifecycle.replay;

import io.iommuledger.lifecycle.device.PciAddress;
import io.iommuledger.lifecycle.host.HostState;
import io.iommuledger.lifecycle.iova.IovaRange;
import io.iommuledger.lifecycle.mapping.Backing;
import io.iommuledger.lifecycle.mapping.Mapping;
import java.util.stream.LongStream;

/** Something that a mapping meets or does not. Written as {@link ConditionParser} reads it. */
public sealed interface Condition {

    /**
     * A mapping at a moment.
     *
     * @param ageNanos effective time from which its age counts
     * @param nowNanos effective time of its host
     */
    record Moment(HostState host, Mapping mapping, long ageNanos, long nowNanos) {}

    boolean meets(Moment moment);

    /** Ages, in nanoseconds, at which an answer may change though nothing happens. */
    LongStream ages();

    record And(Condition left, Condition right) implements Condition {
        @Override
        public boolean meets(Moment moment) {
            return left.meets(moment) && right.meets(moment);
        }

        @Override
        public LongStream ages() {
            return LongStream.concat(left.ages(), right.ages());
        }
    }

    record Or(Condition left, Condition right) implements Condition {
        @Override
        public boolean meets(Moment moment) {
            return left.meets(moment) || right.meets(moment);
        }

        @Override
        public LongStream ages() {
            return LongStream.concat(left.ages(), right.ages());
        }
    }

    record Not(Condition inside) implements Condition {
        @Override
        public boolean meets(Moment moment) {
            return !inside.meets(moment);
        }

        @Override
        public LongStream ages() {
            return inside.ages();
        }
    }

    /** About what the mapping is at the moment. */
    record Is(What what, String value) implements Condition {
        @Override
        public boolean meets(Moment moment) {
            return what.holds(moment, value);
        }

        @Override
        public LongStream ages() {
            return LongStream.empty();
        }
    }

    record Overlaps(IovaRange range) implements Condition {
        @Override
        public boolean meets(Moment moment) {
            return moment.mapping().iova().overlaps(range);
        }

        @Override
        public LongStream ages() {
            return LongStream.empty();
        }
    }

    /**
     * How long it has been a zombie or, if it is none, in its state: more than so many nanoseconds, if {@code more}, or else
     * at least as many.
     */
    record Age(long nanos, boolean more) implements Condition {
        @Override
        public boolean meets(Moment moment) {
            long age = moment.nowNanos() - moment.ageNanos();
            return more ? age > nanos : age >= nanos;
        }

        @Override
        public LongStream ages() {
            return LongStream.of(more ? nanos + 1 : nanos);
        }
    }

    /** What can be asked of a mapping by a word. */
    enum What {
        ZOMBIE,
        EXPOSES,
        STATE,
        CAUSE,
        SOURCE,
        HOST,
        CONTEXT,
        MAPPING,
        EXPORTER,
        IMPORTER,
        /** One of the two before. */
        DEVICE;

        boolean holds(Moment moment, String value) {
            Mapping mapping = moment.mapping();
            return switch (this) {
                case ZOMBIE -> mapping.zombie();
                case EXPOSES -> mapping.state().exposes();
                case STATE -> mapping.state().name().equals(value);
                case CAUSE -> mapping.cause().name().equals(value);
                case SOURCE -> mapping.source().name().equals(value);
                case HOST -> moment.host().host().value().equals(value);
                case CONTEXT -> mapping.context().toString().equals(value);
                case MAPPING -> mapping.id().toString().equals(value);
                case EXPORTER -> exports(mapping, value);
                case IMPORTER -> reaches(moment, value);
                case DEVICE -> exports(mapping, value) || reaches(moment, value);
            };
        }

        /** Whether an answer depends on what else stands than the mapping itself. */
        boolean ofOthers() {
            return this == IMPORTER || this == DEVICE;
        }

        private static boolean exports(Mapping mapping, String device) {
            return mapping.backing() instanceof Backing.BarRange bar
                    && bar.exporter().toString().equals(device);
        }

        /** A device does not import what is its own. */
        private static boolean reaches(Moment moment, String device) {
            return !exports(moment.mapping(), device)
                    && moment.host()
                            .reaches(PciAddress.parse(device), moment.mapping().context());
        }
    }
}
