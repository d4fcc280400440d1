package io.iommuledger.query.replay;

import io.iommuledger.lifecycle.host.HostState;
import io.iommuledger.lifecycle.replay.Speed;
import io.iommuledger.lifecycle.replay.Watch;
import io.iommuledger.query.form.Moment;
import io.iommuledger.query.position.Completeness;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * A session of a replay.
 *
 * @param state {@code preparing}, {@code paused}, {@code playing}, {@code failed} or {@code ended}
 * @param from  position at which it begins
 * @param to    position at which it ends
 * @param fold  version of the rules by which facts become states
 * @param completeness whether the facts that it rests on are all that there were, as of its end
 * @param taintedHosts hosts in scope that are tainted at its end; the frame tells of those where it stands
 * @param met   which mappings began to meet {@code until} when it stopped, and at which moment; absent unless it did
 * @param frame where it stands; absent while it is being prepared, and in lists
 */
record ReplayAnswer(
        UUID id,
        String state,
        long from,
        long to,
        ScopeAnswer scope,
        Object speed,
        Optional<PolicyWords> policy,
        Optional<String> until,
        int fold,
        Completeness completeness,
        List<String> taintedHosts,
        Optional<Break> met,
        Optional<Frame> frame) {

    static ReplayAnswer of(
            UUID id, String state, Asked asked, Speed speed, Optional<Watch.Met> met, Optional<Frame> frame) {
        return new ReplayAnswer(
                id,
                state,
                asked.part().from(),
                asked.part().to(),
                ScopeAnswer.of(asked.scope()),
                speed.unbounded() ? "max" : speed.factor(),
                asked.policies().map(PolicyWords::of),
                asked.until(),
                HostState.FOLD_VERSION,
                asked.completeness(),
                asked.part().taintedHosts(),
                met.map(one -> new Break(
                        one.mappings().stream().map(Object::toString).toList(),
                        Moment.of(one.position(), one.nanos()))),
                frame);
    }

    record Break(List<String> mappings, Moment at) {}
}
