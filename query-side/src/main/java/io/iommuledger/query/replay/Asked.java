package io.iommuledger.query.replay;

import io.iommuledger.lifecycle.host.Policies;
import io.iommuledger.lifecycle.host.Scope;
import io.iommuledger.lifecycle.replay.Condition;
import java.util.Optional;

/**
 * What a session was asked for.
 *
 * @param until     where it stops, as written
 * @param condition the same, understood
 */
record Asked(
        Places.Part part,
        Scope scope,
        Optional<Policies> policies,
        Optional<String> until,
        Optional<Condition> condition,
        Speed speed) {}
