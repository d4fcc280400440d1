package io.iommuledger.query.replay;

import io.iommuledger.lifecycle.host.Policies;
import io.iommuledger.lifecycle.host.Scope;
import io.iommuledger.lifecycle.replay.Condition;
import io.iommuledger.lifecycle.replay.Speed;
import io.iommuledger.query.position.Completeness;
import java.util.Optional;

/**
 * What a session was asked for.
 *
 * @param completeness of the facts that it rests on, as of its end
 * @param until     where it stops, as written
 * @param condition the same, understood
 */
record Asked(
        Places.Part part,
        Completeness completeness,
        Scope scope,
        Optional<Policies> policies,
        Optional<String> until,
        Optional<Condition> condition,
        Speed speed) {}
