package io.iommuledger.query.projection;

import io.iommuledger.db.AxonModule;
import org.axonframework.eventhandling.PropagatingErrorHandler;
import org.axonframework.eventhandling.TrackingEventProcessorConfiguration;
import org.axonframework.messaging.StreamableMessageSource;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * All projections of state as one tracking processor, so that they stand at one position. It begins at the first event;
 * a batch that fails is rolled back as a whole and tried again. {@link Rebuilder} lets it go while the rows are its own.
 */
@Configuration(proxyBeanMethods = false)
class StateProcessor {
    private static final int BATCH = 5_000;

    @Bean
    AxonModule stateProjection(Sets sets, Projectors projectors, TrailingAccess trailing) {
        String name = StateProjection.NAME;
        return configurer -> configurer.eventProcessing(processing -> processing
                .registerEventHandler(configuration -> new StateProjection(sets, projectors.fresh(), trailing))
                .assignHandlerTypesMatching(name, type -> type.equals(StateProjection.class))
                .registerTrackingEventProcessor(
                        name,
                        org.axonframework.config.Configuration::eventStore,
                        configuration -> TrackingEventProcessorConfiguration.forSingleThreadedProcessing()
                                .andAutoStart(false)
                                .andBatchSize(BATCH)
                                .andInitialTrackingToken(StreamableMessageSource::createTailToken))
                .registerListenerInvocationErrorHandler(name, configuration -> PropagatingErrorHandler.instance())
                .registerErrorHandler(name, configuration -> PropagatingErrorHandler.instance()));
    }
}
