package io.iommuledger.web.api;

import io.iommuledger.web.csv.CsvConverter;
import io.iommuledger.web.csv.ListAnswer;
import io.swagger.v3.core.jackson.ModelResolver;
import io.swagger.v3.core.util.Json31;
import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.info.Info;
import io.swagger.v3.oas.models.media.MediaType;
import io.swagger.v3.oas.models.media.StringSchema;
import io.swagger.v3.oas.models.parameters.Parameter;
import io.swagger.v3.oas.models.responses.ApiResponse;
import java.util.Optional;
import org.springdoc.core.customizers.OpenApiCustomizer;
import org.springdoc.core.customizers.OperationCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Describes whatever REST there is in this process. Nothing is made before somebody asks for it. */
@Configuration(proxyBeanMethods = false)
public class ApiBeans {

    @Bean
    OpenAPI api() {
        return new OpenAPI()
                .info(new Info()
                        .title("IOMMU Ledger")
                        .version("v1")
                        .description(
                                "The flight recorder and control plane for DMA mappings. Commands go to the command"
                                        + " side, queries to the query side; one process may be both."));
    }

    @Bean
    ModelResolver schemas() {
        return new ModelResolver(Json31.mapper(), new Names()).openapi31(true);
    }

    @Bean
    OpenApiCustomizer words() {
        return api -> new ApiDocument(Told.read()).customise(api);
    }

    @Bean
    OperationCustomizer lists() {
        return (operation, handler) -> {
            ListAnswer.of(handler.getMethod().getReturnType()).ifPresent(list -> {
                operation.addParametersItem(new Parameter()
                        .in("query")
                        .name("format")
                        .required(false)
                        .schema(new StringSchema()));
                Optional.ofNullable(operation.getResponses().get("200"))
                        .map(ApiResponse::getContent)
                        .ifPresent(content -> content.addMediaType(
                                "text/csv",
                                new MediaType()
                                        .schema(new StringSchema())
                                        .example(String.join(",", CsvConverter.columnsOf(list.element())) + "\r\n")));
            });
            return operation;
        };
    }
}
