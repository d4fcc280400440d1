package io.iommuledger.command.operation;

import io.iommuledger.command.gateway.Epochs;
import io.iommuledger.command.gateway.Sessions;
import io.iommuledger.db.AxonModule;
import io.iommuledger.db.EventsOfTypes;
import org.axonframework.commandhandling.CommandBus;
import org.axonframework.commandhandling.SimpleCommandBus;
import org.axonframework.commandhandling.gateway.CommandGateway;
import org.axonframework.commandhandling.gateway.DefaultCommandGateway;
import org.axonframework.common.transaction.NoTransactionManager;
import org.axonframework.config.AggregateConfigurer;
import org.axonframework.eventhandling.PropagatingErrorHandler;
import org.axonframework.eventhandling.TrackingEventProcessorConfiguration;
import org.axonframework.messaging.StreamableMessageSource;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Operations in Axon: the aggregate, its command bus, and the process as one tracking processor. */
@Configuration(proxyBeanMethods = false)
class OperationWiring {
    private static final int BATCH = 1_000;

    /** Without transactions: a command's only effect is what it appends, and its wait for that holds no connection. */
    @Bean
    CommandBus commandBus() {
        return SimpleCommandBus.builder()
                .transactionManager(NoTransactionManager.instance())
                .build();
    }

    @Bean
    CommandGateway commandGateway(CommandBus bus) {
        return DefaultCommandGateway.builder().commandBus(bus).build();
    }

    @Bean
    AxonModule operationModule(
            CommandBus bus,
            CommandGateway commands,
            OpenOperations open,
            OperationLog log,
            Sessions sessions,
            Epochs epochs,
            Waiting waiting,
            EventsOfTypes events) {
        return configurer -> {
            configurer.configureCommandBus(configuration -> bus);
            configurer.configureAggregate(AggregateConfigurer.defaultConfiguration(OperationAggregate.class));
            configurer.eventProcessing(processing -> processing
                    .registerEventHandler(
                            configuration -> new OperationProcess(open, log, sessions, epochs, waiting, commands))
                    .assignHandlerTypesMatching(OperationProcess.NAME, type -> type.equals(OperationProcess.class))
                    .registerTrackingEventProcessor(
                            OperationProcess.NAME,
                            configuration -> events.of(OperationProcess.TYPES),
                            configuration -> TrackingEventProcessorConfiguration.forSingleThreadedProcessing()
                                    .andAutoStart(false)
                                    // Not Axon's default, a replay up to the head, whose token cannot be read back.
                                    .andInitialTrackingToken(StreamableMessageSource::createTailToken)
                                    .andBatchSize(BATCH))
                    .registerListenerInvocationErrorHandler(
                            OperationProcess.NAME, configuration -> PropagatingErrorHandler.instance())
                    .registerErrorHandler(OperationProcess.NAME, configuration -> PropagatingErrorHandler.instance()));
        };
    }
}
