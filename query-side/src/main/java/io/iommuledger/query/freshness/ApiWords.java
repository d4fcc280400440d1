package io.iommuledger.query.freshness;

import io.iommuledger.query.position.When;
import io.swagger.v3.oas.models.Operation;
import io.swagger.v3.oas.models.media.StringSchema;
import io.swagger.v3.oas.models.parameters.Parameter;
import io.swagger.v3.oas.models.responses.ApiResponse;
import java.util.Arrays;
import org.springdoc.core.customizers.OperationCustomizer;
import org.springframework.http.HttpHeaders;
import org.springframework.stereotype.Component;
import org.springframework.web.method.HandlerMethod;

/** Describes what every handler shares that is asked {@link When}. */
@Component
class ApiWords implements OperationCustomizer {

    @Override
    public Operation customize(Operation operation, HandlerMethod handler) {
        if (Arrays.stream(handler.getMethodParameters())
                .noneMatch(parameter -> parameter.getParameterType().equals(When.class))) {
            return operation;
        }
        operation.getParameters().stream()
                .filter(parameter -> parameter.getName().equals("reached"))
                .forEach(parameter -> parameter.setName("wait"));
        operation.addParametersItem(new Parameter()
                .in("header")
                .name(HttpHeaders.IF_NONE_MATCH)
                .required(false)
                .schema(new StringSchema()));
        operation
                .getResponses()
                .addApiResponse("304", new ApiResponse().description("What the client has is still the answer."));
        return operation;
    }
}
