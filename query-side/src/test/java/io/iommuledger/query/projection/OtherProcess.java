package io.iommuledger.query.projection;

import org.axonframework.common.jdbc.ConnectionProvider;
import org.axonframework.common.transaction.TransactionManager;
import org.axonframework.eventhandling.PropagatingErrorHandler;
import org.axonframework.eventhandling.SimpleEventHandlerInvoker;
import org.axonframework.eventhandling.TrackingEventProcessor;
import org.axonframework.eventhandling.TrackingEventProcessorConfiguration;
import org.axonframework.eventhandling.tokenstore.TokenStore;
import org.axonframework.eventhandling.tokenstore.jdbc.JdbcTokenStore;
import org.axonframework.eventhandling.tokenstore.jdbc.TokenSchema;
import org.axonframework.eventsourcing.eventstore.EventStore;
import org.axonframework.serialization.Serializer;
import org.springframework.context.ApplicationContext;

/** The same projection with folds of its own, as another instance of the product has it. */
class OtherProcess {
    private final ApplicationContext beans;

    OtherProcess(ApplicationContext beans) {
        this.beans = beans;
    }

    TrackingEventProcessor processor() {
        return TrackingEventProcessor.builder()
                .name(StateProjection.NAME)
                .eventHandlerInvoker(SimpleEventHandlerInvoker.builder()
                        .eventHandlers(new StateProjection(
                                bean(Sets.class), bean(Projectors.class).fresh(), bean(TrailingAccess.class)))
                        .listenerInvocationErrorHandler(PropagatingErrorHandler.instance())
                        .build())
                .errorHandler(PropagatingErrorHandler.instance())
                .messageSource(bean(EventStore.class))
                .tokenStore(tokens())
                .transactionManager(bean(TransactionManager.class))
                .trackingEventProcessorConfiguration(TrackingEventProcessorConfiguration.forSingleThreadedProcessing())
                .build();
    }

    /** Claims go by the name of the process. */
    private TokenStore tokens() {
        return JdbcTokenStore.builder()
                .connectionProvider(bean(ConnectionProvider.class))
                .serializer(bean(Serializer.class))
                .contentType(byte[].class)
                .nodeId("another process")
                .schema(TokenSchema.builder()
                        .setTokenTable("token_entry")
                        .setProcessorNameColumn("processor_name")
                        .setTokenTypeColumn("token_type")
                        .build())
                .build();
    }

    private <T> T bean(Class<T> type) {
        return beans.getBean(type);
    }
}
