package io.iommuledger.web.api;

import io.swagger.v3.core.jackson.TypeNameResolver;
import java.util.Set;

/** Names of schemas: of a record within a class both, for several classes have an {@code Interval}. */
final class Names extends TypeNameResolver {

    @Override
    protected String nameForClass(Class<?> type, Set<Options> options) {
        Class<?> outer = type.getEnclosingClass();
        String own = type.getSimpleName();
        return outer == null ? own : outer.getSimpleName().replaceAll("(List)?(Controller|Answer)$", "") + own;
    }
}
