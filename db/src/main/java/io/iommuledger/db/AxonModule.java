package io.iommuledger.db;

import org.axonframework.config.Configurer;

/** What a side of the product contributes to the one Axon configuration: aggregates, handlers, processors. */
@FunctionalInterface
public interface AxonModule {
    void configure(Configurer configurer);
}
