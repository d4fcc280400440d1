package io.iommuledger.query.replay;

import io.iommuledger.lifecycle.host.HostId;
import io.iommuledger.lifecycle.host.Scope;
import java.util.List;
import java.util.Optional;

/** Which part of all that hosts told is looked at; all hosts if none is named. */
public record ScopeAnswer(List<String> hosts, Optional<String> context, Optional<String> device) {
    public static ScopeAnswer of(Scope scope) {
        return new ScopeAnswer(
                scope.hosts().stream().map(HostId::value).toList(),
                scope.context().map(Object::toString),
                scope.device().map(Object::toString));
    }
}
